"""A simulated evening with the queue that the app keeps: `tests/benchmarks/evening_queue.py [--seeds
1000]`.

Members do 200 things in three hours: they add, reorder and remove, press Next and Pause at the
speaker, queue and clear in Spotify's own app, while the worker is killed, Spotify asks to wait 40 s
and the box restarts. The player is that of the simulated Spotify in a time of its own; what the
worker decides is `player.managed_queue.engine`; latency is 50 to 400 ms, a command takes effect
after 300 ms, and songs end up to 0.8 s early or late.

Each evening has to show: what is heard is what was handed over, in that order; no row twice; none
that was removed before; none counted as played that never began; no more requests than the budget.
What fails prints its seed (`--first SEED --seeds 1` repeats it), and the program ends with 1.
"""

import argparse
import random
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from msgspec import structs  # noqa: E402

from player.managed_queue.engine import Armed, LookPlan, Outcome, PlayerLook, make_plan  # noqa: E402
from spotweb.sandbox.model.devices import Device  # noqa: E402
from spotweb.sandbox.model.player import Player  # noqa: E402
from spotweb.sandbox.model.player_effects import EFFECTS  # noqa: E402

ACTS, EVENING_S = 200, 3 * 3600.0
DOUBT_ENDS_S = 60.0
SKIPPED_AT_ONCE_S = 1.0
DELAY_S, DOUBT_S, MAX_SENT = 0.3, 6.0, 2
PAUSED_LOOK_S = 90.0
# How often each thing is done.
WEIGHTS = {
    "add": 70,
    "move": 30,
    "remove": 15,
    "skip_armed": 8,
    "next": 14,
    "queue_in_app": 10,
    "clear_in_app": 2,
    "pause": 8,
    "kill": 6,
    "restart": 2,
    "limit": 2,
    "open_page": 33,
}
# Requests of the worker in an hour, of songs of two and a half to five minutes and with the looks of acts.
BUDGET_PER_HOUR = 60


class LoggedPlayer(Player):
    """Writes down what begins to play."""

    __slots__ = ("find_cause", "heard", "late")

    def start(self, uri: str | None, now: float, *, progress_ms: int = 0) -> None:
        self.heard.append((now, uri))
        if uri and uri.startswith("context") and (cause := self.find_cause(now)):
            self.late[cause] += 1
        super().start(uri, now, progress_ms=progress_ms)


@dataclass
class Row:
    uri: str
    state: str = "waiting"
    sent: int = 0
    is_unwanted: bool = False
    is_passed: bool = False
    before_uri: str | None = None
    armed_at: float = 0.0
    is_doubtful: bool = False


@dataclass
class Evening:
    """One evening: the player, the rows, and the worker that looks at `next_look`."""

    seed: int
    rng: random.Random = field(init=False)
    rows: list[Row] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    requests: int = 0
    last: PlayerLook | None = None
    next_look: float = 0.0
    down_until: float = 0.0
    blocked_until: float = 0.0
    resume_at: float = float("inf")
    faults: list[str] = field(default_factory=list)
    presses: int = 0  # of Next, since the worker looked last
    is_held: bool = False  # the worker was kept from its look
    is_cleared: bool = False  # the armed row was taken out of Spotify's queue

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        lengths: dict[str, int] = {}

        def duration_ms(uri: str) -> int:
            if uri not in lengths:
                lengths[uri] = random.Random(f"{self.seed} {uri}").randint(150_000, 300_000)
            return lengths[uri]

        self.duration_ms = duration_ms
        self.player = LoggedPlayer(duration_ms=duration_ms, effects=EFFECTS)
        self.player.heard, self.player.late = [], Counter()
        self.player.find_cause = self.find_cause
        self.player.devices = [Device(id="d", name="Kitchen", type="Speaker")]
        self.player.end_jitter_ms = 800
        self.player.activate("d", 0.0)
        self.player.load("album", [f"context-{number}" for number in range(12)], 0)
        self.player.repeat = "context"
        self.player.start("context-0", 0.0)
        self.player.is_playing = True

    @property
    def armed(self) -> Row | None:
        return next((row for row in self.rows if row.state == "armed"), None)

    @property
    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.state == "waiting"]

    def find_cause(self, now: float) -> str:
        """Why a song of the album begins now although rows wait; empty where none does."""
        if not self.waiting:
            return ""
        causes = {
            "the worker was away, or Spotify asked to wait": (
                self.is_held or now < max(self.down_until, self.blocked_until)
            ),
            "the queue was cleared in Spotify's app": self.is_cleared,
            "the answer to a row was lost": self.armed and self.armed.is_doubtful,
            "Next was pressed again before the worker looked": self.presses > 1,
            "Next was pressed, and what it began was over before the worker looked": self.presses,
        }
        return next((cause for cause, holds in causes.items() if holds), "another cause")

    # What people do

    def act(self, now: float, number: int) -> None:
        """One of the things that people and the box do."""
        kind = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        getattr(self, f"do_{kind}")(now, number)

    def do_add(self, now: float, number: int) -> None:
        self.rows.append(Row(f"spotify:track:ours-{number}"))
        if self.armed is None:
            self.wake(now)

    def do_move(self, _now: float, _number: int) -> None:
        if self.waiting:
            row = self.rng.choice(self.waiting)
            self.rows.remove(row)
            self.rows.insert(self.rng.randrange(len(self.rows) + 1), row)

    def do_remove(self, _now: float, _number: int) -> None:
        if self.waiting:
            self.rng.choice(self.waiting).state = "removed"

    def do_skip_armed(self, _now: float, _number: int) -> None:
        if self.armed:
            self.armed.is_unwanted = True

    def do_next(self, now: float, _number: int) -> None:
        self.presses += 1
        self.player.skip_next(now)
        self.player.is_playing = True

    def do_queue_in_app(self, _now: float, number: int) -> None:
        self.player.queue.append(f"foreign-{number}")

    def do_clear_in_app(self, _now: float, _number: int) -> None:
        self.is_cleared |= bool(self.armed and self.armed.uri in self.player.queue)
        self.player.queue.clear()

    def do_pause(self, now: float, _number: int) -> None:
        self.player.set_position(self.player.progress(now), now)
        self.player.is_playing = False
        self.resume_at = min(self.resume_at, now + self.rng.uniform(20, 400))

    def do_kill(self, now: float, _number: int) -> None:
        self.down_until = now + self.rng.uniform(2, 20)

    def do_restart(self, now: float, _number: int) -> None:
        self.down_until = now + self.rng.uniform(30, 60)

    def do_limit(self, now: float, _number: int) -> None:
        self.blocked_until = now + 40

    def do_open_page(self, now: float, _number: int) -> None:
        """What the page has read itself, the worker need not ask for."""
        self.wake(now)
        self.requests -= 1

    def wake(self, now: float) -> None:
        self.next_look = min(self.next_look, now + 0.5)

    # What the worker does: as player.managed_queue.job

    def look(self, now: float) -> None:
        if now < max(self.down_until, self.blocked_until):
            self.next_look, self.is_held = max(self.down_until, self.blocked_until), True
            return
        self.requests += 1
        self.presses, self.is_held = 0, False
        look = self.see(now)
        if not look.is_playing:
            self.next_look = now + PAUSED_LOOK_S
        elif self.armed and self.armed.is_doubtful and now < self.armed.armed_at + DOUBT_S:
            self.next_look = self.armed.armed_at + DOUBT_S
        else:
            self.follow(now, self.resolve_doubt(now, look))

    def resolve_doubt(self, now: float, look: PlayerLook) -> PlayerLook:
        armed = self.armed
        if armed is None or not armed.is_doubtful:
            return look
        look = self.see(now, with_queue=True)
        armed.is_doubtful = False
        is_there = armed.uri in (look.coming or ()) or look.item_uri == armed.uri
        if not is_there and now - armed.armed_at <= DOUBT_ENDS_S:
            self.put_back(armed)
        return look

    def follow(self, now: float, look: PlayerLook) -> None:
        armed = self.armed
        plan = make_plan(self.as_armed(armed), self.last, look, has_next=bool(self.waiting))
        if plan.outcome == Outcome.UNKNOWN:
            look = self.see(now, with_queue=True)
            plan = make_plan(self.as_armed(armed), self.last, look, has_next=bool(self.waiting))
        if armed and plan.outcome == Outcome.MAYBE_LOST:
            self.requests += 1
            plays = [play.uri for play in self.player.history if play.played_at > armed.armed_at]
            look = structs.replace(look, heard=tuple(plays))
            plan = make_plan(self.as_armed(armed), self.last, look, has_next=bool(self.waiting))
        if armed and plan.outcome not in {None, Outcome.WAITS}:
            self.record(armed, plan.outcome)
        self.last = look
        if plan.arms and self.waiting:
            self.send(now, self.waiting[0], look)
        self.next_look = self.find_next_look(now, plan)

    def find_next_look(self, now: float, plan: LookPlan) -> float:
        if plan.skips:
            self.requests += 1
            self.player.schedule("next", {}, now=now + 1.2, delay_s=DELAY_S)
            return now + 3.6
        if self.armed and self.armed.is_doubtful:  # no answer came: the job is tried again soon
            return now + DOUBT_S
        return now + plan.look_in_s if self.waiting or self.armed else float("inf")

    def see(self, now: float, *, with_queue: bool = False) -> PlayerLook:
        if with_queue:
            self.requests += 1
        player = self.player
        return PlayerLook(
            at=now + self.rng.uniform(0.05, 0.4),
            item_uri=player.item,
            context_uri=player.context,
            progress_s=player.progress(now) / 1000,
            duration_s=self.duration_ms(player.item) / 1000,
            is_playing=player.is_playing,
            coming=tuple(player.upcoming()) if with_queue else None,
        )

    def send(self, now: float, row: Row, look: PlayerLook) -> None:
        row.state, row.sent, row.before_uri, row.armed_at = "armed", row.sent + 1, look.item_uri, now
        self.handed.append(row.uri)
        self.is_cleared = False
        self.requests += 1
        is_lost = self.rng.random() < 0.02
        if is_lost and self.rng.random() < 0.5:  # it never arrived
            row.is_doubtful = True
        else:
            self.player.schedule("queue", {"uri": row.uri}, now=now, delay_s=DELAY_S)
            row.is_doubtful = is_lost

    def record(self, row: Row, outcome: Outcome | None) -> None:
        if row.is_unwanted:
            row.state = "removed"
        elif outcome == Outcome.LOST and row.sent < MAX_SENT:
            self.put_back(row)
        else:
            row.state, row.is_passed = "played", outcome != Outcome.BEGAN

    def put_back(self, row: Row) -> None:
        row.state = "waiting"
        self.rows.remove(row)
        self.rows.insert(0, row)

    def as_armed(self, row: Row | None) -> Armed | None:
        if row is None:
            return None
        length_s = self.duration_ms(row.uri) / 1000
        return Armed(uri=row.uri, duration_s=length_s, before_uri=row.before_uri, is_unwanted=row.is_unwanted)

    # The evening, and what it has to show

    def run(self) -> "Evening":
        moments = sorted(self.rng.uniform(0, EVENING_S) for _ in range(ACTS))
        acts = list(enumerate(moments))
        while True:
            due = min(self.next_look, acts[0][1] if acts else float("inf"), self.resume_at)
            if due > EVENING_S:
                break
            self.player.advance(due)
            if due == self.resume_at:
                self.resume_at = float("inf")
                self.player.set_position(self.player.progress(due), due)
                self.player.is_playing = True
            elif acts and due == acts[0][1]:
                number, _moment = acts.pop(0)
                self.act(due, number)
            else:
                self.look(due)
        self.player.advance(EVENING_S)
        self.judge()
        return self

    def list_heard(self) -> list[str]:
        """Our rows as they were heard: what somebody skipped at once was not."""
        starts = [*self.player.heard, (EVENING_S, "")]
        return [
            uri
            for (at, uri), (until, _next) in pairwise(starts)
            if uri.startswith("spotify:track:ours") and until - at > SKIPPED_AT_ONCE_S
        ]

    def judge(self) -> None:
        ours = self.list_heard()
        begun = {uri for _at, uri in self.player.heard}
        by_uri = {row.uri: row for row in self.rows}
        twice = {uri for uri in ours if ours.count(uri) > 1}
        if twice:
            self.faults.append(f"heard twice: {sorted(twice)}")
        # The last time counts, where one was sent again.
        order = list(dict.fromkeys(reversed(self.handed)))[::-1]
        if ours != [uri for uri in order if uri in set(ours)]:
            self.faults.append("heard in another order than handed over")
        removed = {uri for uri, row in by_uri.items() if row.state == "removed" and not row.sent}
        if removed & set(ours):
            self.faults.append("a removed row was heard")
        unheard = [
            row.uri
            for row in self.rows
            if row.state == "played" and row.uri not in begun and not row.is_passed and not row.is_unwanted
        ]
        if unheard:
            self.faults.append(f"counted as played, never heard: {unheard}")
        if self.requests > BUDGET_PER_HOUR * EVENING_S / 3600:
            self.faults.append(f"{self.requests} requests")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    evenings = [Evening(seed).run() for seed in range(options.first, options.first + options.seeds)]
    failed = [evening for evening in evenings if evening.faults]
    for evening in failed[:20]:
        print(f"seed {evening.seed}: {'; '.join(evening.faults)}")
    per_hour = [evening.requests / (EVENING_S / 3600) for evening in evenings]
    ours = sum(
        uri.startswith("spotify:track:ours") for evening in evenings for _at, uri in evening.player.heard
    )
    passed = sum(row.is_passed for evening in evenings for row in evening.rows)
    print(f"{len(evenings)} evenings, {len(failed)} failed")
    print(f"{ours} rows heard, {passed} skipped, cleared elsewhere or seen too late")
    late = sum((evening.player.late for evening in evenings), Counter())
    starts = sum(len(evening.player.heard) for evening in evenings)
    print(f"{late.total()} of {starts} songs were of the album while rows waited:")
    for cause, count in late.most_common():
        print(f"  {count}: {cause}")
    print(f"requests an hour: median {statistics.median(per_hour):.0f}, most {max(per_hour):.0f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
