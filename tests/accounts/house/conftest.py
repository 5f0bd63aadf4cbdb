import json
import lzma
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from spotweb.sandbox.model.members import make_household
from tests.support.box import OWN_KEYS, ROOT, Box
from tests.support.sqlite_file import add_ada, write_to


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
            for name, ids in _list_ids(seed, real).items():
                connection.execute(
                    "UPDATE accounts_member SET account_key = ?, spotify_id = ? WHERE display_name = ?",
                    (*ids, name),
                )
            connection.commit()
        if has_sandbox:
            (folder / "sandbox.json").write_text(json.dumps(old_demo["sandbox"] | {"seed": seed}))
        (folder / "secret_key").write_text(old_demo["secret_key"])
        return database

    return lay


@pytest.fixture
def lay_unbound(old_demo: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Likewise with today's tables, as of a start that ended before the house was tied to its Spotify.

    Taking the tables of version 0.2.0 through every migration since takes seconds each time.
    """

    def lay(folder: Path, *, real: tuple[str, ...] = (), seed: int = 1) -> Path:
        prepared = Box(tmp_path_factory.mktemp("prepared"), **OWN_KEYS).lay_house()
        write_to(prepared.database, "DELETE FROM accounts_house")
        folder.mkdir(exist_ok=True)
        database = prepared.database.rename(folder / "spotweb.sqlite3")
        ids = _list_ids(seed, real)
        for name in ("Ada", "Ben"):
            account_key, spotify_id = ids[name]
            add_ada(
                database,
                account_key=account_key,
                spotify_id=spotify_id,
                display_name=name,
                is_owner=str(int(name == "Ada")),
            )
        (folder / "sandbox.json").write_text(json.dumps(old_demo["sandbox"] | {"seed": seed}))
        (folder / "secret_key").write_text(old_demo["secret_key"])
        return database

    return lay


def _list_ids(seed: int, real: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """The account key and the id of everybody, by name."""
    invented = {
        member.display_name: (member.account_id, member.id) for member in make_household(seed, 8).values()
    }
    return invented | {name: (f"real-account-{name}", f"real-{name}") for name in real}


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)
