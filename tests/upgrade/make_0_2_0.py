"""Makes from_0_2_0.json.xz: the data of a box of 0.2.0 whose worker was killed in the middle of everything.

Run it with the code of that version, in the folder of a checkout of commit 428dc5f and with its interpreter:

    git worktree add ../spotweb-0.2.0 428dc5f && cd ../spotweb-0.2.0 && make .venv/.development
    .venv/bin/python ../spotweb/tests/upgrade/make_0_2_0.py ../spotweb/tests/upgrade/from_0_2_0.json.xz

Of each kind of work one was taken by a worker that died by SIGKILL, and one waits in the queue.
"""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

DATA = Path(tempfile.mkdtemp(prefix="spotweb-0.2.0-"))
PORT = 28_417  # of the simulated Spotify; addresses of pictures name it
# Of this file alone: the tokens in it are invented by the simulated Spotify.
SECRET_KEY = "a-key-of-the-upgrade-test-which-protects-nothing-at-all"
FACTS: dict[str, Any] = {}

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


def wait_for(condition: Callable[[], object], worker: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert worker.poll() is None, "the worker ended before it was where it should be"
        time.sleep(0.01)


def kill_worker_when(condition: Callable[[], object]) -> None:
    """A worker of its own, which dies while it is at work."""
    command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.05", "-v0"]
    worker = subprocess.Popen(command)
    try:
        wait_for(condition, worker)
    finally:
        worker.kill()
        worker.wait()
        control("DELETE", "faults")
        control("PUT", "settings", {"latency_ms": 0})


def move_in(name: str, *, is_owner: bool) -> Any:
    from django.test import Client

    from accounts.models import Member
    from accounts.tokens import keep_grant
    from spotweb.spotify.authorization import Tokens

    known = next(one for one in control("GET", "members") if one["id"] == name)
    member = Member.objects.create(
        account_key=f"account-{name}",
        spotify_id=known["user_id"],
        display_name=known["display_name"],
        is_owner=is_owner,
    )
    granted = control("POST", "tokens", {"member": name})
    fields = ("access_token", "refresh_token", "expires_in", "scope")
    keep_grant(member, Tokens(**{field: granted[field] for field in fields}))
    client = Client()
    client.force_login(member)
    FACTS.setdefault("sessions", {})[name] = client.session.session_key
    return member


def make_playlist(owner: str, name: str, items: list[str]) -> str:
    made = control("POST", "playlists", {"owner": owner, "name": name, "items": items})
    return str(made["uri"].rsplit(":", 1)[1])


def interrupt_edit(member: Any, tracks: list[str]) -> None:
    """650 songs on their way into a list: two hundred are there, the third hundred is in doubt."""
    from playlists import editing, reading
    from playlists.models import Edit

    playlist_id = make_playlist("ada", "Edit that was running", tracks[:40])
    reading.open_playlist(member, playlist_id)
    edit = editing.add_items(member, playlist_id, tracks[100:750], position=1)
    match = "/v1/playlists/*/items"
    control(
        "PUT", "faults", [{"match": match, "kind": "timeout", "method": "POST", "after": 2, "handled": True}]
    )
    there = f"playlists/{playlist_id}"
    kill_worker_when(
        lambda: (
            Edit.objects.filter(pk=edit.pk, steps_done=2, in_doubt=True).exists()
            and len(control("GET", there)["items"]) == 340
        )
    )
    assert Edit.objects.get(pk=edit.pk).state == Edit.State.RUNNING
    FACTS["running_edit"] = {"playlist": playlist_id, "kept": [0, 40], "added": [100, 750], "position": 1}


def interrupt_reading(member: Any, tracks: list[str]) -> None:
    """A list of 4,000 of which more than a thousand are known; something was added to it meanwhile."""
    from playlists import editing, reading
    from playlists.models import Reading

    items = [tracks[place % len(tracks)] for place in range(4_000)]
    playlist_id = make_playlist("ada", "Reading that was running", items)
    reading.open_playlist(member, playlist_id)
    control("PUT", "settings", {"latency_ms": 60})
    kill_worker_when(
        lambda: Reading.objects.filter(playlist__spotify_id=playlist_id, done__gt=1_000).exists()
    )
    assert Reading.objects.filter(playlist__spotify_id=playlist_id, done__lt=4_000).exists()
    edit = editing.add_items(member, playlist_id, tracks[:2])
    assert edit.base_id is None, "it waits for the reading"
    FACTS["running_reading"] = {"playlist": playlist_id, "total": 4_000, "added": [0, 2]}


def interrupt_import(member: Any, lines: str) -> None:
    from playlists import importing
    from playlists.transfer_models import ImportLine

    run = importing.start(member, importing.read(lines), name="Import that was running")[0]
    control("PUT", "settings", {"latency_ms": 80})
    missing = ImportLine.objects.filter(run=run, state=ImportLine.State.MISSING)
    kill_worker_when(lambda: missing.count() >= 3)
    run.refresh_from_db()
    assert run.state == run.State.RUNNING
    FACTS["running_import"] = {"pk": run.pk}


def interrupt_export(member: Any) -> None:
    from playlists import archiving
    from playlists.transfer_models import ExportRun

    run = archiving.start(member, "json")
    control("PUT", "settings", {"latency_ms": 250})
    kill_worker_when(lambda: len(ExportRun.objects.get(pk=run.pk).read) >= 2)
    run.refresh_from_db()
    assert run.state == run.State.RUNNING
    FACTS["running_export"] = {"pk": run.pk, "wanted": run.wanted}


def interrupt_library(member: Any) -> None:
    """A first reading of saved songs, somewhere in the middle."""
    from library.models import Shelf
    from library.syncing import acts

    acts.visit(member, "track")
    control("PUT", "settings", {"latency_ms": 700})
    shelves = Shelf.objects.filter(member=member, kind="track", state=Shelf.State.RUNNING)
    kill_worker_when(lambda: shelves.filter(position__gt=50, complete_at=None).exists())
    FACTS["running_library"] = {"kind": "track"}


def interrupt_queueing(member: Any, album: dict[str, Any]) -> None:
    from player import adding
    from player.models import Job

    control("PUT", "settings", {"latency_ms": 150})
    adding.add_lines(member, lines=f"https://open.spotify.com/album/{album['id']}")
    kill_worker_when(lambda: Job.objects.filter(member=member, steps_done__gte=2).exists())
    job = Job.objects.get(member=member)
    assert job.state == Job.State.RUNNING
    FACTS["running_queueing"] = {"pk": job.pk, "steps_done": job.steps_done, "items": job.wanted["items"]}


def put_in_line(ada: Any, ben: Any, tracks: list[str], lines: str) -> None:
    """What no worker has taken yet."""
    from library.syncing import acts
    from player import adding
    from player.models import Job
    from playlists import archiving, editing, importing, reading

    target, source = make_playlist("ada", "Copy that waits", []), make_playlist("ada", "Moved", tracks[:400])
    waiting = make_playlist("ada", "Edit that waits", tracks[:40])
    for playlist_id in (target, source, waiting):
        reading.open_playlist(ada, playlist_id)
    editing.add_items(ada, waiting, tracks[100:450])
    FACTS["waiting_edit"] = {"playlist": waiting, "kept": [0, 40], "added": [100, 450]}
    opened = reading.open_playlist(ada, source)
    editing.move_to_lists(
        ada, source, seen=opened.contents.revision_id, positions=list(range(350)), to_ids=[target]
    )
    FACTS["waiting_move"] = {"source": source, "target": target, "moved": [0, 350], "stays": [350, 400]}
    long = make_playlist("ben", "Reading that waits", [tracks[place % 400] for place in range(1_500)])
    reading.open_playlist(ben, long)
    FACTS["waiting_reading"] = {"playlist": long, "total": 1_500}
    run = importing.start(ben, importing.read(lines), name="Import that waits")[0]
    FACTS["waiting_import"] = {"pk": run.pk}
    export = archiving.start(ben, "csv")
    FACTS["waiting_export"] = {"pk": export.pk, "wanted": export.wanted}
    acts.visit(ben, "track")
    FACTS["waiting_library"] = {"kind": "track"}
    links = "\n".join(f"https://open.spotify.com/track/{uri.rsplit(':', 1)[1]}" for uri in tracks[20:23])
    adding.add_lines(ben, lines=links)
    FACTS["waiting_queueing"] = {"pk": Job.objects.get(member=ben).pk, "uris": tracks[20:23]}


def playable_album() -> dict[str, Any]:
    """With six songs or more."""
    tracks = control("GET", "catalog?type=album&limit=40")
    return dict(tracks[4])


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
        delay_ms=0,
        state_file=state,
    ).start()
    tracks = [one["uri"] for one in control("GET", "catalog?type=track&limit=800")]
    lines = "\n".join(f"Xyzzy - Song{number}" for number in range(12))
    ada, ben = move_in("ada", is_owner=True), move_in("ben", is_owner=False)
    interrupt_queueing(ada, playable_album())
    interrupt_edit(ada, tracks)
    interrupt_import(ada, lines)
    interrupt_export(ada)
    interrupt_reading(ada, tracks)
    interrupt_library(ada)
    put_in_line(ada, ben, tracks, lines)
    connections.close_all()
    sandbox.stop()
    document = {
        "version": settings.VERSION,
        "made_at": time.time(),
        "secret_key": SECRET_KEY,
        "facts": FACTS,
        "sql": dump(),
        "sandbox": json.loads(state.read_text()),
    }
    text = json.dumps(document)
    assert str(DATA) not in text, "a path of this machine"
    Path(sys.argv[1]).write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
