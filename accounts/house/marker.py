"""The marker beside the database: which house has been here, so that its loss is noticed.

A file `house.json` in the data folder, also where the database is on a server. It holds no secret.
"""

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

logger = logging.getLogger(__name__)

MARKER = "house.json"


class Marker(NamedTuple):
    """`is_lived_in` is False until somebody has moved in: an empty house is no loss."""

    house: str
    spotify: str
    is_lived_in: bool


def read_marker() -> Marker | None:
    """None when there is none, or none that can be read: then nothing is known of an earlier house."""
    try:
        fields = json.loads(_get_path().read_text())
        return Marker(str(fields["house"]), str(fields["spotify"]), bool(fields["is_lived_in"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_marker(marker: Marker) -> None:
    """A folder that takes no files is said in the log: no sign-in fails for it."""
    if read_marker() == marker:
        return
    try:
        _replace_file(_get_path(), marker)
    except OSError as error:
        logger.warning("%s could not be written: %s", _get_path(), error.strerror)


def _replace_file(path: Path, marker: Marker) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        json.dump(marker._asdict(), file)
    Path(draft).replace(path)  # complete or not at all


def delete_marker() -> None:
    _get_path().unlink(missing_ok=True)


def _get_path() -> Path:
    return Path(settings.DATA_DIR) / MARKER
