"""What happens to the house between the start of the box and the first page: around `manage.py migrate`."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from accounts.house import actions, demo_data
from accounts.house.examination import HouseTrouble, examine_house, get_database_file
from accounts.models import House


class HouseNotSound(CommandError):
    """The house must not be opened; `trouble` says why."""

    def __init__(self, trouble: HouseTrouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.text)


def begin() -> list[str]:
    """Put an old demo away and look at the house. Returns lines to be said.

    Raises HouseNotSound, and CommandError while another program uses a database that has to be moved.
    """
    connection.close()  # a file in use is not moved, not even one in use by ourselves
    said = _put_demo_away()
    trouble = examine_house()
    connection.close()
    will_be_mended = trouble and trouble.code == "demo_inside" and get_database_file()
    if trouble and not will_be_mended:
        raise HouseNotSound(trouble)
    return said


def require_sound_house() -> None:
    """For processes that serve a house that was prepared before. Raises HouseNotSound."""
    trouble = examine_house(at_most_s=0, is_prepared=True)
    if trouble is not None:
        raise HouseNotSound(trouble)


def finish() -> list[str]:
    """Tie the migrated database to this folder and to its Spotify. Returns lines to be said."""
    said = []
    is_new_to_us = not House.objects.exists()
    if is_new_to_us and not settings.IS_DEMO and (count := actions.remove_demo()):
        people = (
            "1 invented person of the demo was" if count == 1 else f"{count} invented people of the demo were"
        )
        said.append(f"{people} taken out of your household.")
    actions.prepare_house()
    return said


def _load_secret_key() -> None:
    """The demo's own key came back with its data, after the settings had made one: sessions go on."""
    if not os.environ.get("SECRET_KEY"):
        settings.SECRET_KEY = Path(settings.DATA_DIR, "secret_key").read_text().strip()


def _put_demo_away() -> list[str]:
    if settings.IS_DEMO and get_database_file() != Path(settings.DATA_DIR, demo_data.DATABASE):
        return []  # the demo runs elsewhere and needs no room here
    try:
        put_away = demo_data.put_demo_away(Path(settings.DATA_ROOT), is_demo=settings.IS_DEMO)
    except demo_data.DatabaseInUse as error:
        msg = (
            f"{settings.DATA_ROOT / demo_data.DATABASE} holds the demo of an earlier version and has to be "
            "put away, but another program uses it. Stop that one (an earlier `make run`?) and start again."
        )
        raise CommandError(msg) from error
    if put_away is None:
        return []
    if settings.IS_DEMO:
        _load_secret_key()
    if put_away.is_copy:
        line = "Your household shared a database with the demo. Yours stays; a copy of all is in {folder}."
    else:
        line = "The demo household was put away: its data is now in {folder}, nothing was deleted."
    return [line.format(folder=put_away.folder)]
