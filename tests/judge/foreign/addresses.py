"""All that is patched in clients that others wrote: where they ask. What a client takes as an argument of its own is no patch, and stands with it."""

import os


def of_xero_python(url: str) -> None:
    """Where it renews tokens, which is no argument."""
    from xero_python.api_client.oauth2 import TokenApi

    TokenApi.refresh_token_url = TokenApi.client_credentials_token_url = f"{url}/connect/token"


def of_pyxero(url: str) -> None:
    """Where it renews tokens; and plain http, which it refuses by itself, is let through: it does not leave this machine."""
    import xero.auth

    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    xero.auth.XERO_OAUTH2_TOKEN_URL = f"{url}/connect/token"


def of_tap_xero(url: str) -> None:
    """Where its requests go: its addresses are written into its code."""
    import requests

    send = requests.Session.send

    def redirected(session, request, **more):
        for address in ("https://api.xero.com", "https://identity.xero.com"):
            if request.url.startswith(f"{address}/"):
                request.url = url + request.url[len(address) :]
        return send(session, request, **more)

    requests.Session.send = redirected
