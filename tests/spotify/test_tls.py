"""Who is believed to be Spotify: a host whose certificate is for it, and signed by somebody known."""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from spotweb.spotify import profile
from spotweb.spotify.errors import Unavailable
from tests.spotify.unruly import UnrulyServer, found

ME = {"id": "ada", "display_name": "Ada"}


def _make_certificate(folder: Path, address: str) -> Path:
    """One that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a Spotify of our own")])
    names = [x509.IPAddress(ipaddress.ip_address(address))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "certificate.pem"
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(certificate.public_bytes(pem) + written)
    return file


@pytest.fixture
def address() -> str:
    return "127.0.0.1"


@pytest.fixture
def certificate(tmp_path, address) -> Path:
    return _make_certificate(tmp_path, address)


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
