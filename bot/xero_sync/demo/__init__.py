"""The story: an invented agency on stand-ins of Xero, Scoro and Slack, with the real bot as a process of its own."""
