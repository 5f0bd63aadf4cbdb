"""Two hosts in network namespaces of their own, joined by a bridge, and a proxy before them."""

import itertools
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

BRIDGE, GATEWAY = "spotweb0", "10.77.41.1"
ADDRESSES = {"spotweb-a": "10.77.41.2", "spotweb-b": "10.77.41.3"}
_CONNECTS_WITHIN_S = 2


def can_make_hosts() -> bool:
    """Whether this machine lets us: it takes root and iproute2."""
    if os.geteuid() or not shutil.which("ip"):
        return False
    probe = "spotweb-probe"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode:
        return False
    _ip("netns", "delete", probe)
    return True


@contextmanager
def make_hosts() -> Iterator[dict[str, str]]:
    """The addresses of the hosts by the names of their namespaces; the machine itself is GATEWAY to them."""
    _remove_hosts()
    try:
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("address", "add", f"{GATEWAY}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for number, (name, address) in enumerate(ADDRESSES.items()):
            inside, outside = f"spotwebi{number}", f"spotwebo{number}"
            _ip("netns", "add", name)
            _ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name)
            _ip("link", "set", outside, "master", BRIDGE, "up")
            _ip("-n", name, "address", "add", f"{address}/24", "dev", inside)
            _ip("-n", name, "link", "set", inside, "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield dict(ADDRESSES)
    finally:
        _remove_hosts()


@contextmanager
def make_interfaces(addresses: dict[str, list[str]], *, way_out: str = "") -> Iterator[str]:
    """A host of its own, by the name of its namespace, with interfaces that lead to nobody.

    `way_out` is the interface by which it goes to the internet.
    """
    name = "spotweb-lan"
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        for number, (interface, own) in enumerate(addresses.items()):
            far_end = f"spotweb{number}"
            _ip("-n", name, "link", "add", interface, "type", "veth", "peer", "name", far_end)
            for end in (interface, far_end):
                _ip("-n", name, "link", "set", end, "up")
            for address in own:
                change_address(name, interface, "add", address)
        if way_out:
            _ip("-n", name, "route", "add", "default", "dev", way_out)
        yield name
    finally:
        _ip("netns", "delete", name)


def change_address(host: str, interface: str, act: str, address: str) -> None:
    # An IPv6 address is of use at once, without asking whether another has it.
    _ip("-n", host, "address", act, address, "dev", interface, *(["nodad"] if ":" in address else []))


def _remove_hosts() -> None:
    for name in ADDRESSES:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    subprocess.run(["ip", "link", "delete", BRIDGE], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Forwarder:
    """Takes connections to the first of `targets` that answers, beginning with another each time."""

    def __init__(self, host: str, port: int, targets: list[tuple[str, int]]) -> None:
        self._targets = targets
        self._turns = itertools.count()
        self._listener = socket.create_server((host, port), backlog=200)
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """All connections end with it."""
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, act: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=act, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        first = next(self._turns) % len(self._targets)
        with client:
            for target in [*self._targets[first:], *self._targets[:first]]:
                try:
                    server = socket.create_connection(target, timeout=_CONNECTS_WITHIN_S)
                except OSError:
                    continue
                with server:
                    self._connect(client, server)
                return

    def _connect(self, client: socket.socket, server: socket.socket) -> None:
        server.settimeout(None)
        self._open |= {client, server}
        back = self._start(_copy, server, client)
        _copy(client, server)
        back.join()
        self._open -= {client, server}


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (target, source):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
