"""What becomes of the armed row, from two looks at the player; pure functions.

Spotify doesn't tell what happened in between. When something else plays and the armed row is gone,
it was played, skipped, or taken out in Spotify's app, which can't be told apart with certainty. So
it is sent again only when another list was started, which empties Spotify's queue, and there was no
time to play it: twice is worse than one too few.
"""

from enum import Enum

from msgspec import Struct

# Ends come a moment early or late, and positions are as old as the answer.
TOLERANCE_S = 4.0
# Spotify tells of the next song a moment after the last one ended.
AFTER_END_S = 1.2
# So long before the end of a paused song the next one is to be sent, if it should go on meanwhile.
BEFORE_END_S = 20.0
# A very long item is looked at in between: somebody may have skipped it at the speaker.
MAX_LOOK_S = 600.0
# Shorter than most songs, so that the next one is armed in time after Play at the speaker.
PAUSED_LOOK_S, LONG_PAUSED_LOOK_S = 90.0, 150.0
LONG_PAUSE_S = 1800.0


class PlayerLook(Struct, frozen=True, kw_only=True):
    """What a look showed. `coming` is Spotify's queue, `heard` what it counts as played since the row was
    armed; null where that was not read. `is_stranger`: it is certain not to come from what is played from.
    """

    at: float
    item_uri: str | None = None
    context_uri: str | None = None
    progress_s: float = 0.0
    duration_s: float = 0.0
    is_playing: bool = False
    is_stranger: bool = False
    coming: tuple[str, ...] | None = None
    heard: tuple[str, ...] | None = None

    @property
    def left_s(self) -> float:
        return max(self.duration_s - self.progress_s, 0.0)


class Armed(Struct, frozen=True, kw_only=True):
    """The row in Spotify's queue. `before_uri` played when it was armed. `is_unwanted`: to be skipped."""

    uri: str
    duration_s: float
    before_uri: str | None
    is_unwanted: bool = False


class Outcome(Enum):
    WAITS = "waits"  # it still comes
    BEGAN = "began"
    PASSED = "passed"  # played to its end, or skipped
    LOST = "lost"  # taken out of Spotify's queue without having been played
    UNKNOWN = "unknown"  # Spotify's queue has to be read
    MAYBE_LOST = "maybe lost"  # what was played has to be read


class LookPlan(Struct, frozen=True, kw_only=True):
    """`arms`: the next row goes to Spotify. `skips`: what has just begun is skipped after that."""

    outcome: Outcome | None
    arms: bool = False
    skips: bool = False
    look_in_s: float = MAX_LOOK_S


def make_plan(armed: Armed | None, last: PlayerLook | None, seen: PlayerLook, *, has_next: bool) -> LookPlan:
    """`last` is the look before; `has_next`: a row waits behind the armed one."""
    outcome = judge_armed(armed, last, seen) if armed else None
    if outcome in {Outcome.UNKNOWN, Outcome.MAYBE_LOST}:
        return LookPlan(outcome=outcome)
    is_free = outcome != Outcome.WAITS
    arms = seen.is_playing and is_free and (has_next or outcome == Outcome.LOST)
    skips = outcome == Outcome.BEGAN and armed is not None and armed.is_unwanted
    is_armed = armed is not None and not is_free
    return LookPlan(
        outcome=outcome, arms=arms, skips=skips, look_in_s=find_next_look(seen, is_armed=is_armed)
    )


def judge_armed(armed: Armed, last: PlayerLook | None, seen: PlayerLook) -> Outcome:
    """What has become of the armed row since it was armed."""
    if seen.item_uri == armed.uri:
        return Outcome.BEGAN if _has_begun(armed, last, seen) else Outcome.WAITS
    if seen.item_uri is None or last is None or seen.item_uri == armed.before_uri == last.item_uri:
        # The same song again may be another play of it, so Spotify's queue decides.
        is_again = last is not None and seen.at - last.at > last.left_s + TOLERANCE_S and last.is_playing
        if seen.item_uri is None or not is_again:
            return Outcome.WAITS
    if seen.coming is None:
        # Queued elsewhere before the armed row was sent: Spotify's queue goes in that order.
        is_in_front = last is not None and seen.is_stranger and _has_followed(last, seen)
        return Outcome.WAITS if is_in_front else Outcome.UNKNOWN
    if armed.uri in seen.coming:
        return Outcome.WAITS
    outcome = _judge_gone(armed, last, seen)
    if outcome == Outcome.LOST and seen.heard is None:
        return Outcome.MAYBE_LOST
    # It began early, by Next at the speaker, and was over just when it should have begun.
    return Outcome.PASSED if seen.heard and armed.uri in seen.heard else outcome


def find_next_look(seen: PlayerLook, *, is_armed: bool) -> float:
    """Seconds until the player is looked at again."""
    if seen.item_uri is None:
        return PAUSED_LOOK_S
    if not seen.is_playing:
        # Even if it goes on at once, nothing has to be done until what plays has ended, or nearly.
        needed_s = seen.left_s + AFTER_END_S if is_armed else seen.left_s - BEFORE_END_S
        return min(max(needed_s, PAUSED_LOOK_S), LONG_PAUSED_LOOK_S)
    return min(seen.left_s + AFTER_END_S, MAX_LOOK_S)


def _has_followed(last: PlayerLook, seen: PlayerLook) -> bool:
    """Whether what plays began when the item of the look before ended, so that nothing was between them."""
    began_at, ended_at = seen.at - seen.progress_s, last.at + last.left_s
    return last.is_playing and abs(began_at - ended_at) <= TOLERANCE_S


def _has_begun(armed: Armed, last: PlayerLook | None, seen: PlayerLook) -> bool:
    if armed.uri != armed.before_uri or last is None:
        return True
    # The same song twice in a row: the second has begun when the position is behind where the first would be.
    expected_s = last.progress_s + (seen.at - last.at if last.is_playing else 0)
    return seen.progress_s < min(expected_s, last.duration_s) - TOLERANCE_S or expected_s > last.duration_s


def _judge_gone(armed: Armed, last: PlayerLook | None, seen: PlayerLook) -> Outcome:
    if last is None:
        return Outcome.PASSED
    since_end_s = seen.at - last.at - last.left_s
    if seen.context_uri != last.context_uri and since_end_s < armed.duration_s - TOLERANCE_S:
        return Outcome.LOST  # something else was started, and the queue emptied
    return Outcome.PASSED


def order_fairly(
    adders: list[int | None], last_adder: int | None, *, goes_on: int | None = None
) -> list[int]:
    """Return the places in the order in which people take turns; each keeps the order of their own.

    `goes_on` is the place of the rest of an album that has begun: it comes first, and is nobody's next turn.
    """
    people = list(dict.fromkeys(adders))
    if last_adder in people:
        turn = people.index(last_adder) + 1
        people = [*people[turn:], *people[:turn]]
    places = [place for place in range(len(adders)) if place != goes_on]
    turns = {person: [place for place in places if adders[place] == person] for person in people}
    order = [] if goes_on is None else [goes_on]
    while len(order) < len(adders):
        order += [turns[person].pop(0) for person in people if turns[person]]
    return order
