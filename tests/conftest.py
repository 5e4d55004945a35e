"""Fixtures for all tests: a database of each kind."""

pytest_plugins = ["tests.databases"]
