"""xero-local, an emulator of Xero that others wrote: prints its port, and serves until its standard input ends."""

import sys
import threading

from werkzeug.serving import make_server
from xero_local.server import create_router

server = make_server("127.0.0.1", 0, create_router().wsgi())
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
sys.stdin.read()
server.shutdown()
