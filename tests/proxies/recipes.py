"""What docs/https.md tells people to write, run for real: its blocks by name, on ports of a test."""

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.environment import free_port
from tests.get_proxies import find
from tests.support.box import PATIENCE_S, ROOT
from tests.support.certificates import make_certificate

DOCUMENT = (ROOT / "docs" / "https.md").read_text()
_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{servers}
}}
"""


class Proxy:
    """A running one: `ask` it over https as `host`, which leads to this machine."""

    def __init__(self, host: str, port: int, *, plain_port: int, certificate: Path) -> None:
        self.host = host
        self.port = port
        self.plain_port = plain_port
        self._pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", port, ca_certs=str(certificate), server_hostname=host, assert_hostname=host
        )

    def ask(self, path: str, method: str = "GET", **options: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Host": self.host, **options.pop("headers", {})}
        return self._pool.request(
            method, path, headers=headers, redirect=False, timeout=PATIENCE_S, retries=False, **options
        )

    def ask_plainly(self, path: str) -> urllib3.BaseHTTPResponse:
        pool = urllib3.HTTPConnectionPool("127.0.0.1", self.plain_port)
        return pool.request("GET", path, headers={"Host": self.host}, redirect=False, retries=False)


def read_block(name: str) -> str:
    """A block of the document, by the words behind its three signs."""
    blocks = dict(re.findall(r"^ *```(\w+ [\w-]+)\n(.*?)^ *```$", DOCUMENT, re.MULTILINE | re.DOTALL))
    return str(blocks[name])


@contextmanager
def run_nginx(folder: Path, block: str, *, host: str, upstream: int, without: str = "") -> Iterator[Proxy]:
    """`without`: a directive that somebody has left out."""
    program = _require("nginx")
    certificate, port, plain_port = make_certificate(folder, host), free_port(), free_port()
    text = _replace(read_block(block), {"127.0.0.1:8000": f"127.0.0.1:{upstream}"})
    if without:
        text = re.sub(rf"^ *{without} .*\n", "", text, flags=re.MULTILINE)
    tls = f"ssl_certificate {certificate}; ssl_certificate_key {certificate.with_suffix('.key')};"
    if "server {" in text:
        text = re.sub(r"ssl_certificate +\S+;\n *ssl_certificate_key +\S+;", tls, text)
        text = _replace(
            text, {"listen 443": f"listen 127.0.0.1:{port}", "listen 80": f"listen 127.0.0.1:{plain_port}"}
        )
    else:
        text = f"server {{ listen 127.0.0.1:{port} ssl; server_name {host}; {tls}\n{text}\n}}"
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(_NGINX.format(folder=folder, user=user, servers=text))
    with _run([program, "-e", "stderr", "-p", str(folder), "-c", str(file)], folder, port):
        yield Proxy(host, port, plain_port=plain_port, certificate=certificate)


@contextmanager
def run_caddy(folder: Path, block: str, *, host: str, upstream: int) -> Iterator[Proxy]:
    certificate, port, plain_port = make_certificate(folder, host), free_port(), free_port()
    # Nobody gives certificates to a test: Caddy is handed one.
    tls = f"tls {certificate} {certificate.with_suffix('.key')}"
    text = re.sub(r"^ *tls .*\n", "", read_block(block), flags=re.MULTILINE)
    name = text.split("{")[0].strip()
    text = _replace(
        text, {f"{name} {{": f"{host}:{port} {{\n    {tls}", "127.0.0.1:8000": f"127.0.0.1:{upstream}"}
    )
    file = folder / "Caddyfile"
    file.write_text(f"{{\n    admin off\n    http_port {plain_port}\n}}\n{text}")
    with start_caddy(file, folder, port, host=host):
        yield Proxy(host, port, plain_port=plain_port, certificate=certificate)


@contextmanager
def start_caddy(file: Path, folder: Path, port: int, *, host: str) -> Iterator[None]:
    """`host`: a name, which leads to this machine, or an address. Makes its own certificate if it has to."""
    command = [_require("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"]
    with _run(command, folder, port, is_ready=lambda: _has_certificate(port, host)):
        yield


RUN = {"nginx": run_nginx, "caddy": run_caddy}


def _require(program: str) -> str:
    path = find(program)
    if path is None:
        pytest.skip(f"{program} is not installed; `make proxies` installs it where it may")
    return path


def _replace(text: str, exchanges: dict[str, str]) -> str:
    for before, after in exchanges.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def _run(
    command: list[str], folder: Path, port: int, *, is_ready: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    log = folder / "proxy.log"
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **home}, cwd=folder
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not (_listens(port) and is_ready()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _has_certificate(port: int, host: str) -> bool:
    """A server that makes one takes calls before it is done."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = host if host.replace(".", "").isdigit() else "127.0.0.1"
    with socket.create_connection((address, port), PATIENCE_S) as connection:
        try:
            context.wrap_socket(connection, server_hostname=host).close()
        except ssl.SSLError:
            return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
