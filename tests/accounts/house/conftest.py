import json
import lzma
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from spotweb.sandbox.model.members import make_household
from tests.box import ROOT, Box


@pytest.fixture(scope="session")
def old_demo() -> dict[str, Any]:
    """A demo household of version 0.2.0, with its simulated Spotify."""
    packed = (ROOT / "tests/upgrade/from_0_2_0.json.xz").read_bytes()
    document: dict[str, Any] = json.loads(lzma.decompress(packed))
    return document


@pytest.fixture
def unpack(old_demo: dict[str, Any]) -> Callable[..., Path]:
    """Lay version 0.2.0's demo into a folder; `real`: names of members who came from Spotify.

    With another `seed` its simulated Spotify was started by hand, and the invented people have other ids.
    """

    def lay(folder: Path, *, real: tuple[str, ...] = (), has_sandbox: bool = True, seed: int = 1) -> Path:
        folder.mkdir(exist_ok=True)
        database = folder / "spotweb.sqlite3"
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(old_demo["sql"])
            for member in make_household(seed, 8).values():
                connection.execute(
                    "UPDATE accounts_member SET account_key = ?, spotify_id = ? WHERE display_name = ?",
                    (member.account_id, member.id, member.display_name),
                )
            for name in real:
                connection.execute(
                    "UPDATE accounts_member SET account_key = ?, spotify_id = ? WHERE display_name = ?",
                    (f"real-account-{name}", f"real-{name}", name),
                )
            connection.commit()
        if has_sandbox:
            (folder / "sandbox.json").write_text(json.dumps(old_demo["sandbox"] | {"seed": seed}))
        (folder / "secret_key").write_text(old_demo["secret_key"])
        return database

    return lay


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)
