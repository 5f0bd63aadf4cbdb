"""Says what is right about the connection to Spotify, and which click is missing."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.doctor import Finding, Verdict, examine_setup
from accounts.house.startup import require_sound_house


class Command(BaseCommand):
    help = "Check the Spotify app, the sign-ins and the quota against the live service."

    def handle(self, *args: object, **options: object) -> None:
        require_sound_house()
        marks = {
            Verdict.GOOD: self.style.SUCCESS("ok  "),
            Verdict.BAD: self.style.ERROR("FIX "),
            Verdict.UNSURE: self.style.WARNING("?   "),
        }
        self.stdout.write(f"Asking {settings.SPOTIFY_API_URL} …")
        is_sound = True
        for finding in examine_setup():
            self.stdout.write(f"{marks[finding.verdict]}{finding.topic}: {finding.says}")
            self._write_remedy(finding)
            is_sound &= finding.verdict is not Verdict.BAD
        if not is_sound:
            sys.exit(1)

    def _write_remedy(self, finding: Finding) -> None:
        if finding.remedy:
            self.stdout.write(f"      {finding.remedy}")
        for value in finding.values:
            self.stdout.write(f"        {value}")
