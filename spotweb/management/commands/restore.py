"""Put a backup in the place of the house that is here."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.backups.errors import BackupFailed, WrongPassphrase
from accounts.backups.restore import Restored, restore_backup


class Command(BaseCommand):
    help = "Put a backup in the place of the household that is here, which is kept. Stop the app first."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` made")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            restored = _restore(file)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        manifest = restored.manifest
        made_at = manifest.made_at[:16].replace("T", " ")
        self.stdout.write(f"Restored: the household of {made_at} UTC, from version {manifest.version}.")
        if restored.replaced:
            self.stdout.write(f"What was here before is now in {restored.replaced}.")
        for remark in restored.remarks:
            self.stdout.write(self.style.WARNING(remark))
        self.stdout.write("Start the app again.")


def _restore(file: Path) -> Restored:
    """Asks for the passphrase on a terminal, when the settings have none or another one."""
    try:
        return restore_backup(file, passphrase=settings.BACKUP_PASSPHRASE)
    except WrongPassphrase as error:
        if not sys.stdin.isatty():
            msg = f"{error} Set BACKUP_PASSPHRASE, or run this command in a terminal, where it asks."
            raise CommandError(msg) from error
    return restore_backup(file, passphrase=getpass("Passphrase of the backup: "))
