"""An address of this machine that is not loopback, as the home network gives one to a box."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from spotweb.network.lan import list_addresses

PHONE = {"width": 390, "height": 844}


def get_lan_ip() -> str:
    """Skips the test where the machine has no network."""
    addresses = list_addresses()
    if not addresses:
        pytest.skip("this machine has no private IPv4 address beside loopback")
    return addresses[0].ip


def set_lan_url(settings: Any, ip: str, port: int) -> str:
    """Tell the running app what `SPOTWEB_LAN_URL` would have told it; returns the address."""
    url = f"http://{ip}:{port}"
    settings.SPOTWEB_LAN_URL = urlsplit(url)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, ip]
    return url
