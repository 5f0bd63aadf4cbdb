"""`make https`: a certificate of the household's own, a Caddyfile that uses it, and what is left to do."""

import re
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.urls import reverse

from spotweb.network.certificates import provide_root
from spotweb.network.lan import ANYWHERE, draw_terminal_qr, find_address
from spotweb.storage.private_files import make_private

# Ports below 1024 are for root alone.
_PORT = 8443
_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|\[?[0-9a-f:]+\]?")
_NO_ADDRESS = (
    "This box has no address on a home network. Connect it, or name what phones type: "
    "make https NAME=192.168.1.20"
)
_NO_CADDY = " (it isn't there yet; on Debian and Ubuntu: sudo apt install caddy)"
_STEPS = """
{file} is written. Nothing was installed or started.

1. Put into .env:
     SPOTWEB_URL={url}
     {lan}
   and add as Redirect URI of your app in Spotify's dashboard:
     {redirect_uri}
2. Start the app and, beside it, Caddy{missing}:
     make run
     caddy run --config {file}
3. On each phone open this page, load the certificate, compare its fingerprint and trust it
   (docs/https.md says where):
     {page}
   Fingerprint (SHA-256):
     {fingerprint}
   Then open {url}
"""


class Command(BaseCommand):
    help = "Make a certificate for use at home and a Caddyfile for it; say what is left to do."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="", help="the name or address that phones type")
        parser.add_argument("--port", type=int, default=_PORT, help="the port of https")

    def handle(self, *args: object, name: str, port: int, **options: object) -> None:
        host = name.lower().strip("[]. ") or find_address().ip
        if not host:
            raise CommandError(_NO_ADDRESS)
        if not _NAME.fullmatch(host):
            msg = f"“{name}” is no name of a box. It has to be such as box.lan or 192.168.1.20"
            raise CommandError(msg)
        address = f"[{host}]" if ":" in host else host
        folder = settings.HTTPS_DIR
        root = provide_root(folder, site_name=settings.SITE_NAME, names=[host])
        make_private(folder)
        file = folder / "Caddyfile"
        facts = {
            "host": host,
            "address": address,
            "port": port,
            "folder": folder,
            "upstream": _get_upstream(),
        }
        file.write_text(render_to_string("caddyfile.txt", facts))
        url = f"https://{address}" + ("" if port == 443 else f":{port}") + settings.SPOTWEB_URL.path  # noqa: PLR2004  # of https
        page = f"http://{address}:{settings.PORT}{reverse('encryption')}"
        self.stdout.write(
            _STEPS.format(
                file=_shorten(file),
                url=url,
                lan=f"SPOTWEB_LAN_URL=http://{address}:{settings.PORT}",
                redirect_uri=url.removesuffix(settings.SPOTWEB_URL.path) + reverse("spotify_callback"),
                missing="" if shutil.which("caddy") else _NO_CADDY,
                page=page,
                fingerprint=root.fingerprint,
            )
        )
        self.stdout.write(draw_terminal_qr(page, has_colours=sys.stdout.isatty()))


def _get_upstream() -> str:
    host = ANYWHERE.get(settings.BIND, settings.BIND)
    return f"[{host}]:{settings.PORT}" if ":" in host else f"{host}:{settings.PORT}"


def _shorten(file: Path) -> str:
    is_inside = file.is_relative_to(settings.BASE_DIR)
    return str(file.relative_to(settings.BASE_DIR) if is_inside else file)
