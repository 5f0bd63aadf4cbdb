"""The web server of the Procfile."""

import argparse
import logging
import signal
import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import get_resolver

from spotweb.processes.memory import freeze_loaded_objects, give_back_holes, share_heap
from spotweb.processes.startup_report import report_up
from spotweb.processes.web_server import create_server


class Command(BaseCommand):
    help = "Serve the pages."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.BIND)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: object, host: str, port: int, **options: object) -> None:
        share_heap()
        give_back_holes()
        # Requests that wait for a thread are no news.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        # Answers that are under way are ended first, within 5 s.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # Once the settings are known to be right.
        from spotweb.wsgi import application

        get_resolver().url_patterns  # noqa: B018  # loads all pages, else the first who asks waits for it
        freeze_loaded_objects()
        server = create_server(
            application, host=host, port=port, threads=settings.WEB_THREADS, lan_hosts=settings.LAN_HOSTS
        )
        report_up()
        server.run()
