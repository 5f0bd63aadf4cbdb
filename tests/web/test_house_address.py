"""Behind any proxy: the house is found at its address, and the host is told when a proxy hides it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.box import OWN_KEYS, Box

SIGN_IN = "/accounts/login/"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Box]]:
    """A running box for each SPOTWEB_URL."""
    boxes: dict[str, Box] = {}
    with ExitStack() as running:

        def get(url: str) -> Box:
            if url not in boxes:
                box = Box(tmp_path_factory.mktemp("box"), SPOTWEB_URL=url, **OWN_KEYS)
                box.lay_house()
                running.enter_context(box.serve())
                boxes[url] = box
            return boxes[url]

        yield get


def _follow(box: Box, path: str, headers: dict[str, str]) -> tuple[requests.Response, list[str]]:
    """As a browser behind this proxy: each redirect comes to the house with the same headers."""
    ways: list[str] = []
    answer = box.get(path, **headers)
    while answer.is_redirect and len(ways) < 10:
        assert answer.status_code not in {301, 308}, "browsers remember it"
        ways.append(answer.headers["Location"])
        parts = urlsplit(answer.headers["Location"])
        answer = box.get(parts.path + (f"?{parts.query}" if parts.query else ""), **headers)
    assert not answer.is_redirect, ways
    return answer, ways


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://music.example", {"Host": "music.example", **HTTPS}),
        ("https://music.example", {"Host": "music.example:443", **HTTPS}),
        ("https://music.example", {"Host": "music.example:80", **HTTPS}),
        ("https://music.example", {"Host": "MUSIC.example.", **HTTPS}),
        ("https://music.example", {"Host": "music.example", "X-Forwarded-Proto": "HTTPS"}),
        ("https://music.example", {"Host": "music.example", "X-Forwarded-Proto": "Https, http"}),
        ("https://music.example", {"Host": "music.example", "X-Forwarded-Ssl": "on"}),
        (
            "https://music.example",
            {"Host": "music.example", "X-Forwarded-Proto": "http", "CF-Visitor": '{"scheme":"https"}'},
        ),
        ("https://music.example", {"Host": "music.example", "X-Forwarded-Scheme": "https"}),
        ("https://music.example", {"Host": "music.example", "Forwarded": "for=1.2.3.4;Proto=https;by=x"}),
        ("https://music.example", {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "music.example", **HTTPS}),
        ("https://music.example", {"Host": "music.example.:443", "X-Forwarded-Proto": '"https"'}),
        (
            "https://music.example",
            {"Host": "web:8000", "Forwarded": 'host="Music.Example:443";proto="HTTPS"'},
        ),
        (
            "https://music.example",
            {"Host": "127.0.0.1", "X-Forwarded-Host": "MUSIC.example., inner:8000", **HTTPS},
        ),
        (
            "https://music.example",
            {"Host": "music.example", "Forwarded": 'for="[2001:db8::1]:4711"; Proto = https, for=10.0.0.2'},
        ),
        # Browsers write names and addresses in their one short form.
        ("https://müsik.example", {"Host": "xn--msik-0ra.example", **HTTPS}),
        ("http://[FD00:0:0::7]:8080", {"Host": "[fd00::7]:8080"}),
        ("https://music.example:8443", {"Host": "music.example", **HTTPS}),
        ("https://music.example:8443", {"Host": "music.example:8443", **HTTPS}),
        ("https://music.example:8443", {"Host": "music.example:8000", **HTTPS}),
        ("HTTPS://Music.Example:443/", {"Host": "music.example", **HTTPS}),
        ("http://music.lan:8080", {"Host": "music.lan"}),
        ("http://music.lan:8080", {"Host": "music.lan:8080"}),
        ("http://music.lan", {"Host": "music.lan:80", "X-Forwarded-Proto": "http"}),
    ],
)
def test_the_address_is_known_however_the_proxy_writes_it(
    houses: Callable[[str], Box], url: str, headers: dict[str, str]
):
    answer, ways = _follow(houses(url), SIGN_IN, headers)
    assert (answer.status_code, ways) == (200, [])
    assert "Sign in with Spotify" in answer.text
    moved, ways = _follow(houses(url), "/library/?q=a", headers)
    assert moved.status_code == 200
    assert [urlsplit(way).path for way in ways] == [SIGN_IN]


@pytest.mark.parametrize(
    "headers", [{"Host": "music.example", **HTTPS}, {"Host": "music.example:443", **HTTPS}]
)
def test_forms_are_taken_from_the_address_members_type(houses: Callable[[str], Box], headers: dict[str, str]):
    box = houses("https://music.example")
    page = box.get(SIGN_IN, **headers)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    answer = requests.post(
        f"{box.address}/accounts/spotify/login/",
        data={"csrfmiddlewaretoken": token},
        headers={**headers, "Cookie": cookie, "Origin": "https://music.example"},
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://accounts.spotify.com/authorize?")
    assert "redirect_uri=https%3A%2F%2Fmusic.example%2Faccounts" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("url", "headers", "seen"),
    [
        ("https://music.example", {"Host": "music.example"}, "Host: music.example, no X-Forwarded-Proto"),
        (
            "https://music.example",
            {"Host": "music.example", "X-Forwarded-Proto": "http"},
            "Host: music.example, X-Forwarded-Proto: http",
        ),
        (
            "https://music.example",
            {"Host": "127.0.0.1:8000", **HTTPS},
            "Host: 127.0.0.1:8000, X-Forwarded-Proto: https",
        ),
        ("http://music.lan", {"Host": "localhost:8000"}, "Host: localhost:8000, no X-Forwarded-Proto"),
    ],
)
@pytest.mark.parametrize("path", ["/", SIGN_IN, "/library/?q=a%20b&sort=name"])
def test_a_redirect_that_comes_back_is_a_page_and_a_line_in_the_log(
    houses: Callable[[str], Box], url: str, headers: dict[str, str], seen: str, path: str
):
    box = houses(url)
    answer, ways = _follow(box, path, headers)
    assert answer.status_code == 508
    assert len(ways) <= 3
    assert seen in answer.text
    wanted = f"Host: {urlsplit(url).netloc}"
    lines = [line for line in box.log.splitlines() if f"“{seen}”, wanted is “{wanted}" in line]
    assert len(lines) == 1, "once, not for each request"
    assert "Traceback" not in box.log


def test_who_comes_by_http_or_by_another_name_arrives_with_a_clean_address(houses: Callable[[str], Box]):
    box = houses("https://music.example")
    for host in ("music.example", "127.0.0.1:8000"):
        first = box.get("/library/?q=a&kind=album", Host=host)
        assert (first.status_code, first.headers["Cache-Control"]) == (302, "no-store")
        parts = urlsplit(first.headers["Location"])
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "music.example", "/library/")
        arrived = box.get(f"{parts.path}?{parts.query}", Host="music.example", **HTTPS)
        assert arrived.headers["Location"] == "/library/?q=a&kind=album"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "192.168.1.10:8000", "music.example.evil.example", "a b", "[::1", "x" * 300, "<b>"],
)
def test_a_foreign_name_gets_the_address_and_one_line(houses: Callable[[str], Box], host: str):
    box = houses("https://music.example")
    for _ in range(2):
        answer = box.get("/", Host=host, **HTTPS)
        assert answer.status_code == 400
    if (
        "<h1>" in answer.text and "household" in answer.text
    ):  # what the web server refuses itself is its own page
        assert 'href="https://music.example"' in answer.text
        lines = [line for line in box.log.splitlines() if f"Host: {host[:100]}" in line]
        assert len(lines) == 1
        assert "this household is at https://music.example" in lines[0]
    else:
        assert host not in {"evil.example", "192.168.1.10:8000", "music.example.evil.example"}
    assert "Traceback" not in box.log


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "music.example.evil.example", "evil.local", "x" * 300 + ".de"],
)
@pytest.mark.parametrize("path", ["/", SIGN_IN])
def test_a_foreign_page_does_not_become_the_house_by_a_header(
    houses: Callable[[str], Box], host: str, path: str
):
    """A name of somebody else's that leads to this box: its page sends any header but Host."""
    for url in ("https://music.example", "http://music.lan"):
        answer = houses(url).get(path, Host=host, **HTTPS, **{"X-Forwarded-Host": urlsplit(url).netloc})
        assert answer.status_code == 400
        assert "Sign in with Spotify" not in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "192.168.1.10:8000", "[fd00::7]:8000", "web:8000", "spotweb_app"]
)
def test_a_proxy_may_have_its_own_name_for_the_box(houses: Callable[[str], Box], host: str):
    headers = {"Host": host, "X-Forwarded-Host": "music.example", **HTTPS}
    answer, ways = _follow(houses("https://music.example"), SIGN_IN, headers)
    assert (answer.status_code, ways) == (200, [])


@pytest.mark.parametrize(
    ("url", "origin", "status"),
    [
        ("https://music.example:8443", "https://music.example:8443", 302),
        ("https://music.example:8443", "https://music.example", 403),
        ("https://music.example:8443", "http://music.example:8443", 403),
        ("https://music.example:8443", "https://music.example:9443", 403),
        ("https://music.example:8443", "https://other.example:8443", 403),
        ("https://music.example:8443", "https://[", 403),
        ("https://music.example", "https://music.example", 302),
        ("https://music.example", "https://music.example:8443", 403),
        ("http://music.lan:8080", "http://music.lan:8080", 302),
        ("http://music.lan:8080", "http://music.lan", 403),
    ],
)
def test_only_pages_of_the_house_change_something(
    houses: Callable[[str], Box], url: str, origin: str, status: int
):
    """Other ports of a host are other people's, also where the proxy hides the port."""
    box = houses(url)
    host = urlsplit(url).hostname
    headers = {"Host": host, **(HTTPS if url[:5] == "https" else {})}
    page = box.get(SIGN_IN, **headers)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    answer = requests.post(
        f"{box.address}/accounts/spotify/login/",
        data={"csrfmiddlewaretoken": token},
        headers={**headers, "Cookie": cookie, "Origin": origin},
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == status
    if status == 403 and f"//{host}" in origin:
        assert f"opened at {origin}" in answer.text
        assert f'href="{url}"' in answer.text
    assert "Traceback" not in box.log


def test_what_watches_the_box_may_call_it_by_any_name(houses: Callable[[str], Box]):
    assert houses("https://music.example").get("/healthz", Host="10.0.0.7").text == "ok\n"


@pytest.mark.parametrize("path", ["/library", "/household", "/accounts/login"])
def test_no_redirect_is_one_to_remember(houses: Callable[[str], Box], path: str):
    answer = houses("https://music.example").get(path, Host="music.example", **HTTPS)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}/")


@pytest.mark.parametrize(
    "headers",
    [
        {"SCRIPT_NAME": "/evil"},
        {"Script-Name": "/evil"},
        {"PATH_INFO": "/evil"},
        {"SCRIPT_NAME": "/accounts"},
    ],
)
def test_nobody_may_name_the_path_of_the_app(houses: Callable[[str], Box], headers: dict[str, str]):
    box = houses("https://music.example")
    answer = box.get(SIGN_IN, Host="music.example", **HTTPS, **headers)
    assert answer.status_code == 200
    assert "/evil" not in answer.text
    assert 'action="/accounts/spotify/login/"' in answer.text


def test_https_is_not_demanded_of_the_other_ports_of_a_host(houses: Callable[[str], Box]):
    def get(url: str, **headers: Any) -> requests.Response:
        return houses(url).get(SIGN_IN, Host="music.example", **HTTPS, **headers)

    assert "Strict-Transport-Security" in get("https://music.example").headers
    assert "Strict-Transport-Security" not in get("https://music.example:8443").headers


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A house with https, which phones at home reach by http under the same name."""
    box = Box(
        tmp_path_factory.mktemp("both"),
        SPOTWEB_URL="https://nas.example",
        SPOTWEB_LAN_URL="http://nas.example:8000",
        **OWN_KEYS,
    )
    box.lay_house()
    with box.serve():
        yield box


def test_cookies_of_http_and_https_are_not_in_each_others_way(both: Box):
    secure = both.get(SIGN_IN, Host="nas.example", **HTTPS)
    plain = both.get(SIGN_IN, Host="nas.example:8000")
    assert (secure.status_code, plain.status_code) == (200, 200)
    cookie = secure.headers["Set-Cookie"]
    assert cookie.startswith("csrftoken=")
    assert "Secure" in cookie
    assert "Strict-Transport-Security" not in secure.headers, "it would hold for the port of http, too"
    assert "isn’t encrypted" in plain.text
    assert "isn’t encrypted" not in secure.text
    assert 'href="https://nas.example"' in plain.text, "Spotify leads back to https"
    code = both.get("/accounts/code/?code=x", Host="nas.example:8000")
    assert "Secure" not in code.headers.get("Set-Cookie", "")


def test_a_form_at_the_address_for_phones_is_taken_with_its_own_cookie(both: Box):
    host = {"Host": "nas.example:8000"}
    page = both.get("/encryption/", **host)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    assert cookie.startswith("csrftoken_http=")
    assert "Secure" not in page.headers["Set-Cookie"]
    token = page.text.partition('"X-CSRFToken": "')[2].partition('"')[0]

    def post(cookie: str, origin: str) -> int:
        headers = {**host, "Cookie": cookie, "Origin": origin, "X-CSRFToken": token}
        address = f"{both.address}/accounts/code/use/"
        return requests.post(address, headers=headers, allow_redirects=False, timeout=60).status_code

    assert post(cookie, "http://nas.example:8000") == 422, "taken, and refused for its code"
    assert post(cookie, "http://evil.example") == 403
    assert post(cookie.replace("_http", ""), "http://nas.example:8000") == 403


@pytest.mark.parametrize("host", ["nas.example:8001", "nas.example.evil.example:8000", "evil.example:8000"])
def test_the_address_for_phones_is_one_host_and_one_port(both: Box, host: str):
    answer = both.get(SIGN_IN, Host=host)
    assert answer.status_code in {302, 400}
    assert answer.status_code == 400 or answer.headers["Location"].startswith("https://nas.example/")


@pytest.fixture(scope="module")
def below_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A house at a path of the box itself, and for phones at the same path of their address."""
    box = Box(tmp_path_factory.mktemp("below"), SPOTWEB_LAN_URL="http://music.lan", **OWN_KEYS)
    box.environment |= {
        "SPOTWEB_URL": f"{box.address}/music",
        "SPOTWEB_LAN_URL": f"http://music.lan:{box.port}",
    }
    box.lay_house()
    with box.serve():
        yield box


@pytest.mark.parametrize("host", ["127.0.0.1", "music.lan"])
def test_who_opens_the_port_of_the_app_is_led_below_the_path(below_path: Box, host: str):
    """Else cookies of the path would sign nobody in above it."""
    box, headers = below_path, {"Host": f"{host}:{below_path.port}"}
    answer, ways = _follow(box, "/library/?q=a", headers)
    assert answer.status_code == 200
    assert ways == [
        "/music/library/?q=a&_moved=1",
        "/music/library/?q=a",
        "/music/accounts/login/?next=/music/library/%3Fq%3Da",
    ]
    assert "Path=/music;" in answer.headers["Set-Cookie"]
    assert answer.headers["Set-Cookie"].startswith("music_csrftoken=")
    assert "Strict-Transport-Security" not in answer.headers


def test_a_proxy_that_cuts_the_path_off_at_the_same_port_sees_no_circle(below_path: Box):
    host = {"Host": f"127.0.0.1:{below_path.port}"}
    assert below_path.get("/accounts/login/?_moved=1", **host).status_code == 200


def test_what_watches_the_box_need_not_know_the_path(below_path: Box):
    for path in ("/healthz", "/music/healthz"):
        assert below_path.get(path, Host="10.0.0.7").text == "ok\n"


@pytest.mark.parametrize("path", ["/musical/", "/music../", "/musi"])
def test_what_only_begins_like_the_path_is_no_page(below_path: Box, path: str):
    answer = below_path.get(f"{path}?_moved=1", Host=f"127.0.0.1:{below_path.port}")
    assert answer.status_code in {302, 404}


def test_no_way_back_leads_out_of_the_path(below_path: Box):
    host = {"Host": f"127.0.0.1:{below_path.port}"}
    page = below_path.get("/music/accounts/login/?next=/another-app/", **host).text
    assert "another-app" not in page
    assert "/music/household/" in below_path.get("/music/accounts/login/?next=/music/household/", **host).text
