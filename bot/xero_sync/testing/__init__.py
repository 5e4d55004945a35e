"""What tests, plugin authors and the demo build on: stand-ins of the three services."""
