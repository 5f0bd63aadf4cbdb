"""Run the simulated Spotify beside the app."""

import errno
import signal
import threading
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from spotweb.network.lan import ANYWHERE
from spotweb.processes.memory import freeze_loaded_objects
from spotweb.processes.startup_report import report_up
from spotweb.sandbox.server import Sandbox


class Command(BaseCommand):
    help = "Serve a simulated Spotify on this machine, for trying the app and for its tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SANDBOX_PORT)
        parser.add_argument(
            "--quota-mode", choices=["development", "extended"], default=settings.SPOTIFY_QUOTA_MODE
        )
        parser.add_argument("--latency-ms", type=int, default=0, help="added to every answer")
        parser.add_argument("--saved-tracks", type=int, help="saved by the owner of the house")
        parser.add_argument(
            "--long-playlist", type=int, metavar="ITEMS", help="one more playlist, of this length"
        )
        parser.add_argument("--members", type=int, help="size of the household")
        parser.add_argument("--seed", type=int, help="another seed is another catalogue")
        parser.add_argument("--state", metavar="FILE", help="kept over restarts")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        port = options["port"]
        try:
            sandbox = Sandbox(
                port=port,
                quota_mode=options["quota_mode"],
                clients={settings.SPOTIFY_CLIENT_ID: settings.SPOTIFY_CLIENT_SECRET},
                redirect_uris=[
                    f"{settings.SPOTWEB_URL.geturl().rstrip('/')}/accounts/spotify/login/callback/"
                ],
                seed=options["seed"],
                latency_ms=options["latency_ms"],
                saved_tracks=options["saved_tracks"],
                long_playlist=options["long_playlist"],
                members=options["members"],
                state_file=options["state"],
                lan_hosts=settings.SANDBOX_LAN_HOSTS,
                lan_names=_list_lan_names(),
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            msg = f"Port {port} is taken: choose another with SANDBOX_PORT=… (or --port …)."
            raise CommandError(msg) from error
        self._serve(sandbox)

    def _serve(self, sandbox: Sandbox) -> None:
        asked_to_stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: asked_to_stop.set())
        freeze_loaded_objects()
        sandbox.start()
        report_up()
        self.stdout.write(f"Simulated Spotify on {sandbox.url}")
        self.stdout.flush()
        asked_to_stop.wait()
        sandbox.stop()


def _list_lan_names() -> list[str]:
    """The names by which browsers elsewhere may open it; through a published port also the loopback one."""
    names = [urlsplit(settings.SANDBOX_LAN_URL).netloc.rpartition(":")[0]] if settings.SANDBOX_LAN_URL else []
    return [*names, "127.0.0.1"] if settings.BIND in ANYWHERE else names
