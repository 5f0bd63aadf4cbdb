"""A simulated evening with the queues that the app keeps: `tests/benchmarks/evening_queue.py [--seeds 1000]`.

Four members of a household listen for three hours, and do 200 things: they add songs, albums and playlists,
put them in front, reorder and remove, undo, press Next and Pause at the speaker, queue and clear in Spotify's
own app, while the worker is killed, Spotify asks to wait 40 s and the box restarts. One worker looks for all
of them, one after another, within the pace of the household; others use that pace too. The players are those
of the simulated Spotify in a time of its own; what the worker decides is `player.managed_queue.engine`, what
stands together and moves is `player.managed_queue.entries`; latency is 50 to 400 ms, a command takes effect
after 300 ms, and songs end up to 0.8 s early or late.

Each evening has to show: what is heard is what was handed over, in that order; no row twice; none that was
removed before; none counted as played that never began; an album that has begun goes on until somebody puts
something else in front; no more requests than the budget. What fails prints its seed (`--first SEED
--seeds 1` repeats it), and the program ends with 1. `--acts` for livelier evenings.
"""

import argparse
import os
import random
import statistics
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.environment")

import django  # noqa: E402
from msgspec import structs  # noqa: E402

django.setup()

from player.managed_queue import entries  # noqa: E402
from player.managed_queue.engine import (  # noqa: E402
    Armed,
    LookPlan,
    Outcome,
    PlayerLook,
    find_next_look,
    make_plan,
    order_fairly,
)
from spotweb.sandbox.model.devices import Device  # noqa: E402
from spotweb.sandbox.model.player import Player  # noqa: E402
from spotweb.sandbox.model.player_effects import EFFECTS  # noqa: E402

MEMBERS, ACTS, EVENING_S = 4, 200, 3 * 3600.0
DOUBT_ENDS_S = 60.0
SKIPPED_AT_ONCE_S = 1.0
DELAY_S, DOUBT_S, MAX_SENT = 0.3, 6.0, 2
# Of the household, as the worker gets it (spotweb.spotify.rate_limit.limits).
PACE, PACE_S = 34, 30.0
# A page that is open asks so often.
POLL_S = 5.0
# How often each thing is done.
WEIGHTS = {
    "add": 55,
    "add_block": 10,
    "move": 18,
    "move_within": 6,
    "move_out": 4,
    "remove": 12,
    "remove_block": 4,
    "undo": 6,
    "turn_fair": 3,
    "skip_armed": 8,
    "next": 14,
    "queue_in_app": 10,
    "clear_in_app": 2,
    "pause": 8,
    "kill": 6,
    "restart": 2,
    "limit": 2,
    "busy": 3,
    "open_page": 27,
}
# Requests of the worker for one member in an hour: most are a look and a song sent for each, and each act of
# somebody may cost one more.
BUDGET_PER_HOUR, BUDGET_PER_ACT = 38, 1.5


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
    pk: int = 0
    adder: int = 0
    block_id: int | None = None
    state: str = "waiting"
    sent: int = 0
    is_unwanted: bool = False
    is_passed: bool = False
    before_uri: str | None = None
    armed_at: float = 0.0
    is_doubtful: bool = False


@dataclass
class Evening:
    """Of one member: the player, the rows, and when the worker looks at them next."""

    house: "Household"
    number: int
    rows: list[Row] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    last: PlayerLook | None = None
    next_look: float = 0.0
    resume_at: float = float("inf")
    acts: int = 0
    faults: list[str] = field(default_factory=list)
    presses: int = 0  # of Next, since the worker looked last
    is_held: bool = False  # the worker was kept from its look
    is_cleared: bool = False  # the armed row was taken out of Spotify's queue
    is_fair: bool = False
    is_page_open: bool = False
    begun: Row | None = None  # the row that was handed over last
    owed: int | None = None  # the album that has begun, whose next song stands first
    is_front_new: bool = False  # something was put in front since
    before: list[Row] | None = None  # the rows that waited before the last change, for undo

    def __post_init__(self) -> None:
        self.rng = self.house.rng
        lengths: dict[str, int] = {}

        def duration_ms(uri: str) -> int:
            if uri not in lengths:
                seed = f"{self.house.seed} {self.number} {uri}"
                lengths[uri] = random.Random(seed).randint(150_000, 300_000)
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
        for size in (1, 1, 8, 1, 6, 1, 1, 12, 1, 5, 1, 10):  # enough for the whole evening
            block = next(self.house.keys) if size > 1 else None
            adder = self.rng.randrange(MEMBERS)
            self.rows += [self.make_row(adder, block) for _ in range(size)]

    @property
    def armed(self) -> Row | None:
        return next((row for row in self.rows if row.state == "armed"), None)

    @property
    def waiting(self) -> list[Row]:
        """In the order that pages show, as player.managed_queue.actions.list_waiting."""
        rows = [row for row in self.rows if row.state == "waiting"]
        if not self.is_fair:
            return rows
        found = entries.list_entries(rows)
        block = self.begun.block_id if self.begun else None
        goes_on = next((at for at, entry in enumerate(found) if block and entry[0].block_id == block), None)
        last = self.begun.adder if self.begun else None
        order = order_fairly([entry[0].adder for entry in found], last, goes_on=goes_on)
        return [row for place in order for row in found[place]]

    def set_waiting(self, rows: list[Row]) -> None:
        """What waits from now on, in this order; what is left out was removed."""
        self.before = self.waiting
        for row in self.before:
            row.state = "removed"
        for row in rows:
            row.state = "waiting"
        kept = {row.pk for row in rows}
        self.rows = [row for row in self.rows if row.pk not in kept] + rows
        if rows[:1] != self.before[:1]:
            self.is_front_new = True
        if self.armed is None and rows:
            self.wake(self.house.now)

    def find_cause(self, now: float) -> str:
        """Why a song of the album begins now although rows wait; empty where none does."""
        if not self.waiting:
            return ""
        causes = {
            "the worker was away, or Spotify asked to wait": (self.is_held or now < self.house.held_until),
            "the queue was cleared in Spotify's app": self.is_cleared,
            "the answer to a row was lost": self.armed and self.armed.is_doubtful,
            "Next was pressed again before the worker looked": self.presses > 1,
            "Next was pressed, and what it began was over before the worker looked": self.presses,
        }
        return next((cause for cause, holds in causes.items() if holds), "another cause")

    # What people do

    def add(self, now: float, rows: list[Row]) -> None:
        if self.rng.random() < 0.2:
            self.set_waiting([*rows, *self.waiting])  # play next
        else:
            self.rows += rows
        if self.armed is None:
            self.wake(now)

    def make_row(self, adder: int, block_id: int | None = None) -> Row:
        pk = next(self.house.keys)
        return Row(f"spotify:track:ours-{pk}", pk, adder, block_id)

    def do_add(self, now: float) -> None:
        self.add(now, [self.make_row(self.rng.randrange(MEMBERS))])

    def do_add_block(self, now: float) -> None:
        adder, block = self.rng.randrange(MEMBERS), next(self.house.keys)
        self.add(now, [self.make_row(adder, block) for _ in range(self.rng.randint(3, 8))])

    def do_move(self, _now: float) -> None:
        if rows := self.waiting:
            before = self.rng.randrange(len(entries.list_entries(rows)) + 1)
            self.set_waiting(entries.move_entry(rows, self.rng.choice(rows).pk, before))

    def do_move_within(self, _now: float) -> None:
        if rows := self.waiting:
            self.set_waiting(entries.move_in_block(rows, self.rng.choice(rows).pk, self.rng.randrange(4)))

    def do_move_out(self, _now: float) -> None:
        if rows := self.waiting:
            self.set_waiting(entries.move_out(rows, self.rng.choice(rows).pk, 0))

    def do_remove(self, _now: float) -> None:
        if rows := self.waiting:
            gone = self.rng.choice(rows)
            self.set_waiting([row for row in rows if row is not gone])

    def do_remove_block(self, _now: float) -> None:
        """The rest of an album, with the song of it that is handed over, when it is the first."""
        blocks = [entry for entry in entries.list_entries(self.waiting) if entries.is_block(entry)]
        if blocks:
            gone = self.rng.choice(blocks)
            if self.armed and self.armed.block_id == gone[0].block_id and gone[0] is self.waiting[0]:
                self.armed.is_unwanted = True
            self.set_waiting([row for row in self.waiting if row not in gone])

    def do_undo(self, _now: float) -> None:
        if self.before is not None:
            back = [row for row in self.before if row.state in {"waiting", "removed"} and not row.is_unwanted]
            self.set_waiting([*back, *(row for row in self.waiting if row not in back)])
            self.before = None

    def do_turn_fair(self, _now: float) -> None:
        self.is_fair, self.is_front_new = not self.is_fair, True

    def do_skip_armed(self, _now: float) -> None:
        if self.armed:
            self.armed.is_unwanted = True

    def do_next(self, now: float) -> None:
        self.presses += 1
        self.player.skip_next(now)
        self.player.is_playing = True

    def do_queue_in_app(self, _now: float) -> None:
        self.player.queue.append(f"foreign-{next(self.house.keys)}")

    def do_clear_in_app(self, _now: float) -> None:
        self.is_cleared |= bool(self.armed and self.armed.uri in self.player.queue)
        self.player.queue.clear()

    def do_pause(self, now: float) -> None:
        self.player.set_position(self.player.progress(now), now)
        self.player.is_playing = False
        self.resume_at = min(self.resume_at, now + self.rng.uniform(20, 400))

    def do_kill(self, now: float) -> None:
        self.house.held_until = max(self.house.held_until, now + self.rng.uniform(2, 20))

    def do_restart(self, now: float) -> None:
        self.house.held_until = max(self.house.held_until, now + self.rng.uniform(30, 60))

    def do_limit(self, now: float) -> None:
        self.house.held_until = max(self.house.held_until, now + 40)

    def do_busy(self, now: float) -> None:
        """Somebody's library is read: nothing of the pace is left for a while."""
        self.house.sent.extend([now] * PACE)

    def do_open_page(self, now: float) -> None:
        """It stays open until this is done again. What it reads, the worker need not ask for."""
        self.is_page_open = not self.is_page_open
        if self.is_page_open:
            self.wake(now)

    def wake(self, now: float) -> None:
        self.next_look = min(self.next_look, now + 0.5)

    # What the worker does: as player.managed_queue.job

    def look(self, now: float) -> None:
        if not self.is_page_open:
            self.ask("look")
        self.presses, self.is_held = 0, False
        look = self.see(now)
        if not look.is_playing:
            self.last = look if self.last else None
            self.next_look = now + find_next_look(look, is_armed=self.armed is not None)
        elif self.armed and self.armed.is_doubtful and now < self.armed.armed_at + DOUBT_S:
            self.next_look = self.armed.armed_at + DOUBT_S
        else:
            self.follow(now, self.resolve_doubt(now, look))

    def ask(self, kind: str) -> None:
        self.requests[kind] += 1
        self.house.sent.append(self.house.now)

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
            self.ask("history")
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
            self.ask("skip")
            self.player.schedule("next", {}, now=now + 1.2, delay_s=DELAY_S)
            return now + 3.6
        if self.armed and self.armed.is_doubtful:  # no answer came: the job is tried again soon
            return now + DOUBT_S
        return now + plan.look_in_s if self.waiting or self.armed else float("inf")

    def see(self, now: float, *, with_queue: bool = False) -> PlayerLook:
        if with_queue:
            self.ask("queue")
        player = self.player
        return PlayerLook(
            at=now + self.rng.uniform(0.05, 0.4),
            item_uri=player.item,
            context_uri=player.context,
            progress_s=player.progress(now) / 1000,
            duration_s=self.duration_ms(player.item) / 1000,
            is_playing=player.is_playing,
            is_stranger=not (player.item or "").startswith("context"),
            coming=tuple(player.upcoming()) if with_queue else None,
        )

    def send(self, now: float, row: Row, look: PlayerLook) -> None:
        self.judge_handing(row)
        row.state, row.sent, row.before_uri, row.armed_at = "armed", row.sent + 1, look.item_uri, now
        self.handed.append(row.uri)
        self.is_cleared = False
        self.ask("send")
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

    def judge_handing(self, row: Row) -> None:
        rest = [other for other in self.waiting if other is not row]
        is_owed = self.owed and any(other.block_id == self.owed for other in [row, *rest])
        if is_owed and row.block_id != self.owed and not self.is_front_new:
            self.faults.append(f"{row.uri} was sent before the rest of the album that had begun")
        self.begun, self.is_front_new = row, False
        follows = self.waiting[1:2]
        self.owed = row.block_id if follows and follows[0].block_id == row.block_id else None

    def put_back(self, row: Row) -> None:
        row.state, self.is_front_new = "waiting", True
        self.rows.remove(row)
        self.rows.insert(0, row)

    def as_armed(self, row: Row | None) -> Armed | None:
        if row is None:
            return None
        length_s = self.duration_ms(row.uri) / 1000
        return Armed(uri=row.uri, duration_s=length_s, before_uri=row.before_uri, is_unwanted=row.is_unwanted)

    # What it has to show

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
        if self.requests.total() > BUDGET_PER_HOUR * EVENING_S / 3600 + BUDGET_PER_ACT * self.acts:
            self.faults.append(f"{self.requests.total()} requests")


class Household:
    """Four evenings beside each other, with one worker and one pace."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rng = seed, random.Random(seed)
        self.keys = count(1)
        self.held_until = self.busy_until = self.now = 0.0
        self.sent: deque[float] = deque()
        self.evenings = [Evening(self, number) for number in range(MEMBERS)]

    def run(self, acts: int) -> "Household":
        moments = sorted(
            (self.rng.uniform(0, EVENING_S), self.rng.choice(self.evenings)) for _ in range(acts)
        )
        ahead = deque(moments)
        while True:
            looker = min(self.evenings, key=lambda evening: evening.next_look)
            resumer = min(self.evenings, key=lambda evening: evening.resume_at)
            look_at = max(looker.next_look, self.busy_until)
            act_at = ahead[0][0] if ahead else float("inf")
            due = min(look_at, act_at, resumer.resume_at)
            if due > EVENING_S:
                break
            self.now = due
            for evening in self.evenings:
                evening.player.advance(due)
            if due == resumer.resume_at:
                resumer.resume_at = float("inf")
                resumer.player.set_position(resumer.player.progress(due), due)
                resumer.player.is_playing = True
            elif due == act_at:
                _moment, evening = ahead.popleft()
                evening.acts += 1
                kind = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
                getattr(evening, f"do_{kind}")(due)
            else:
                self.work(due, looker)
        for evening in self.evenings:
            evening.player.advance(EVENING_S)
            evening.judge()
        return self

    def work(self, now: float, evening: Evening) -> None:
        """One look, when the worker lives and the pace allows it."""
        while self.sent and self.sent[0] <= now - PACE_S:
            self.sent.popleft()
        polls = sum(other.is_page_open for other in self.evenings) * PACE_S / POLL_S
        frees_at = now
        if len(self.sent) + polls >= PACE:
            frees_at = max(now + 0.1, min(self.sent[0] + PACE_S, now + PACE_S) if self.sent else now + 1)
        if now < max(self.held_until, frees_at):
            evening.next_look, evening.is_held = max(self.held_until, frees_at), True
            return
        asked = evening.requests.total()
        evening.look(now)
        spent = evening.requests.total() - asked
        self.busy_until = now + sum(self.rng.uniform(0.05, 0.4) for _ in range(spent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--acts", type=int, default=ACTS)
    options = parser.parse_args()
    houses = [
        Household(seed).run(options.acts) for seed in range(options.first, options.first + options.seeds)
    ]
    evenings = [evening for house in houses for evening in house.evenings]
    failed = [evening for evening in evenings if evening.faults]
    for evening in failed[:20]:
        print(f"seed {evening.house.seed}, member {evening.number}: {'; '.join(evening.faults)}")
    hours = EVENING_S / 3600
    per_hour = [evening.requests.total() / hours for evening in evenings]
    ours = sum(
        uri.startswith("spotify:track:ours") for evening in evenings for _at, uri in evening.player.heard
    )
    passed = sum(row.is_passed for evening in evenings for row in evening.rows)
    print(f"{len(houses)} evenings of {MEMBERS} members, {len(failed)} failed")
    print(f"{ours} rows heard, {passed} skipped, cleared elsewhere or seen too late")
    late = sum((evening.player.late for evening in evenings), Counter())
    starts = sum(len(evening.player.heard) for evening in evenings)
    print(f"{late.total()} of {starts} songs were of the album while rows waited:")
    for cause, times in late.most_common():
        print(f"  {times}: {cause}")
    print(f"requests an hour and member: median {statistics.median(per_hour):.0f}, most {max(per_hour):.0f}")
    kinds = sum((evening.requests for evening in evenings), Counter())
    spent = [f"{times / hours / len(evenings):.1f} {kind}" for kind, times in kinds.most_common()]
    print(f"  of these {', '.join(spent)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
