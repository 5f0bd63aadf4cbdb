"""The household's own certificate, which `make https` makes, and the one that its https address shows."""

import ipaddress
import secrets
import shutil
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from spotweb.network.lan import parse_ip

# What the certificate may vouch for: addresses inside homes and names that nobody can buy. Who gets at its
# key can pretend to be the box, and no bank.
_HOME_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8")
_HOME_NAMES = ("home.arpa", "internal", "lan", "local")
_LIFE = timedelta(days=3650)
_CONNECT_WITHIN_S = 5
# What Caddy keeps of an earlier root, and would go on to show.
_MADE_BY_CADDY = "caddy"


class Root(NamedTuple):
    """A root certificate of our own: its text, and what people compare."""

    pem: bytes
    fingerprint: str


class Validity(NamedTuple):
    begins: datetime
    ends: datetime


def find_root(folder: Path) -> Root | None:
    try:
        certificate = x509.load_pem_x509_certificate(_get_certificate_file(folder).read_bytes())
    except (OSError, ValueError):
        return None
    return _describe(certificate)


def provide_root(folder: Path, *, site_name: str, names: Sequence[str]) -> Root:
    """The root that is there, or a new one where there is none, or none that covers `names`."""
    root = find_root(folder)
    if root and _covers(root, names):
        return root
    return _make_root(folder, site_name=site_name, names=names)


def fetch_validity(host: str, port: int) -> Validity:
    """Of the certificate that is shown there, whether or not it is to be trusted. Raises OSError."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, port), _CONNECT_WITHIN_S) as connection,
        context.wrap_socket(connection, server_hostname=host) as encrypted,
    ):
        shown = encrypted.getpeercert(binary_form=True)
    certificate = x509.load_der_x509_certificate(shown or b"")
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _describe(certificate: x509.Certificate) -> Root:
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Root(certificate.public_bytes(serialization.Encoding.PEM), fingerprint)


def _make_root(folder: Path, *, site_name: str, names: Sequence[str]) -> Root:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{site_name} at home"[:64])])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(127) or 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        # Caddy makes one certificate between this and the ones that it shows.
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_make_key_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_make_constraints(names), critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256())
    shutil.rmtree(folder / _MADE_BY_CADDY, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    pem = serialization.Encoding.PEM
    (folder / "root.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    root = _describe(certificate)
    _get_certificate_file(folder).write_bytes(root.pem)
    return root


def _get_certificate_file(folder: Path) -> Path:
    return folder / "root.crt"


def _make_key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _make_constraints(names: Sequence[str]) -> x509.NameConstraints:
    """Both kinds are named: of a kind that is not, anything would be allowed."""
    networks = [ipaddress.ip_network(network) for network in _HOME_NETWORKS]
    hosts = [*_HOME_NAMES]
    for name in names:
        if ip := parse_ip(name):
            networks.append(ipaddress.ip_network(ip))
        else:
            hosts.append(name)
    permitted = [*map(x509.IPAddress, networks), *map(x509.DNSName, hosts)]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _covers(root: Root, names: Sequence[str]) -> bool:
    certificate = x509.load_pem_x509_certificate(root.pem)
    if certificate.not_valid_after_utc < datetime.now(UTC) + _LIFE / 10:
        return False
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    permitted = [name.value for name in constraints.permitted_subtrees or ()]
    return all(any(_is_within(name, place) for place in permitted) for name in names)


def _is_within(name: str, place: object) -> bool:
    ip = parse_ip(name)
    if isinstance(place, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return ip is not None and ip in place
    return ip is None and (name == place or name.endswith(f".{place}"))
