"""A box with several addresses, with none, and with one that changes: what phones are told."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hosts.network import can_make_hosts, change_address, make_interfaces
from tests.run.box import Box
from tests.support.box import ROOT

pytestmark = pytest.mark.skipif(
    not can_make_hosts(), reason="needs root and iproute2, for a network namespace"
)
HOUSE = {
    "docker0": ["172.17.0.1/16"],
    "eth0": ["192.168.1.20/24", "fd12::20/64"],
    "tailscale0": ["100.101.7.9/32"],
    "wg0": ["10.8.0.2/24"],
    "wlan0": ["192.168.1.33/24"],
}
LOOK = "from spotweb.network.lan import find_address; print(*find_address(), sep='\\n')"
# With its steps of ten and 25 seconds made short.
WATCH = """
import sys, time
from spotweb.processes import supervision
supervision._LAN_LOOK_S = supervision._LAN_STEADY_S = 0.1
plan = supervision.RunPlan(*[None] * len(supervision.RunPlan._fields))
watch = supervision._LanWatch(plan._replace(lan_address=sys.argv[1], is_lan_address_found=True))
print("looking", flush=True)
while not watch.has_changed():
    time.sleep(0.05)
print("changed", flush=True)
"""


def _run(host: str, *command: str) -> str:
    return subprocess.run(
        ["ip", "netns", "exec", host, *command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("interfaces", "way_out", "ip", "says"),
    [
        (["eth0"], "eth0", "192.168.1.20", ""),
        (["docker0", "wg0", "tailscale0", "eth0"], "wg0", "192.168.1.20", ""),
        (["eth0", "wlan0"], "wlan0", "192.168.1.33", "192.168.1.33 (wlan0) this is the way to the internet"),
        (
            ["wlan0", "eth0", "docker0"],
            "eth0",
            "192.168.1.20",
            "this is the way to the internet: 192.168.1.20.",
        ),
        (["eth0", "wlan0", "wg0"], "wg0", "192.168.1.20", "this is the first: 192.168.1.20."),
        (["docker0", "wg0", "tailscale0"], "wg0", "", "no address on a home network"),
        ([], "", "", "no address on a home network"),
    ],
)
def test_of_several_addresses_the_one_that_phones_reach_is_chosen(
    interfaces: list[str], way_out: str, ip: str, says: str
):
    with make_interfaces({name: HOUSE[name] for name in interfaces}, way_out=way_out) as host:
        found, remark = _run(host, "env", "-u", "container", sys.executable, "-c", LOOK).split("\n")[:2]
    assert found == ip
    assert says in remark
    assert "docker0" not in remark
    assert says or "SPOTWEB_LAN_URL" not in remark or "container" in remark


def test_another_address_is_noticed_while_it_runs():
    with make_interfaces({"eth0": ["192.168.1.20/24"]}, way_out="eth0") as host:
        watching = ["ip", "netns", "exec", host, sys.executable, "-c", WATCH, "http://192.168.1.20:8000"]
        with subprocess.Popen(watching, cwd=ROOT, stdout=subprocess.PIPE, text=True) as watch:
            try:
                assert watch.stdout
                assert watch.stdout.readline() == "looking\n"
                change_address(host, "eth0", "delete", "192.168.1.20/24")
                assert watch.poll() is None, "no address is no other address"
                change_address(host, "eth0", "add", "192.168.1.99/24")
                assert watch.stdout.readline() == "changed\n"
            finally:
                watch.kill()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """In a namespace with all interfaces of HOUSE."""
    started: list[Box] = []

    def start(host: str, **environment: str) -> Box:
        box = Box(tmp_path / "data", tmp_path / "log.txt", **environment)
        box.launcher = ("ip", "netns", "exec", host)
        started.append(box.lay_house())
        return box.start()

    yield start
    for one in started:
        one.stop()


def test_a_box_with_several_addresses_is_found_at_the_chosen_one_alone(box: Callable[..., Box]):
    with make_interfaces(HOUSE, way_out="eth0") as host:
        running = box(host, LAN="1")
        assert "of 192.168.1.20 (eth0), 192.168.1.33 (wlan0) this is the way to the internet" in running.log
        assert f"Phones and tablets on your network: http://192.168.1.20:{running.port}" in running.log
        assert _ask(host, f"http://192.168.1.20:{running.port}") == "200"
        for other in ("192.168.1.33", "172.17.0.1", "10.8.0.2", "[fd12::20]"):
            assert "refused" in _ask(host, f"http://{other}:{running.port}"), other
        doctor = subprocess.run(
            ["ip", "netns", "exec", host, sys.executable, "manage.py", "spotify_doctor"],
            cwd=ROOT, env=running.get_environment(), capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        assert "The box also has 192.168.1.33 (wlan0)" in " ".join(doctor.split())
        running.stop()
        port = running.port
        with_ipv6 = box(host, SPOTWEB_LAN_URL=f"http://[fd12::20]:{port}", PORT=str(port))
        assert f"Phones and tablets on your network: http://[fd12::20]:{port}" in with_ipv6.log
        assert _ask(host, f"http://[fd12::20]:{port}") == "200"
        assert "refused" in _ask(host, f"http://192.168.1.20:{port}")


ASK = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    print(opener.open(sys.argv[1] + "/accounts/login/", timeout=60).status)
except OSError as error:
    print(error)
"""


def _ask(host: str, address: str) -> str:
    return _run(host, sys.executable, "-c", ASK, address).strip()
