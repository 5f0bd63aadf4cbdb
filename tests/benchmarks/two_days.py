"""A household of five lives two days with the daily quota on: `python tests/benchmarks/two_days.py`.

The simulated Spotify (a process of its own) counts 600 reads of catalogue objects in a rolling day and 45
requests in 30 s, and locks the app out as Spotify does. Its clock and ours are moved on together from one act
to the next, so that two days take a minute. Members open albums, artists and shows, the popular ones again
and again; playlists, library and player are read all the time; and in the background somebody wants to know
every album there is. What Spotify refuses is counted, and what our own rate limit puts off.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import time_machine

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.environment")

from django.conf import settings
from django.core.cache import cache

from spotweb.spotify import catalog, library, player, playlists
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.rate_limit import ledger
from tests.benchmarks.collect import control, simulated_spotify

DAYS = 2
MEMBERS = 5
# Per member and day, all in the waking hours.
PAGES_OPENED, LISTS_READ, POLLS = 90, 60, 300
BACKGROUND_READS = 1500  # a day, for the house

READS: dict[str, Callable[[Client, str], Any]] = {
    "album": catalog.get_an_album,
    "artist": catalog.get_an_artist,
    "show": catalog.get_a_show,
}


class Act(NamedTuple):
    at: float  # seconds since the beginning
    name: str
    client: Client
    carry_out: Callable[[Client], Any]


class Token:
    """A member's tokens, asked of the sandbox and renewed whenever they ran out."""

    def __init__(self, member: str, url: str) -> None:
        self.key, self._url = member, url
        self._token = self._new()

    def access_token(self) -> str:
        return self._token

    def renew(self, rejected: str) -> str:
        if self._token == rejected:
            self._token = self._new()
        return self._token

    def _new(self) -> str:
        return str(control(self._url, "POST", "tokens", {"member": self.key})["access_token"])


class House:
    def __init__(self, url: str, chance: random.Random) -> None:
        self._chance = chance
        found = [row for row in control(url, "GET", "members") if row["on_allowlist"]]
        self.clients = [Client(Token(row["id"], url)) for row in found[:MEMBERS]]
        self._things = {
            kind: [row["uri"] for row in control(url, "GET", f"catalog?type={kind}&limit=2000")]
            for kind in READS
        }
        self._wanted = cycle(self._things["album"])

    def plan(self) -> list[Act]:
        of_member = (
            ("page", PAGES_OPENED, self.open_page),
            ("list", LISTS_READ, self.read_lists),
            ("poll", POLLS, player.get_information_about_the_users_current_playback),
        )
        acts = [
            Act(at, name, client, carry_out)
            for client in self.clients
            for name, per_day, carry_out in of_member
            for at in self._moments(per_day)
        ]
        behind = self.clients[0].in_background()
        acts += [Act(at, "background", behind, self.wonder) for at in self._moments(BACKGROUND_READS)]
        return sorted(acts, key=lambda act: act.at)

    def open_page(self, client: Client) -> None:
        """Some things are opened by everybody, most of them seldom."""
        kind = self._chance.choice(("album", "album", "artist", "show"))
        things = self._things[kind]
        READS[kind](client, things[min(int(self._chance.paretovariate(0.7)), len(things)) - 1])

    def read_lists(self, client: Client) -> None:
        playlists.get_a_list_of_current_users_playlists(client)
        library.get_users_saved_tracks(client)

    def wonder(self, client: Client) -> None:
        catalog.get_an_album(client, next(self._wanted))

    def _moments(self, per_day: int) -> Iterator[float]:
        """Between seven in the morning and midnight."""
        for day in range(DAYS):
            for _ in range(per_day):
                yield (day * 24 + self._chance.uniform(7, 24)) * 3600


def main() -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.SPOTIFY_PACE_REQUESTS = settings.SPOTIFY_DAILY_READS = None  # as in a household
    began = datetime.now(UTC)
    with (
        simulated_spotify("development", "--members", str(MEMBERS)) as url,
        time_machine.travel(began) as clock,
    ):
        cache.clear()
        settings.SPOTIFY_API_URL = f"{url}/v1"
        control(url, "PUT", "settings", {"quota_reads": 600, "window_requests": 45, "window_s": 30})
        told: Counter[str] = Counter()
        for act in House(url, random.Random(7)).plan():
            ahead = act.at - (datetime.now(UTC) - began).total_seconds()
            if ahead > 0:
                clock.shift(timedelta(seconds=ahead))
                control(url, "POST", "clock", {"advance_s": ahead})
            _carry_out(act, told)
        counted = control(url, "GET", "requests")
        _say(told, int(counted["by_status"].get("429", 0)), [row for row in ledger.list_usage() if row.day])


def _carry_out(act: Act, told: Counter[str]) -> None:
    told[f"{act.name}: wanted"] += 1
    try:
        act.carry_out(act.client)
    except SpotifyError as error:
        told[f"{act.name}: {type(error).__name__}"] += 1


def _say(told: Counter[str], refused: int, spent: list[Any]) -> None:
    print(f"\nTwo days of {MEMBERS} members, 600 catalogue reads a day, 45 requests in 30 s")
    for name, count in sorted(told.items()):
        print(f"  {name:28} {count:6}")
    print("  the last day in the ledger:")
    for row in spent:
        share = f"  {row.share_of_day:.0%} of the day's share" if row.share_of_day is not None else ""
        print(f"    {row.family:12} {row.purpose:12} {row.day:6}{share}")
    locked_out = [name for name in told if name.startswith(("page", "list", "poll")) and "wanted" not in name]
    print(f"  429 from Spotify: {refused}; members refused: {sum(told[name] for name in locked_out)}")
    print("  never blocked" if not refused and not locked_out else "  BLOCKED")
    if refused or locked_out:
        sys.exit(1)


if __name__ == "__main__":
    main()
