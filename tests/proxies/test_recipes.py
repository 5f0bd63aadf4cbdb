"""The snippets of docs/https.md, taken from the document and run: nginx and Caddy, at a name and a path."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.proxies import recipes
from tests.proxies.recipes import Proxy
from tests.support.box import OWN_KEYS, PATIENCE_S, Box

PLACES = [("name-of-its-own", "music.example", ""), ("path", "nas.example", "/music")]
# More than the 1 MB that some proxies take by themselves.
LARGE = {"file": ("list.csv", b"x" * 3_000_000)}


@pytest.fixture(scope="module")
def get_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Box]]:
    """A house at this host and path, shared by the tests."""
    boxes: dict[str, Box] = {}
    with ExitStack() as running:

        def get(host: str, path: str) -> Box:
            if host not in boxes:
                box = Box(tmp_path_factory.mktemp("box"), SPOTWEB_URL=f"https://{host}{path}", **OWN_KEYS)
                boxes[host] = box.lay_house()
                running.enter_context(box.serve())
            return boxes[host]

        yield get


@pytest.fixture(scope="module")
def get_proxy(
    get_box: Callable[[str, str], Box], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Proxy]]:
    """A proxy of the document in front of a house at this address."""
    with ExitStack() as running:

        def get(program: str, block: str, host: str, path: str) -> Proxy:
            folder: Path = tmp_path_factory.mktemp(program)
            upstream = get_box(host, path).port
            run = recipes.RUN[program](folder, f"{program} {block}", host=host, upstream=upstream)
            return running.enter_context(run)

        yield get


@pytest.mark.parametrize(("block", "host", "path"), PLACES)
@pytest.mark.parametrize("program", ["nginx", "caddy"])
def test_the_snippet_works_as_it_stands(
    get_proxy: Callable[..., Proxy], program: str, block: str, host: str, path: str
):
    proxy = get_proxy(program, block, host, path)
    page = proxy.ask(f"{path}/accounts/login/")
    text = page.data.decode()
    assert page.status == 200
    assert "Sign in with Spotify" in text
    cookie = page.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert f"Path={path or '/'};" in cookie
    assert "isn’t encrypted" not in text

    style = re.search(r'href="([^"]+\.css)"', text)
    assert style
    assert style[1].startswith(f"{path}/static/")
    assert proxy.ask(style[1]).status == 200

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert token
    headers = {"Cookie": cookie.partition(";")[0], "Origin": f"https://{host}", "X-CSRFToken": token[1]}
    start = proxy.ask(f"{path}/accounts/spotify/login/", "POST", headers=headers)
    callback = f"{path}/accounts/spotify/login/callback/".replace("/", "%2F")
    assert f"redirect_uri=https%3A%2F%2F{host}{callback}" in start.headers["Location"]

    sent = proxy.ask(f"{path}/undo/", "POST", headers=headers, fields=LARGE)
    assert sent.status == 302, "it came to the app, which leads strangers to the sign-in"
    assert sent.headers["Location"].startswith(f"{path}/accounts/login/")
    if path:
        moved = proxy.ask(path)
        assert moved.status in {301, 302}
        assert moved.headers["Location"] == f"{path}/"
    elif program == "nginx":
        plain = proxy.ask_plainly("/library/?q=a")
        assert (plain.status, plain.headers["Location"]) == (301, f"https://{host}/library/?q=a")


# What these two send to the app, as their sources have it; neither can run here.
TRAEFIK = {
    "X-Forwarded-For": "192.168.1.40",
    "X-Forwarded-Host": "{host}",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Server": "traefik",
    "X-Real-Ip": "192.168.1.40",
}
TAILSCALE = {
    "X-Forwarded-For": "100.101.7.9",
    "X-Forwarded-Host": "{host}",
    "X-Forwarded-Proto": "https",
    "Tailscale-User-Login": "ada@example.org",
    "Tailscale-User-Name": "=?utf-8?q?Ada_M=C3=BCller?=",
    "Tailscale-User-Profile-Pic": "https://example.org/ada.png",
    "Tailscale-Headers-Info": "https://tailscale.com/s/serve-headers",
}


@pytest.mark.parametrize(
    ("headers", "host", "path"),
    [
        (TRAEFIK, "music.example", ""),
        (TRAEFIK, "nas.example", "/music"),
        (TAILSCALE, "box.tail1234.ts.net", ""),
    ],
    ids=["traefik", "traefik-path", "tailscale"],
)
def test_the_headers_of_a_proxy_that_is_not_here_lead_to_a_sign_in(
    get_box: Callable[[str, str], Box], headers: dict[str, str], host: str, path: str
):
    box = get_box(host, path)
    sent = {"Host": host} | {name: value.format(host=host) for name, value in headers.items()}
    page = box.get(f"{path}/accounts/login/", **sent)
    assert page.status_code == 200
    assert "isn’t encrypted" not in page.text
    assert all(part in page.headers["Set-Cookie"] for part in ("Secure", f"Path={path or '/'}"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    with requests.Session() as browser:
        browser.trust_env = False
        start = browser.post(
            f"{box.address}{path}/accounts/spotify/login/",
            headers={**sent, "Cookie": cookie, "Origin": f"https://{host}", "X-CSRFToken": token[1]},
            allow_redirects=False, timeout=PATIENCE_S,
        )  # fmt: skip
    callback = f"{path}/accounts/spotify/login/callback/".replace("/", "%2F")
    assert f"redirect_uri=https%3A%2F%2F{host}{callback}" in start.headers["Location"]


def test_a_certificate_in_files_is_taken_as_the_document_writes_it(get_proxy: Callable[..., Proxy]):
    """The way with lego: of its Caddyfile only the names of the files are the test's."""
    assert "tls /etc/caddy/" in recipes.read_block("caddy files")
    proxy = get_proxy("caddy", "files", "music.example", "")
    assert proxy.ask("/accounts/login/").status == 200


def test_the_document_has_a_block_for_each_proxy_and_place():
    for proxy in ("nginx", "caddy"):
        for block, _host, _path in PLACES:
            assert "127.0.0.1:8000" in recipes.read_block(f"{proxy} {block}")
