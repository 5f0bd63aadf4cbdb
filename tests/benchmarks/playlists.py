"""What long playlists cost: `python tests/benchmarks/playlists.py [--items 10000] [--latency-ms 50]`.

The simulated Spotify is a process of its own; the app is this one, with a data folder that is thrown away.
What the worker does is done here too, so that it can be told apart from what a member waits for. `--paced`
keeps to the pace of development mode: then a cold reading lasts minutes, which is Spotify's to decide.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import lay_app, run_process  # noqa: E402

PAGE = 50


class House:
    """Ada, and the true state of the simulated Spotify."""

    def __init__(self, url: str) -> None:
        from tests.support.people import move_in
        from tests.support.sandbox_control import SandboxControl

        self.sandbox = SandboxControl(url)
        self.ada = move_in(self.sandbox, "ada", is_owner=True)
        self.tracks = [one["uri"] for one in self.sandbox.control("GET", "catalog?type=track&limit=20000")]

    def make(self, items: list[str]) -> str:
        made = self.sandbox.control("POST", "playlists", {"owner": "ada", "name": "Long", "items": items})
        return str(made["uri"].rsplit(":", 1)[1])

    def calls(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for entry in self.sandbox.requests():
            kind = "items" if "get-playlists-" in entry["operation"] else entry["method"]
            counted[kind] = counted.get(kind, 0) + 1
        self.sandbox.forget_requests()
        return counted


def work() -> None:
    from django.core.management import call_command

    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def said(calls: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in calls.items()) or "no request"


def opening(house: House, playlist_id: str, *, items: int, latency_ms: int) -> None:
    from playlists.revisions import contents
    from playlists.sync import access
    from spotweb.spotify.rate_limit.limits import get_pace

    house.sandbox.forget_requests()
    first = timed(lambda: access.open_playlist(house.ada.member, playlist_id))
    whole = first + timed(work)
    limit = math.ceil(items / PAGE / get_pace().side_by_side) * latency_ms / 1000
    print(f"cold: first page after {first:.2f} s, all after {whole:.1f} s ({said(house.calls())})")
    print(
        f"      {whole / limit:.1f} times what {get_pace().side_by_side} at once at {latency_ms} ms must take"
    )
    look = statistics.median(
        timed(lambda: access.refresh_playlist(house.ada.member, playlist_id)) for _ in range(5)
    )
    print(f"warm: {1000 * look - latency_ms:.0f} ms and the look ({said(house.calls())} in 5 looks)")
    contents._cache = contents._make_cache()
    unpacked = timed(lambda: access.open_playlist(house.ada.member, playlist_id))
    print(f"      {1000 * unpacked:.0f} ms in a process that has not unpacked it yet ({said(house.calls())})")
    page = f"/playlists/{playlist_id}/"
    house.ada.get(page)
    shown = statistics.median(timed(lambda: house.ada.get(page)) for _ in range(5))
    print(f"page: {1000 * shown:.0f} ms ({said(house.calls())})")


def moving(house: House, playlist_id: str, *, items: int) -> None:
    from playlists.editing.actions import move_items
    from playlists.sync import access

    for name, place in (("far", items - 2), ("near", 5)):
        seen = access.open_playlist(house.ada.member, playlist_id).contents.revision_id
        house.sandbox.forget_requests()
        spent = timed(
            lambda place=place, seen=seen: move_items(
                access.open_for_edit(house.ada.member, playlist_id),
                base_revision=seen,
                positions=[place],
                before=1,
            )
        )
        print(f"move: one row, {name}: {1000 * spent:.0f} ms ({said(house.calls())})")


def deduplicating(house: House, playlist_id: str, *, copies: int) -> None:
    from playlists.editing.actions import set_order, undo_edit
    from playlists.sync import access

    entries = access.open_playlist(house.ada.member, playlist_id).contents
    met: set[str] = set()
    wanted = [
        place
        for place, entry in enumerate(entries.entries)
        if entry.uri not in met and not met.add(entry.uri)  # type: ignore[func-returns-value]
    ]
    assert entries.total - len(wanted) == copies
    for rewrite in (False, True):
        house.sandbox.forget_requests()
        seen = access.open_playlist(house.ada.member, playlist_id).contents.revision_id
        begun = time.perf_counter()
        edit = set_order(
            access.open_for_edit(house.ada.member, playlist_id),
            base_revision=seen,
            target=wanted,
            kind="duplicates",
            values={"count": copies},
            rewrite=rewrite,
        )
        planned = time.perf_counter() - begun
        edit_calls = edit.job.total
        spent = timed(work)
        edit.refresh_from_db()
        print(
            f"dedup: {copies} copies, {'fast' if rewrite else 'keeping dates'}: planned in {planned:.2f} s,"
            f" {edit_calls} steps, {edit.readded_count} dates lost, {spent:.1f} s, {edit.job.state}"
            f" ({said(house.calls())})"
        )
        if not rewrite:
            undo_edit(house.ada.member, edit.pk)
            work()
            print(f"       and back ({said(house.calls())})")
            entries = access.open_playlist(house.ada.member, playlist_id).contents
            met = set()
            wanted = [
                place
                for place, entry in enumerate(entries.entries)
                if entry.uri not in met and not met.add(entry.uri)  # type: ignore[func-returns-value]
            ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--paced", action="store_true")
    options = parser.parse_args()
    pace = {} if options.paced else {"SPOTIFY_PACE_REQUESTS": "0"}
    manage = (sys.executable, "manage.py")
    with lay_app("playlists", **pace) as site:
        latency = ("--latency-ms", str(options.latency_ms))
        sandbox = (*manage, "sandbox", "--port", str(site.sandbox_port), *latency)
        with run_process(*sandbox, url=f"{site.sandbox_url}/status"):
            house = House(site.sandbox_url)
            copies = options.items // 10
            unique = [house.tracks[place % len(house.tracks)] for place in range(options.items - copies)]
            # Every ninth is followed by a copy of what stood a little before.
            items = [uri for place, uri in enumerate(unique) for uri in ([uri] if place % 9 else [uri, uri])]
            playlist_id = house.make(items[: options.items])
            from playlists.sync.index import get_playlists

            get_playlists(house.ada.member)
            opening(house, playlist_id, items=options.items, latency_ms=options.latency_ms)
            moving(house, playlist_id, items=options.items)
            deduplicating(house, playlist_id, copies=copies)


if __name__ == "__main__":
    main()
