"""What a service of `Type=notify` tells systemd: that it is ready, and that it still looks after itself."""

import os
import socket
from contextlib import suppress

_NAME = "NOTIFY_SOCKET"


class ServiceManager:
    """Takes the address out of the environment: what is started from here is not to speak for the service."""

    def __init__(self) -> None:
        self._address = os.environ.pop(_NAME, "")

    def report_ready(self) -> None:
        self._send("READY=1")

    def report_life(self) -> None:
        """For the watchdog, which ends a service that has not said so for a while."""
        self._send("WATCHDOG=1")

    def restore_environment(self) -> None:
        """For a program that takes the place of this one."""
        if self._address:
            os.environ[_NAME] = self._address

    def _send(self, state: str) -> None:
        if not self._address:
            return
        # A name in the abstract namespace is written with an @ in front.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), address)
