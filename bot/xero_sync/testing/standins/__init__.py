"""Stateful stand-ins of Xero, Scoro and Slack; they import nothing of the product."""
