"""tap-xero on its invoices alone: it takes a hundred a page, transforms each row and writes it as JSON. Started as a program, as it is meant to be."""

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import time

import requests
import tap_xero

told = json.loads(sys.argv[1])
send = requests.Session.send
calls = [0]


def redirected(session, request, **more):
    for address in ("https://api.xero.com", "https://identity.xero.com"):
        if request.url.startswith(f"{address}/"):
            request.url = told["url"] + request.url[len(address) :]
            calls[0] += "/Invoices" in request.url
    return send(session, request, **more)


def run(*arguments):
    sys.argv = ["tap-xero", *arguments]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        tap_xero.main()
    return said.getvalue()


requests.Session.send = redirected
with tempfile.TemporaryDirectory() as folder:
    config, catalog = os.path.join(folder, "config.json"), os.path.join(folder, "catalog.json")
    wanted = {name: told[name] for name in ("client_id", "client_secret", "refresh_token", "tenant_id")}
    with open(config, "w") as file:
        json.dump({**wanted, "start_date": "2020-01-01T00:00:00Z", "user_agent": "benchmark"}, file)
    streams = json.loads(run("-c", config, "--discover"))
    for stream in streams["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == []:
                entry["metadata"]["selected"] = stream["tap_stream_id"] == "invoices"
    with open(catalog, "w") as file:
        json.dump(streams, file)
    cpu, begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.perf_counter()
    calls[0] = 0
    written = run("-c", config, "--catalog", catalog)
    used = resource.getrusage(resource.RUSAGE_SELF)
    documents = written.count('"type": "RECORD"')
    found = {"documents": documents, "calls": calls[0], "cpu": used.ru_utime - cpu, "wall": time.perf_counter() - begun}
print(json.dumps({**found, "megabytes": used.ru_maxrss / 1024}))
