"""Makes from_0_1_0.json.xz: the data of a demo box of 0.1.0, which had the player alone.

Run it with the code of that version, in the folder of a checkout of commit 94fbf10 and with its interpreter:

    git worktree add ../spotweb-0.1.0 94fbf10 && cd ../spotweb-0.1.0 && make .venv/.development
    .venv/bin/python ../spotweb/tests/upgrade/make_0_1_0.py ../spotweb/tests/upgrade/from_0_1_0.json.xz

Ada and Ben are signed in; Ada has queued three songs, and adding an album was interrupted.
"""

import json
import lzma
import os
import sqlite3
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

DATA = Path(tempfile.mkdtemp(prefix="spotweb-0.1.0-"))
PORT = 28_418  # of the simulated Spotify; addresses of pictures name it
# Of this file alone: the tokens in it are invented by the simulated Spotify.
SECRET_KEY = "a-key-of-the-upgrade-test-which-protects-nothing-at-all"

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "spotweb.settings",
    "SPOTWEB_ENV_FILE": os.devnull,
    "SPOTWEB_DATA_DIR": str(DATA),
    "SANDBOX_PORT": str(PORT),
    "SECRET_KEY": SECRET_KEY,
    "SPOTIFY_PACE_REQUESTS": "0",
    "TZ": "UTC",
}
sys.path.insert(0, str(Path.cwd()))


def control(method: str, path: str, payload: Any = None) -> Any:
    body = None if payload is None else json.dumps(payload).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/__sandbox__/{path}", body, method=method)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read() or "null")


def move_in(name: str, *, is_owner: bool, sessions: dict[str, str]) -> Any:
    from django.test import Client

    from accounts.models import Member
    from accounts.tokens import keep_grant
    from spotweb.spotify.authorization import Tokens

    known = next(one for one in control("GET", "members") if one["id"] == name)
    member = Member.objects.create(
        account_key=f"account-{name}",
        spotify_id=known.get("user_id", name),
        display_name=known["display_name"],
        is_owner=is_owner,
    )
    granted = control("POST", "tokens", {"member": name})
    fields = ("access_token", "refresh_token", "expires_in", "scope")
    keep_grant(member, Tokens(**{field: granted[field] for field in fields}))
    client = Client()
    client.force_login(member)
    sessions[name] = str(client.session.session_key)
    return member


def dump() -> str:
    with sqlite3.connect(DATA / "spotweb.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("DELETE FROM cache")
        database.commit()
        return "\n".join(database.iterdump())


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from spotweb.sandbox.server import Sandbox

    for command in ("migrate", "createcachetable"):
        call_command(command, verbosity=0)
    state = DATA / "sandbox.json"
    sandbox = Sandbox(
        port=PORT,
        clients={settings.SPOTIFY_CLIENT_ID: settings.SPOTIFY_CLIENT_SECRET},
        redirect_uris=[],
        state_file=state,
    ).start()
    sessions: dict[str, str] = {}
    ada = move_in("ada", is_owner=True, sessions=sessions)
    move_in("ben", is_owner=False, sessions=sessions)
    from player.models import Job, QueuedItem

    for number in range(3):
        QueuedItem.objects.create(
            member=ada, added_by=ada, uri=f"spotify:track:{number:022d}", name=f"Song {number}"
        )
    Job.objects.create(
        member=ada,
        started_by=ada,
        kind="add",
        state="running",
        wanted={"lines": []},
        steps_done=2,
        steps_total=9,
    )
    connections.close_all()
    sandbox.stop()
    document = {
        "version": settings.VERSION,
        "secret_key": SECRET_KEY,
        "facts": {"sessions": sessions},
        "sql": dump(),
        "sandbox": json.loads(state.read_text()) if state.exists() else None,
    }
    text = json.dumps(document)
    assert str(DATA) not in text, "a path of this machine"
    Path(sys.argv[1]).write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
