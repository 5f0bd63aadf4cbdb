"""The box's addresses on the home network: which one phones use, where to listen for them, its QR code.

Settings ask it once for the address; `manage.py run` and the setup doctor ask again if the box still has it.
"""

import io
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult

# What BIND holds when the app listens on all addresses, and which of them leads to the box itself.
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
# Networks inside the box, and tunnels out of the house: no phone of the household is there.
_OTHER_INTERFACES = (
    "br-", "cali", "cni", "docker", "flannel", "lxc", "lxdbr", "nordlynx", "podman", "ppp", "proton",
    "tailscale", "tap", "tun", "utun", "vboxnet", "veth", "virbr", "vmnet", "wg", "zt",
)  # fmt: skip
_CONTAINER_SIGNS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_NAME_IT = "To name it yourself, set SPOTWEB_LAN_URL, such as http://192.168.1.20:8000."
# Never sent to: the system only says by which of its addresses it would go there.
_FAR_AWAY = ("198.51.100.1", 9)
_IP_FREEBIND = 15  # Linux: an address may be listened on before the box has it


class LanAddress(NamedTuple):
    ip: str
    interface: str


class LanSearch(NamedTuple):
    """`ip` is empty when there is no address to use; `remark` says what was chosen or what is missing."""

    ip: str
    remark: str


def find_address() -> LanSearch:
    """The address under which phones of the household reach this box."""
    addresses = list_addresses()
    if not addresses:
        return LanSearch(
            "",
            "LAN=1: this box has no address on a home network, so the app can be opened on the box alone. "
            f"Connect it to your network; it is looked for again every few seconds. {_NAME_IT}",
        )
    if len(addresses) == 1:
        doubt = "This is a container: its host may have another address, which phones need then. "
        return LanSearch(addresses[0].ip, f"LAN=1: {doubt}{_NAME_IT}" if is_contained() else "")
    way_out = _find_way_out()
    chosen = next((one for one in addresses if one.ip == way_out), addresses[0])
    names = ", ".join(f"{one.ip} ({one.interface})" for one in addresses)
    reason = "the way to the internet" if chosen.ip == way_out else "the first"
    return LanSearch(chosen.ip, f"LAN=1: of {names} this is {reason}: {chosen.ip}. {_NAME_IT}")


def list_addresses() -> list[LanAddress]:
    """The private IPv4 addresses of this box, without those that lead inside it or out of the house."""
    return [
        LanAddress(ip, interface)
        for ip, interface in _list_all()
        if _is_home(ip) and not interface.lower().startswith(_OTHER_INTERFACES)
    ]


def has_address(host: str) -> bool:
    """Whether this box has the IP address. Of a name nothing is known: true."""
    ip = parse_ip(host)
    return ip is None or ip.is_loopback or any(parse_ip(own) == ip for own, _interface in _list_all())


def parse_ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Null for a name. What an IPv6 address says of its interface is left out."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def list_hosts(url: SplitResult | None, *, bind: str) -> list[str]:
    """Where to listen for phones beside `bind`: at the address itself, for a name at all that the box has."""
    if url is None or bind in ANYWHERE:
        return []
    host = url.hostname or ""
    hosts = [host] if parse_ip(host) else [address.ip for address in list_addresses()]
    return [host for host in hosts if host != bind]


def list_sandbox_hosts(lan_hosts: list[str], *, bind: str) -> list[str]:
    """Where the pages of the simulated Spotify are listened for beside loopback.

    In a container browsers come from outside even when they name 127.0.0.1.
    """
    if bind not in ANYWHERE:
        return lan_hosts
    ips = [(ip, parse_ip(ip)) for ip, _interface in _list_all()]
    return [ip for ip, parsed in ips if parsed and parsed.version == 4 and not parsed.is_loopback]  # noqa: PLR2004


def is_contained() -> bool:
    """Whether this is a container, which cannot see the addresses of its host."""
    # Our image sets the variable, as Podman and systemd-nspawn do: of a read-only Podman there is no file.
    is_said = bool(os.environ.get("container"))  # noqa: SIM112  # it is written like this
    return is_said or any(sign.exists() for sign in _CONTAINER_SIGNS)


def listen(host: str, port: int, *, is_lan: bool = False) -> socket.socket:
    """A listening socket. For the home network the address may come later: routers are slow to start."""
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            is_everything = host == "::" and socket.has_dualstack_ipv6()
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if is_everything else 1)
        if is_lan and sys.platform == "linux":
            listener.setsockopt(socket.SOL_IP, _IP_FREEBIND, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def draw_terminal_qr(text: str, *, has_colours: bool) -> str:
    """The QR code in half blocks; its quiet zone included. Without colours it needs a dark terminal."""
    import segno  # settings are read by every command, and few draw anything

    drawing = io.StringIO()
    segno.make(text, micro=False).terminal(drawing, compact=True)
    lines = drawing.getvalue().splitlines()
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" if has_colours else line for line in lines)


def draw_svg_qr(text: str) -> str:
    """The QR code as the address of an image: black on white in either theme."""
    import segno

    return segno.make(text, micro=False).svg_data_uri(scale=8, dark="#000", light="#fff")


def _list_all() -> Iterator[tuple[str, str]]:
    import ifaddr  # asked only where phones come in, too

    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            ip = address.ip if isinstance(address.ip, str) else address.ip[0]
            yield ip, adapter.name.decode() if isinstance(adapter.name, bytes) else adapter.name


def _is_home(text: str) -> bool:
    ip = parse_ip(text)
    if ip is None or ip.version != 4:  # noqa: PLR2004  # phones can be told an IPv6 address by the setting alone
        return False
    return ip.is_private and not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _find_way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_FAR_AWAY)
        except OSError:
            return ""
        return str(probe.getsockname()[0])
