"""Slack: the cards people read, the listeners behind their buttons, and the voice that shows messages."""
