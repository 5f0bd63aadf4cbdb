"""What an evening costs: `python tests/benchmarks/evening.py [--hours 4] [--members 3] [--tabs 2]`.

Members with open pages listen for hours, each in tabs that ask as the page's script does: after the time the
server names, with the tag of what they show. Time is moved, on both sides, from one moment at which somebody
asks or presses a button to the next; so four hours take a few minutes, and every read that Spotify would have
got is counted. Half an hour of it all tabs are hidden: then nothing is to be asked.
"""

import argparse
import heapq
import json
import random
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import time_machine

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import run_app_in_process  # noqa: E402

NAMES = ("ada", "ben", "ines")
READS = {
    "get-information-about-the-users-current-playback": "playback",
    "get-queue": "queue",
    "get-a-users-available-devices": "devices",
}
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
COMMANDS_PER_MEMBER = 40
WATCHED_UNIT_S = 5


class Evening:
    """The app within this process, and the simulated Spotify, under one clock."""

    def __init__(self, wanted: argparse.Namespace, sandbox_url: str) -> None:
        from tests.support.people import move_in
        from tests.support.sandbox_control import SandboxControl

        self.wanted = wanted
        self.random = random.Random(4)
        self.sandbox = SandboxControl(sandbox_url)
        names = NAMES[: wanted.members]
        self.people = [move_in(self.sandbox, name, is_owner=name == "ada") for name in names]
        for person in self.people:
            person.member.shows_listening = True
            person.member.save()
        self.events: list[tuple[float, int, str, int]] = []
        self.tags: dict[tuple[int, int], str] = {}
        self.polls, self.unchanged = 0, 0
        self.asked_before = self.asked_later = 0
        self.began = datetime.now().astimezone()
        self.length_s = wanted.hours * 3600
        self.hidden = (self.length_s / 2, self.length_s / 2 + 1800)

    def play(self) -> None:
        tracks = [one["uri"] for one in self.sandbox.control("GET", "catalog?type=track&limit=1000")]
        for number, person in enumerate(self.people):
            mine = tracks[number * 120 : number * 120 + 90]
            self.sandbox.scene(person.name, tracks=mine, repeat="context")
            for tab in range(self.wanted.tabs):
                self.plan(self.random.uniform(0, 5), number, "poll", tab)
            for _ in range(COMMANDS_PER_MEMBER):
                self.plan(self.random.uniform(60, self.hidden[0]), number, "command", 0)
        self.sandbox.forget_requests()

    def plan(self, at: float, person: int, what: str, tab: int) -> None:
        heapq.heappush(self.events, (at, person, what, tab))

    def run(self) -> None:
        now, shown = 0.0, 0
        with time_machine.travel(self.began, tick=False) as clock:
            while self.events:
                at, person, what, tab = heapq.heappop(self.events)
                if at > self.length_s:
                    continue
                if at > now:
                    self.sandbox.control("POST", "clock", {"advance_s": at - now})
                    clock.move_to(self.began + timedelta(seconds=at))
                    now = at
                self.poll(at, person, tab) if what == "poll" else self.command(person)
                if at // 1800 > shown:
                    shown = int(at // 1800)
                    print(f"  … {at / 3600:.1f} h", file=sys.stderr, flush=True)

    def poll(self, at: float, person: int, tab: int) -> None:
        if self.hidden[0] <= at < self.hidden[1]:
            self.asked_before = self.asked_before or self.asked()
            return self.plan(self.hidden[1] + self.random.uniform(0, 1), person, "poll", tab)
        if at >= self.hidden[1] and not self.asked_later:
            self.asked_later = self.asked()
        tag = self.tags.get((person, tab), "")
        answer = self.people[person].get("/player/", **PART, **({"HX-PTag": tag} if tag else {}))
        self.polls += 1
        if answer.status_code == 304:
            self.unchanged += 1
        elif answer.status_code == 200:
            self.tags[person, tab] = answer.text.split('data-tag="', 1)[1].split('"', 1)[0]
        else:
            sys.exit(f"a poll was answered with {answer.status_code}")
        return self.plan(at + int(answer["Poll-Ms"]) / 1000 + 0.05, person, "poll", tab)

    def command(self, person: int) -> None:
        someone = self.people[person]
        path, values = self.random.choice(
            [
                ("next", {}),
                ("pause", {}),
                ("play", {}),
                ("volume", {"volume_percent": self.random.randrange(20, 80)}),
                ("seek", {"position_ms": self.random.randrange(60_000)}),
                ("queue", {"uri": self.some_track()}),
            ]
        )
        someone.post(f"/player/{path}/", values, **PART)
        if path == "pause":  # nobody sits an evening in silence
            someone.post("/player/play/", {}, **PART)

    def some_track(self) -> str:
        catalog = self.sandbox.control("GET", "catalog?type=track&limit=600")
        return str(self.random.choice(catalog)["uri"])

    def report(self) -> None:
        asked = self.sandbox.control("GET", "requests")
        counts = Counter({READS.get(name, name): count for name, count in asked["by_operation"].items()})
        reads = {name: count for name, count in counts.items() if name in READS.values()}
        watched_s = self.length_s - (self.hidden[1] - self.hidden[0])
        hours = self.wanted.members * self.length_s / 3600
        units = self.wanted.members * watched_s / WATCHED_UNIT_S
        print(f"{self.wanted.members} members, {self.wanted.tabs} tabs each, {self.wanted.hours} hours,")
        print(f"{COMMANDS_PER_MEMBER} commands each, half an hour hidden; {self.polls} polls,")
        print(f"{self.unchanged / self.polls:.0%} of them answered 304")
        print(json.dumps(dict(sorted(counts.items())), indent=2))
        print(f"upstream calls: {counts.total()} in all, {counts.total() / hours:.0f} per member and hour")
        print(f"reads of the player per 5 s of watched playing: {sum(reads.values()) / units:.2f}")
        print(f"calls while hidden: {self.asked_later - self.asked_before}")

    def asked(self) -> int:
        return int(sum(self.sandbox.control("GET", "requests")["by_operation"].values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hours", type=float, default=4)
    parser.add_argument("--members", type=int, default=3, choices=range(1, len(NAMES) + 1))
    parser.add_argument("--tabs", type=int, default=2)
    wanted = parser.parse_args()
    with run_app_in_process() as sandbox_url:
        evening = Evening(wanted, sandbox_url)
        evening.play()
        evening.run()
        evening.report()


if __name__ == "__main__":
    main()
