"""What two days of a household ask of Spotify: `python tests/benchmarks/two_days.py [--days 2]`.

The app within this process and the simulated Spotify, whose clocks are moved on from one act to the next.
Everybody listens twice a day for 45 minutes with the app open: touched for five minutes, then a glance of a
minute every ten. They press buttons, open albums, artists and shows (the popular ones again and again),
playlists, Home and the library; the worker runs in between. In the background somebody wants to know every
album there is, which the daily quota does not allow. Spotify counts 600 reads of catalogue objects in a
rolling day and 45 requests in 30 s, and locks the app out as it does. Counted are its requests, and refusals.
"""

import argparse
import heapq
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import time_machine

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import run_app_in_process  # noqa: E402

MEMBERS = 5
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
DAY_S = 24 * 3600
WAKES_AT_H, SLEEPS_AT_H = 7, 24
SESSIONS, SESSION_S = 2, 45 * 60
TOUCHED_FIRST_S, GLANCE_EVERY_S, GLANCE_S = 300, 600, 105  # a glance, and what follows the last touch
COMMANDS = 10  # a session
# Per member and day.
PAGES_OPENED, LISTS_OPENED, WORK_EVERY_S = 45, 40, 1800
LISTS = ("/", "/library/", "/library/albums/", "/playlists/", "/recent/", "/search/?q=rain")
BACKGROUND_READS = 1500  # a day, for the house
QUOTA_READS = 600
SHORT_S = 0.05  # a look at a lock
_SLEEP = time.sleep


class House:
    def __init__(self, wanted: argparse.Namespace, sandbox_url: str) -> None:
        from tests.support.people import move_in
        from tests.support.sandbox_control import SandboxControl

        self.days = wanted.days
        self.chance = random.Random(7)
        self.sandbox = SandboxControl(sandbox_url)
        known = self.sandbox.control("GET", "members")
        names = [row["id"] for row in known if row["on_allowlist"]][:MEMBERS]
        self.people = [move_in(self.sandbox, name, is_owner=name == "ada") for name in names]
        self.began = datetime.now().astimezone()
        self.tags: dict[int, str] = {}
        self.sessions: dict[int, tuple[float, float]] = {}
        self.told: Counter[str] = Counter()
        self.events: list[tuple[float, int, str, int]] = []
        kinds = {"album": "albums", "artist": "artists", "show": "shows"}
        self.things = {
            kind: [
                f"/{place}/{row['uri'].rsplit(':', 1)[1]}/"
                for row in self.sandbox.control("GET", f"catalog?type={kind}&limit=2000")
            ]
            for kind, place in kinds.items()
        }
        self.wanted_albums = cycle([path.split("/")[2] for path in self.things["album"]])
        self.lists: dict[int, list[str]] = {}

    def move_in(self) -> None:
        """Everything is read for the first time, at no pace: that is measured elsewhere."""
        for person in range(len(self.people)):
            for path in LISTS:
                self._open(person, path)
            self.do_work(0, person)
        for person in range(len(self.people)):
            for path in LISTS:
                self._open(person, path)
        self.do_work(0, 0)
        self.told.clear()

    def plan(self) -> None:
        for person in range(len(self.people)):
            for day in range(self.days):
                for number in range(SESSIONS):
                    at = (day * 24 + 8 + number * 10 + self.chance.uniform(0, 3)) * 3600
                    self._plan(at, "listen", person)
                for what, count in (("page", PAGES_OPENED), ("list", LISTS_OPENED)):
                    for at in self._moments(day, count):
                        self._plan(at, what, person)
        for day in range(self.days):
            for at in self._moments(day, BACKGROUND_READS):
                self._plan(at, "background", 0)
        for at in range(0, self.days * DAY_S, WORK_EVERY_S):
            self._plan(at, "work", 0)

    def _moments(self, day: int, count: int) -> Iterator[float]:
        for _ in range(count):
            yield (day * 24 + self.chance.uniform(WAKES_AT_H, SLEEPS_AT_H)) * 3600

    def _plan(self, at: float, what: str, person: int) -> None:
        heapq.heappush(self.events, (at, len(self.events), what, person))

    def live(self) -> None:
        shown = 0
        with time_machine.travel(self.began) as self.clock:
            time.sleep = self._sleep  # who waits for the pace does not keep us waiting
            while self.events:
                at, _, what, person = heapq.heappop(self.events)
                ahead_s = at - (datetime.now().astimezone() - self.began).total_seconds()
                if ahead_s > 0:
                    self._move_on(ahead_s)
                self.told[what] += 1
                getattr(self, f"do_{what}")(at, person)
                if at // (DAY_S / 4) > shown:
                    shown = int(at // (DAY_S / 4))
                    print(f"  … {at / 3600:.0f} h", file=sys.stderr, flush=True)

    def _move_on(self, seconds: float) -> None:
        self.sandbox.control("POST", "clock", {"advance_s": seconds})
        self.clock.shift(timedelta(seconds=seconds))

    def _sleep(self, seconds: float) -> None:
        _SLEEP(0.001)
        if seconds > SHORT_S:
            self._move_on(seconds)

    # --- Acts -------------------------------------------------------------------------------------------

    def do_listen(self, at: float, person: int) -> None:
        """A page is opened while something plays, and left open."""
        tracks = self._tracks[person * 120 : person * 120 + 90]
        self.sandbox.scene(self.people[person].name, tracks=tracks, repeat="context")
        self.sessions[person] = (at, at + SESSION_S)
        self._open(person, "/player/")
        self._plan(at + 1, "poll", person)
        for _ in range(COMMANDS):
            self._plan(at + self.chance.uniform(10, TOUCHED_FIRST_S), "command", person)

    def do_poll(self, at: float, person: int) -> None:
        begun, ends = self.sessions[person]
        if at > ends:
            self.sandbox.scene(self.people[person].name, scene="nothing")
            return
        since = at - begun
        is_touched = since < TOUCHED_FIRST_S or since % GLANCE_EVERY_S < GLANCE_S
        headers = {**PART, "HX-PTag": self.tags.get(person, "")} | (
            {} if is_touched else {"Untouched": "true"}
        )
        answer = self.people[person].get("/player/bar/", **headers)
        if answer.status_code == 200:
            self.tags[person] = answer.text.split('data-tag="', 1)[1].split('"', 1)[0]
        elif answer.status_code != 304:
            self.told[f"poll: {answer.status_code}"] += 1
        again = at + int(answer.headers.get("Poll-Ms", 5000)) / 1000 + 0.05
        if not is_touched:  # who comes back is answered at once
            glance = at - since % GLANCE_EVERY_S + GLANCE_EVERY_S
            again = min(again, glance) if at < glance - 0.1 else again
        self._plan(again, "poll", person)

    def do_command(self, _at: float, person: int) -> None:
        name = self.chance.choice(("next", "pause", "play", "volume"))
        values = {"volume_percent": self.chance.randrange(20, 80)} if name == "volume" else {}
        answer = self.people[person].post(f"/player/{name}/", values, **PART)
        if answer.status_code == 429:
            self.told["command: 429"] += 1
        if name == "pause":  # nobody sits an evening in silence
            self.people[person].post("/player/play/", {}, **PART)

    def do_page(self, _at: float, person: int) -> None:
        """Some things are opened by everybody, most of them seldom."""
        things = self.things[self.chance.choice(("album", "album", "artist", "show"))]
        self._open(person, things[min(int(self.chance.paretovariate(0.7)), len(things)) - 1])

    def do_list(self, _at: float, person: int) -> None:
        path = self.chance.choice((*LISTS, "playlist", "playlist"))
        self._open(person, self._choose_playlist(person) if path == "playlist" else path)

    def do_background(self, _at: float, person: int) -> None:
        from accounts.tokens import spotify_for
        from spotweb.spotify import catalog
        from spotweb.spotify.errors import SpotifyError

        try:
            catalog.get_an_album(
                spotify_for(self.people[person].member).in_background(), next(self.wanted_albums)
            )
        except SpotifyError as error:
            self.told[f"background: {type(error).__name__}"] += 1

    def do_work(self, _at: float, _person: int) -> None:
        from django.core.management import call_command

        call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    def _open(self, person: int, path: str) -> None:
        answer = self.people[person].get(path)
        if answer.status_code == 500:
            sys.exit(f"{path} is broken: what is counted would be too little")
        if answer.status_code >= 400:
            self.told[f"{path.split('/')[1] or 'home'}: {answer.status_code}"] += 1
        # What the page then asks for by itself.
        if path == "/":
            for part in ("/home/continue/", "/home/top/"):
                if f'hx-get="{part}"' in answer.text:
                    self.people[person].get(part, **PART)

    def _choose_playlist(self, person: int) -> str:
        if person not in self.lists:
            from playlists.models import MemberPlaylist

            entries = MemberPlaylist.objects.filter(member=self.people[person].member).order_by("pk")
            known = [f"/playlists/{entry.playlist.spotify_id}/" for entry in entries[:8]]
            if not known:
                return "/playlists/"
            self.lists[person] = known
        return self.chance.choice(self.lists[person])

    @property
    def _tracks(self) -> list[str]:
        return [one["uri"] for one in self.sandbox.control("GET", "catalog?type=track&limit=1000")]

    # --- What was found -----------------------------------------------------------------------------------

    def count(self) -> dict[str, Any]:
        counted = self.sandbox.control("GET", "requests")
        asked = Counter(counted["by_operation"])
        background = self.told["background"] - sum(
            count for name, count in self.told.items() if name.startswith("background: ")
        )
        failed = [name for name in self.told if ": " in name and not name.startswith("background: ")]
        return {
            "asked": asked,
            "in the background": background,
            "for members": asked.total() - background,
            "refused by Spotify": int(counted["by_status"].get("429", 0)),
            "members refused": sum(self.told[name] for name in failed),
        }

    def report(self) -> bool:
        """Whether nobody was refused anything."""
        found = self.count()
        refused, members_refused = found["refused by Spotify"], found["members refused"]
        quota = f"{QUOTA_READS} catalogue reads a day, 45 requests in 30 s"
        print(f"\n{self.days} days of {len(self.people)} members, {quota}")
        for name, count in sorted(self.told.items()):
            print(f"  {name:28} {count:6}")
        print("  asked of Spotify:")
        for name, count in found["asked"].most_common():
            print(f"    {name:52} {count:6}")
        print(
            f"  requests for members: {found['for members']}; in the background: {found['in the background']}"
        )
        print(f"  429 from Spotify: {refused}; members refused: {members_refused}")
        print("  BLOCKED" if refused or members_refused else "  never blocked")
        return not refused and not members_refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print nothing but the counts")
    wanted = parser.parse_args()
    with run_app_in_process() as sandbox_url:
        from django.conf import settings

        house = House(wanted, sandbox_url)
        house.move_in()
        settings.SPOTIFY_PACE_REQUESTS = settings.SPOTIFY_DAILY_READS = None  # as in a household
        house.sandbox.control(
            "PUT", "settings", {"quota_reads": QUOTA_READS, "window_requests": 45, "window_s": 30}
        )
        house.plan()
        house.sandbox.forget_requests()
        house.live()
        if wanted.json:
            print(json.dumps(house.count()))
        elif not house.report():
            sys.exit(1)


if __name__ == "__main__":
    main()
