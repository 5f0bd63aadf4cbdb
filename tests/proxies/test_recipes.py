"""The snippets of docs/https.md, taken from the document and run: nginx and Caddy, at a name and a path."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.box import OWN_KEYS, Box
from tests.proxies import recipes
from tests.proxies.recipes import Proxy

PLACES = [("name-of-its-own", "music.example", ""), ("path", "nas.example", "/music")]
# More than the 1 MB that some proxies take by themselves.
LARGE = {"file": ("list.csv", b"x" * 3_000_000)}


@pytest.fixture(scope="module")
def get_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Proxy]]:
    """A proxy of the document in front of a house at this address; each house is shared."""
    boxes: dict[str, Box] = {}
    with ExitStack() as running:

        def get(program: str, block: str, host: str, path: str) -> Proxy:
            if host not in boxes:
                box = Box(tmp_path_factory.mktemp("box"), SPOTWEB_URL=f"https://{host}{path}", **OWN_KEYS)
                boxes[host] = box.lay_house()
                running.enter_context(box.serve())
            folder: Path = tmp_path_factory.mktemp(program)
            run = recipes.RUN[program](folder, f"{program} {block}", host=host, upstream=boxes[host].port)
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
    assert "isn't encrypted" not in text

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


def test_a_certificate_in_files_is_taken_as_the_document_writes_it(get_proxy: Callable[..., Proxy]):
    """The way with lego: of its Caddyfile only the names of the files are the test's."""
    assert "tls /etc/caddy/" in recipes.read_block("caddy files")
    proxy = get_proxy("caddy", "files", "music.example", "")
    assert proxy.ask("/accounts/login/").status == 200


def test_the_document_has_a_block_for_each_proxy_and_place():
    for proxy in ("nginx", "caddy"):
        for block, _host, _path in PLACES:
            assert "127.0.0.1:8000" in recipes.read_block(f"{proxy} {block}")
