"""Web addresses, as far as their safety goes."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """True where the address leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_encrypted(url: str) -> bool:
    """True for https, and for http that never leaves this machine: keys and amounts travel on it."""
    return urlsplit(url).scheme == "https" or is_loopback(url)
