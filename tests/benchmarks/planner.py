"""How many calls the planner needs, beside the ways one would take without it.

    python tests/benchmarks/planner.py

Prints the table of docs/playlist-planner.md.
"""

import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playlists.planner.moves import find_longest_increasing
from playlists.planner.plan import Plan, plan_steps
from playlists.planner.steps import Move, PlannerRow

SEED = 2026


def cases(size: int) -> list[tuple[str, list[PlannerRow], list[int]]]:
    chance = random.Random(SEED)
    plain = [PlannerRow(f"spotify:track:{number}") for number in range(size)]
    shuffled, moved = list(range(size)), list(range(size))
    chance.shuffle(shuffled)
    for _ in range(10):
        moved.insert(chance.randrange(size), moved.pop(chance.randrange(size)))
    per_artist = size // 20
    by_artist = sorted(range(size), key=lambda at: at % per_artist)
    copies = set(chance.sample(range(1, size), size // 10))
    doubled = [PlannerRow(f"spotify:track:{at - (at in copies)}") for at in range(size)]
    kept = [at for at in range(size) if at == 0 or doubled[at] != doubled[at - 1]]
    files = [PlannerRow(f"spotify:local:{at}", True) if at % 50 == 0 else row for at, row in enumerate(plain)]
    return [
        ("one row to the top", plain, [size - 1, *range(size - 1)]),
        ("a block of a tenth to the end", plain, [*range(size // 10, size), *range(size // 10)]),
        ("ten rows moved", plain, moved),
        ("remove every second row", plain, list(range(0, size, 2))),
        ("remove duplicates, a tenth", doubled, kept),
        ("reverse", plain, list(range(size - 1, -1, -1))),
        ("sort: albums of 20 taken together", plain, by_artist),
        ("shuffle", plain, shuffled),
        ("shuffle with 2 % local files", files, shuffled),
    ]


def one_by_one(wanted: Sequence[int]) -> int:
    """A call for each row that stands elsewhere than a simple sort puts it."""
    order, moves = sorted(wanted), 0
    for place, row in enumerate(wanted):
        if order[place] != row:
            order.remove(row)
            order.insert(place, row)
            moves += 1
    return moves


def naive(rows: Sequence[PlannerRow], wanted: Sequence[int], careful: Plan) -> int:
    """One row a call: each that goes, each that has to be added again with it, each that moves."""
    return len(rows) - len(wanted) + careful.readded_count + one_by_one(wanted)


def longest_run(wanted: Sequence[int], careful: Plan) -> int:
    """The same, with hundreds a call, and moves for what stands outside a longest increasing run only."""
    others = sum(not isinstance(step, Move) for step in careful.steps)
    return others + len(wanted) - len(find_longest_increasing(wanted))


def main() -> None:
    heads = ("wish", "rows", "naive", "longest run", "planner", "fast", "dates lost", "seconds")
    print("| " + " | ".join(heads) + " |")
    print("|---|" + "--:|" * (len(heads) - 1))
    for size in (100, 1000, 10_000):
        for name, rows, wanted in cases(size):
            begin = time.perf_counter()
            careful, fast = plan_steps(rows, wanted), plan_steps(rows, wanted, rewrite=True)
            seconds = (time.perf_counter() - begin) / 2
            by_one, by_run = naive(rows, wanted, careful), longest_run(wanted, careful)
            numbers = (size, by_one, by_run, careful.calls, fast.calls)
            print(
                f"| {name} | "
                + " | ".join(f"{number:,}" for number in numbers)
                + f" | {careful.readded_count:,} / {fast.readded_count:,} | {seconds:.2f} |"
            )


if __name__ == "__main__":
    main()
