"""Kill work at random: `python tests/benchmarks/chaos.py [--rounds 100] [--seed 1]`.

Each round begins a piece of background work in a process of its own, as the web server would, and ends that
process, the worker, or both with SIGKILL at a random moment. The clock of the rows is then put on, a new
worker starts, and what a member has to resume is resumed. In the end Spotify has to hold what was asked for:
nothing missing, nothing twice. The simulated Spotify is a process of its own. Exits with 1 when a round was
wrong.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import Site, lay_app, run_process  # noqa: E402

LATENCY_MS = 30
SETTLED_WITHIN_S = 90
# Of a hundred: the process that begins the work, and the worker.
WEB_KILLS, WORKER_KILLS = 30, 90

Check = Callable[[], str]


class Worker:
    """The worker of a box, started again as often as it is killed."""

    def __init__(self) -> None:
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker", "--interval", "0.1", "--no-startup-delay"]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def replace(self) -> None:
        self.kill()
        self.process = self._start()


class House:
    """One member, what is asked for in her name, and what Spotify holds of it."""

    def __init__(self, sandbox_url: str, rng: random.Random) -> None:
        from tests.support.sandbox_control import SandboxControl

        self.sandbox, self.rng = SandboxControl(sandbox_url), rng
        self.member = self._move_in()
        self.tracks = [one["uri"] for one in self.control("GET", "catalog?type=track&limit=900")]
        self.album = self.control("GET", "catalog?type=album")[4]["uri"]
        self.control("PUT", "settings", {"latency_ms": LATENCY_MS, "delay_ms": 0})

    def control(self, method: str, path: str, payload: object = None) -> Any:
        return self.sandbox.control(method, path, payload)

    def _move_in(self) -> Any:
        from accounts.models import Member
        from accounts.tokens import store_grant
        from spotweb.spotify.authorization import Tokens

        granted = self.control("POST", "tokens", {"member": "ada"})
        member = Member.objects.create(account_key="ada", spotify_id="ada", display_name="Ada", is_owner=True)
        known = ("access_token", "refresh_token", "expires_in", "scope")
        store_grant(member, Tokens(**{name: granted[name] for name in known}))
        return member

    def make_playlist(self, count: int) -> tuple[str, list[str]]:
        items = self.rng.sample(self.tracks, count)
        made = self.control("POST", "playlists", {"owner": "ada", "name": "Chaos", "items": items})
        return made["id"], items

    def list_items(self, playlist_id: str) -> list[str]:
        return list(self.control("GET", f"playlists/{playlist_id}")["items"])

    def set_scene(self, queue: list[str]) -> None:
        self.control("PUT", "player/ada", {"context": self.album, "queue": queue})
        self.control("DELETE", "requests")

    def count_requests(self, operation: str) -> int:
        return int(self.control("GET", "requests")["by_operation"].get(operation, 0))

    # --- Kinds of work: each returns what begins it, and what is wrong in the end, "" for nothing -----------

    def queue_songs(self) -> tuple[Callable[[], object], Check]:
        from player.queue import jobs

        wanted = self.rng.sample(self.tracks, 8)
        self.set_scene([])

        def check() -> str:
            job = self.find_job(jobs.ADD)
            queue = self.control("GET", "player/ada")["queue"]
            if job is None:
                return "queued without a job" if queue else ""
            # What is in doubt when a member resumes is left out: one too few at most for each kill.
            places = [wanted.index(uri) for uri in queue if uri in wanted]
            is_in_order = places == sorted(set(places)) and len(places) == len(queue)
            missing = len(wanted) - len(queue)
            is_right = is_in_order and 0 <= missing <= job.skipped and job.state == "done"
            return "" if is_right else f"queue {places}, {job.skipped} skipped, {job.state}"

        return lambda: jobs.queue_uris(self.member, uris=wanted), check

    def skip_rows(self) -> tuple[Callable[[], object], Check]:
        from player.queue import jobs
        from spotweb.jobs import actions

        queue = self.rng.sample(self.tracks, 6)
        self.set_scene(queue)
        names = ["one", "two", "three", "four"]
        payload = {"uri": queue[3], "names": names, "device_id": ""}

        def begin() -> object:
            return actions.start(
                jobs.SKIP, member=self.member, started_by=self.member, payload=payload, total=len(names)
            )

        def check() -> str:
            job, sent = self.find_job(jobs.SKIP), self.count_requests("skip-users-playback-to-next-track")
            if job is None:
                return "skipped without a job" if sent else ""
            # A skip is never resumed: it says how far it came, or what is in doubt.
            is_right = sent in {job.done, job.done + bool(job.in_doubt)} and sent <= len(names)
            is_right = is_right and job.state in {"done", "failed"}
            return (
                "" if is_right else f"{sent} skips, {job.done} done, in doubt {job.in_doubt!r}, {job.state}"
            )

        return begin, check

    def sort_playlist(self) -> tuple[Callable[[], object], Check]:
        from playlists.editing import actions, job
        from playlists.sync import access

        playlist_id, items = self.make_playlist(30)
        access.open_playlist(self.member, playlist_id)
        order = self.rng.sample(range(30), 30)

        def begin() -> object:
            opened = access.open_for_edit(self.member, playlist_id)
            return actions.set_order(opened, base_revision=None, target=order, kind="sort")

        def check() -> str:
            is_asked = self.find_job(job.EDIT_KIND) is not None
            wanted = [items[at] for at in order] if is_asked else items
            return "" if self.list_items(playlist_id) == wanted else f"another order, job: {is_asked}"

        return begin, check

    def read_playlist(self) -> tuple[Callable[[], object], Check]:
        from playlists.sync import access

        playlist_id, items = self.make_playlist(600)

        def check() -> str:
            opened = access.open_playlist(self.member, playlist_id)
            if opened.reading:
                self.settle()
                opened = access.open_playlist(self.member, playlist_id)
            entries = opened.contents.entries if opened.contents else ()
            return "" if [entry.uri for entry in entries] == items else f"{len(entries)} of {len(items)} rows"

        return lambda: access.open_playlist(self.member, playlist_id), check

    def check_playlists(self) -> tuple[Callable[[], object], Check]:
        from playlists.models import Playlist
        from playlists.sync import access, job

        playlist_id, _items = self.make_playlist(600)
        access.open_playlist(self.member, playlist_id)
        self.settle()
        playlist = Playlist.objects.get(spotify_id=playlist_id)
        items = self.rng.sample(self.tracks, 600)
        self.control("PUT", f"playlists/{playlist_id}", {"items": items})

        def check() -> str:
            self.control("POST", "clock", {"advance_s": 60})
            opened = access.refresh_playlist(self.member, playlist_id)
            if opened.reading:
                self.settle()
                opened = access.open_playlist(self.member, playlist_id)
            entries = opened.contents.entries if opened.contents else ()
            return "" if [entry.uri for entry in entries] == items else "older contents"

        return lambda: job.start_check(self.member, playlist), check

    def import_list(self) -> tuple[Callable[[], object], Check]:
        from playlists.models import ImportLine
        from playlists.transfer import imports
        from playlists.transfer.formats.rows import FileList, FileRow

        links = self.rng.sample(self.tracks, 6)
        rows = [FileRow(uri=uri) for uri in links]
        rows += [FileRow(words=f"Xyzzy - {self.rng.random()}") for _ in range(6)]
        before = set(self.member.imports.values_list("pk", flat=True))

        def begin() -> object:
            files = [FileList(rows=tuple(rows))]
            return imports.start_imports(self.member, files, source=imports.ListSource(name="Chaos"))

        def check() -> str:
            runs = self.member.imports.exclude(pk__in=before)
            for run in runs:
                lines = ImportLine.objects.filter(run=run).order_by("number")
                states = Counter(lines.values_list("state", flat=True))
                found = [uri for uri in lines.values_list("uri", flat=True) if uri]
                if states != {"sure": 6, "missing": 6} or found != links:
                    return f"lines {dict(states)}, {run.job.state}"
            return ""

        return begin, check

    def export_all(self) -> tuple[Callable[[], object], Check]:
        from playlists.transfer import export_job

        def check() -> str:
            run = export_job.get_newest_export(self.member)
            if run is None:
                return ""
            is_there = export_job.get_path(run).exists()
            return "" if is_there and run.job.state == "done" else f"no archive, {run.job.state}"

        return lambda: export_job.start_export(self.member, "csv"), check

    def sync_library(self) -> tuple[Callable[[], object], Check]:
        from library.models import SavedIndex, SavedItem
        from library.sync import actions

        SavedIndex.objects.filter(member=self.member).update(needs_full_sync=True)

        def check() -> str:
            saved_index = SavedIndex.objects.filter(member=self.member, kind="track").first()
            if saved_index is None:
                return ""
            known = set(SavedItem.objects.filter(index=saved_index).values_list("item__uri", flat=True))
            saved = {f"spotify:track:{id_}" for id_ in self.control("GET", "library/ada")["track"]}
            gone = saved - known
            # Spotify leaves out what it has no more.
            is_there = [uri for uri in gone if uri in set(self.tracks)]
            return (
                f"{len(is_there)} missing, {len(known - saved)} too many" if is_there or known - saved else ""
            )

        return lambda: actions.resume_reading(self.member, "track"), check

    # --- What goes on ---------------------------------------------------------------------------------------

    def find_job(self, kind: str) -> Any:
        from spotweb.jobs.models import Job

        return Job.objects.filter(kind=kind, pk__gt=self.last_job).order_by("pk").last()

    def begin_round(self) -> None:
        from spotweb.jobs.models import Job

        newest = Job.objects.order_by("-pk").first()
        self.last_job = newest.pk if newest else 0

    def age_rows(self) -> None:
        """A minute later: whoever was killed has not been heard of since."""
        from django.utils import timezone
        from django_tasks_db.models import DBTaskResult

        from spotweb.jobs.models import Job

        now = timezone.now()
        for job in Job.objects.filter(state="running"):
            Job.objects.filter(pk=job.pk).update(heartbeat_at=now - timedelta(seconds=61))
        DBTaskResult.objects.running().update(started_at=now - timedelta(minutes=3))

    def settle(self) -> str:
        """Wait for all work, resuming what a member would have to. Returns what never ended."""
        from spotweb.jobs import actions
        from spotweb.jobs.models import Job

        deadline = time.monotonic() + SETTLED_WITHIN_S
        jobs = Job.objects.filter(pk__gt=self.last_job)
        while time.monotonic() < deadline:
            active = jobs.filter(state__in=Job.ACTIVE)
            # First who is at work: a job may be found lost between the two looks.
            is_at_work = active.exists()
            stopped = list(jobs.filter(state__in=["failed", "paused"], started_by__isnull=False))
            resumed = [job for job in stopped if job.can_resume and actions.resume(self.member, job.pk)]
            if not is_at_work and not resumed:
                return ""
            time.sleep(0.1)
        return ", ".join(f"{job} {job.state} {job.error_code}" for job in active)


def begin_in_child(begin: Callable[[], object], kill_after_s: float | None) -> None:
    """As a web process does it, which is killed after so long."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            begin()
        except BaseException as error:  # noqa: BLE001  # the round says what is missing
            print(f"    {error!r}", file=sys.stderr)
        os._exit(0)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def play_rounds(house: House, worker: Worker, rounds: int) -> list[str]:
    rng = house.rng
    works = [
        house.queue_songs,
        house.skip_rows,
        house.sort_playlist,
        house.read_playlist,
        house.check_playlists,
        house.import_list,
        house.export_all,
        house.sync_library,
    ]
    wrong = []
    kills: Counter[str] = Counter()
    for number in range(rounds):
        work = works[number % len(works)]
        house.begin_round()
        begin, check = work()
        house.begin_round()
        is_web_killed = rng.randrange(100) < WEB_KILLS
        begin_in_child(begin, rng.uniform(0, 0.25) if is_web_killed else None)
        kills["web"] += is_web_killed
        time.sleep(rng.uniform(0, 1.2))
        if rng.randrange(100) < WORKER_KILLS:
            worker.kill()
            kills["worker"] += 1
            house.age_rows()
            worker.replace()
        trouble = house.settle() or check()
        print(
            f"{number + 1:4} {work.__name__:16} {'web ' if is_web_killed else '':4} {trouble or 'right'}",
            flush=True,
        )
        if trouble:
            wrong.append(f"round {number + 1}, {work.__name__}: {trouble}")
    print(
        f"{rounds - len(wrong)} of {rounds} right; killed: worker {kills['worker']}, web {kills['web']} times"
    )
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    # Killing takes no pace, and nobody opens a page.
    with lay_app("chaos", has_static=False, SPOTIFY_PACE_REQUESTS="0") as site:
        sys.exit(_run(wanted, site))


def _run(wanted: argparse.Namespace, site: Site) -> int:
    command = [sys.executable, "manage.py", "sandbox", "--port", str(site.sandbox_port)]
    with run_process(*command, url=f"{site.sandbox_url}/status"):
        house = House(site.sandbox_url, random.Random(wanted.seed))
        worker = Worker()
        try:
            wrong = play_rounds(house, worker, wanted.rounds)
        finally:
            worker.kill()
    return bool(wrong)


if __name__ == "__main__":
    main()
