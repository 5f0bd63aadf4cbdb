"""Who is believed to be Spotify: a host whose certificate is for it, and signed by somebody known."""

from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from spotweb.spotify import profile
from spotweb.spotify.errors import Unavailable
from tests.spotify.unruly import UnrulyServer, found
from tests.support.certificates import make_certificate

ME = {"id": "ada", "display_name": "Ada"}


@pytest.fixture
def address() -> str:
    return "127.0.0.1"


@pytest.fixture
def certificate(tmp_path, address) -> Path:
    return make_certificate(tmp_path, address)


@pytest.fixture
def encrypted(client, certificate, settings) -> Iterator[UnrulyServer]:
    server = UnrulyServer(certificate=certificate)
    server.answer(found(ME))
    settings.SPOTIFY_API_URL = f"{server.url}/v1"
    yield server
    server.stop()


def test_a_host_whose_certificate_nobody_known_has_signed_is_told_nothing(encrypted, client):
    with pytest.raises(Unavailable, match="SSLError"):
        profile.get_current_users_profile(client)
    assert encrypted.asked == []


@pytest.mark.parametrize("address", ["127.0.0.2"])
def test_a_certificate_for_another_host_is_none(encrypted, client, certificate, monkeypatch):
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    with pytest.raises(Unavailable, match="SSLError"):
        profile.get_current_users_profile(client)
    assert encrypted.asked == []


def test_a_known_one_for_this_host_is_believed(encrypted, client, certificate, monkeypatch):
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    for _ in range(2):
        assert profile.get_current_users_profile(client).id == "ada"
    assert len({asked.connection for asked in encrypted.asked}) == 1
