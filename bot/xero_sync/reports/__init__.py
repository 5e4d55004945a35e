"""What people are shown: dataclasses from the store, the same for Slack and the terminal."""
