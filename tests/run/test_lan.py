"""`make run LAN=1`: the box listens at home, says where, and notices another address from the router."""

import socket

import pytest
import requests
import zxingcpp
from PIL import Image

from tests.support.lan import get_lan_ip

HALF_BLOCKS = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def _scan_terminal(text: str) -> str:
    """Read the QR code on a dark terminal as a phone's camera does."""
    rows = [line for line in text.splitlines() if line and set(line) <= set(HALF_BLOCKS)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)  # the last may not be written to its end yet
    pixels = [[HALF_BLOCKS[sign][half] * 255 for sign in row.ljust(width)] for row in rows for half in (0, 1)]
    picture = Image.new("L", (len(pixels[0]), len(pixels)))
    picture.putdata([pixel for row in pixels for pixel in row])
    found = zxingcpp.read_barcodes(picture.resize((picture.width * 8, picture.height * 8)))
    return str(found[0].text) if found else ""


def _get(url: str, **headers: str) -> requests.Response:
    with requests.Session() as phone:
        phone.trust_env = False
        return phone.get(url, headers=headers, timeout=60, allow_redirects=False)


def test_a_box_on_the_network_says_its_address_and_is_found_there_and_by_no_other_name(make_box):
    ip = get_lan_ip()
    box = make_box(LAN="1")
    (box.data / "lan_address").write_text("http://192.168.1.20:8000")
    box.start()
    url = f"http://{ip}:{box.port}"
    assert "The router has given this box another address: phones found it at http://192.168.1.20" in box.log
    assert f"Phones and tablets on your network: {url}\n" in box.log
    assert box.wait_for(lambda: _scan_terminal(box.log)) == url
    for path in ("/accounts/login/", "/static/icons/mark.svg"):
        for address in (url, box.address):
            assert _get(address + path).status_code == 200
    for host in ("evil.example", f"{ip}:1", ip, f"{ip}.evil.example", f"evil@{ip}:{box.port}"):
        for _ in range(2):
            refused = _get(url, Host=host)
            assert refused.status_code == 400, host
    refused = _get(url, Host="evil.example")
    assert f'href="{url}"' in refused.text, "a phone is told the address for phones"
    assert len([line for line in box.log.splitlines() if "“Host: evil.example," in line]) == 1
    assert "Bad Request" not in box.log
    # The address is a new one for one start.
    box.stop()
    box.start()
    box.wait_for(lambda: "Phones and tablets" in box.log)
    assert "The router" not in box.log


def test_without_being_asked_nothing_listens_on_the_network(make_box):
    ip = get_lan_ip()
    box = make_box().start()
    with pytest.raises(requests.ConnectionError):
        _get(f"http://{ip}:{box.port}/")
    assert "Phones" not in box.log


def test_an_address_that_the_box_lost_is_said_and_the_box_itself_is_served(make_box):
    box = make_box(SPOTWEB_LAN_URL="http://198.18.77.77:8123").start()
    assert "This box doesn't have the address 198.18.77.77 (SPOTWEB_LAN_URL)" in box.log
    assert box.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("192.168.1.20", "Did you mean http://192.168.1.20:8000?"),
        ("https://music.lan", "belongs into SPOTWEB_URL"),
        ("http://192.168.1.20:8000/music", "scheme, host and port alone"),
        ("http://0.0.0.0:8000", "which no browser can open"),
        ("http://127.0.0.1:8000", "are the same"),
        ("http://", "names no host"),
        ("http://192.168.1.20:port", "SPOTWEB_LAN_URL is"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_remedy(make_box, value, says):
    box = make_box(is_new=True, SPOTWEB_LAN_URL=value, PORT="8000", SANDBOX_PORT="8001")
    code, log = box.run_to_its_end()
    assert (code, says in log) == (1, True), log


def test_a_network_address_taken_by_another_program_is_said(make_box):
    ip = get_lan_ip()
    box = make_box(is_new=True, SPOTWEB_LAN_URL=f"http://{ip}:8000")
    with socket.create_server((ip, box.port)):
        code, log = box.run_to_its_end()
    assert code == 1
    assert f"Port {box.port} is taken by another program" in log
