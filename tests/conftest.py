"""Fixtures for all tests: a database of each kind, and a log that only tells of mistakes."""

from xero_sync.log import configure

pytest_plugins = ["tests.databases"]
configure(level="ERROR")
