"""The demo page: the stand-ins and the real bot on loopback, with one page in a browser to try it."""
