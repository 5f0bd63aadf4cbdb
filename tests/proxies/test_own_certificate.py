"""`make https`: a certificate that phones can trust because it vouches for homes alone, and Caddy with it."""

import re
import ssl
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from spotweb.network.certificates import find_root, provide_root
from tests.accounts.consent import get_form
from tests.environment import free_port
from tests.proxies.recipes import start_caddy
from tests.run.box import Box
from tests.support.box import PATIENCE_S
from tests.support.box import Box as WebBox
from tests.support.lan import get_lan_ip

NAMES = ["box.lan"]


def _sign(folder: Path, name: str) -> Path:
    """A certificate for this name, made with the household's key."""
    root = x509.load_pem_x509_certificate((folder / "root.crt").read_bytes())
    root_key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    assert isinstance(root_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(root.not_valid_before_utc)
        .not_valid_after(root.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        certificate.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


def _shake_hands(folder: Path, name: str) -> None:
    """As a phone that trusts the household would. Raises SSLError."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(_sign(folder, name))
    client_side = ssl.create_default_context(cafile=str(folder / "root.crt"))
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(back, there, server_hostname=name)
    server = server_side.wrap_bio(there, back, server_side=True)
    for side in (client, server, client):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_the_certificate_vouches_for_the_box_and_for_no_site_of_the_internet(tmp_path: Path):
    provide_root(tmp_path, site_name="Our Music", names=NAMES)
    _shake_hands(tmp_path, "box.lan")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        _shake_hands(tmp_path, "bank.example")


def test_another_address_at_home_needs_no_other_certificate(tmp_path: Path):
    first = provide_root(tmp_path, site_name="Our Music", names=["192.168.1.20"])
    assert provide_root(tmp_path, site_name="Our Music", names=["192.168.178.4"]) == first
    assert provide_root(tmp_path, site_name="Our Music", names=["box.local"]) == first
    assert provide_root(tmp_path, site_name="Our Music", names=["box.example"]) != first
    (tmp_path / "root.crt").write_text("damaged")
    assert find_root(tmp_path) is None


def test_a_second_device_signs_in_over_https_with_what_make_https_wrote(tmp_path: Path):
    """Every line that the command prints is followed; the device trusts what it loaded, and nothing else."""
    ip, port = get_lan_ip(), free_port()
    web = WebBox(tmp_path / "data")
    said = web.manage("https", "--name", ip, "--port", str(port))
    assert said.returncode == 0, said.stdout
    address, plain_address = f"https://{ip}:{port}", f"http://{ip}:{web.port}"
    assert f"SPOTWEB_URL={address}\n" in said.stdout
    assert f"SPOTWEB_LAN_URL={plain_address}\n" in said.stdout
    assert f"{address}/accounts/spotify/login/callback/" in said.stdout
    folder = tmp_path / "data" / "https"
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}

    settings = {"SPOTWEB_URL": address, "SPOTWEB_LAN_URL": plain_address}
    box = Box(tmp_path / "data", tmp_path / "log.txt", **settings)
    box.port = web.port
    box.start()
    try:
        loaded = box.get("/encryption/certificate/", Host=f"{ip}:{web.port}")
        assert loaded.headers["Content-Type"] == "application/x-x509-ca-cert"
        trusted = tmp_path / "trusted.crt"
        trusted.write_bytes(loaded.content)
        with start_caddy(folder / "Caddyfile", tmp_path, port, host=ip):
            _sign_in(address, str(trusted))
    finally:
        box.stop()


def _sign_in(address: str, trusted: str) -> None:
    with requests.Session() as device:
        device.trust_env, device.verify = False, trusted
        page = device.get(f"{address}/accounts/login/", timeout=PATIENCE_S)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        consent = device.post(
            f"{address}/accounts/spotify/login/",
            {"csrfmiddlewaretoken": token[1]},
            headers={"Origin": address},
            timeout=PATIENCE_S,
        )
        assert urlsplit(consent.url).hostname == urlsplit(address).hostname, "no phone finds 127.0.0.1"
        form = get_form(consent.text)
        fields = {**form.fields, "member": "ada", "answer": "agree"}
        home = device.post(urljoin(consent.url, form.action), fields, timeout=PATIENCE_S)
        assert home.url.startswith(f"{address}/")
        assert "sidebar-nav" in home.text, home.text
        page = device.get(f"{address}/library/", timeout=PATIENCE_S)
        picture = re.search(r'src="(/demo/images/[\w-]+\.svg)"', page.text)
        assert picture, "a page that came by https may load none by http"
        assert device.get(address + picture[1], timeout=PATIENCE_S).headers["Content-Type"] == "image/svg+xml"
        assert device.get(f"{address}/demo/images/..%2Fstatus", timeout=PATIENCE_S).status_code == 404
        assert all(cookie.secure for cookie in device.cookies if "session" in cookie.name)


def test_a_name_that_is_none_is_refused_in_words(tmp_path: Path):
    said = WebBox(tmp_path).manage("https", "--name", 'box.lan" {')
    assert said.returncode == 1
    assert "is no name of a box" in said.stdout
    assert not (tmp_path / "https").exists()


def test_nobody_finds_a_certificate_where_none_was_made(client):
    assert client.get("/encryption/certificate/", headers={"Host": "127.0.0.1"}).status_code == 404
