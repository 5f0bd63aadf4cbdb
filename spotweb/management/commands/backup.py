"""Make a backup of the whole house while it runs."""

from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.backups import actions
from accounts.backups.errors import BackupFailed


class Command(BaseCommand):
    help = "Copy the whole household into one file, also while the app runs."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="a file or a folder; by default one in the folder of backups"
        )
        parser.add_argument(
            "--ask-passphrase", action="store_true", help="encrypt it with a passphrase that is asked for"
        )

    def handle(self, *args: object, file: Path | None, ask_passphrase: bool, **options: object) -> None:
        passphrase = _ask() if ask_passphrase else None
        try:
            made = actions.make_backup(file, passphrase=passphrase)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backup: {made} ({made.stat().st_size / 1_000_000:.1f} MB)")


def _ask() -> str:
    passphrase = getpass("Passphrase: ")
    if not passphrase or getpass("Once more: ") != passphrase:
        msg = "These were two different passphrases, or none. No backup was made."
        raise CommandError(msg)
    return passphrase
