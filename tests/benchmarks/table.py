"""Today's figures beside their goals, in twenty minutes at most: `make bench`, or
`python tests/benchmarks/table.py [--sizes 1000 10000 100000] [--only pages …] [--no-write]`.

Prints the table and writes it into docs/speed.md, between its two marks. Processor time stands where it can:
it says nearly the same on a machine that does other work. Yardsticks of the same run are a loop of plain
Python, a Django view that does nothing, and spotipy and tekore where `make contract` has installed them.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import box_figures, page_figures, reading_figures  # noqa: E402
from tests.benchmarks.collect import clients_python  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

DOCUMENT = ROOT / "docs/speed.md"
BEGIN, END = "<!-- make bench writes from here -->\n", "<!-- to here -->\n"
MOST_S = 19.5 * 60  # with Lighthouse, which takes what is left

Section = Callable[[argparse.Namespace], Iterator[Figure]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="these sections")
    parser.add_argument("--clients-python", help="where spotipy and tekore are")
    parser.add_argument("--lighthouse", metavar="PATH", help="its program, unless it is on the PATH")
    parser.add_argument("--no-write", action="store_true", help="leave docs/speed.md as it is")
    options = parser.parse_args()
    options.latency_ms, options.parallel = reading_figures.LATENCY_MS, reading_figures.CONNECTIONS
    options.pythons, options.prefix = clients_python(options.clients_python), []
    began = time.monotonic()
    options.ends_at = began + MOST_S
    figures: list[Figure] = []
    reasons: list[str] = []
    lengths_s: dict[str, float] = {}
    for name in options.only or SECTIONS:
        section_began = time.monotonic()
        print(f"{section_began - began:4.0f} s  {name} …", flush=True)
        try:
            for figure in SECTIONS[name](options):
                figures.append(figure)
                print(f"        {figure.write_line()}", flush=True)
        # Whatever a section dies of, and some end themselves, the others have to tell what they have found.
        except (Exception, SystemExit) as reason:  # noqa: BLE001
            reasons.append(f"{name}: {reason or type(reason).__name__}")
            print(f"        not measured: {reason}", flush=True)
        lengths_s[name] = time.monotonic() - section_began
    table = _write_table(figures, reasons, lengths_s)
    print(f"\n{table}")
    if not options.no_write and not options.only:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}")


def _write_table(figures: Sequence[Figure], reasons: Sequence[str], lengths_s: Mapping[str, float]) -> str:
    version = ".".join(map(str, sys.version_info[:2]))
    machine = f"{os.cpu_count()} cores, Python {version}, a load of {os.getloadavg()[1]:.1f}"
    took = ", ".join(f"{name} {length_s:.0f}" for name, length_s in lengths_s.items())
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}; the run took {sum(lengths_s.values()) / 60:.0f} minutes.",
        "",
        "| what | today | goal | |",
        "|---|---|---|---|",
        *(figure.write_line() for figure in figures),
        "",
        f"- Seconds for each section: {took}.",
        *(f"- Not measured: {reason}." for reason in reasons),
    ]
    return "\n".join(lines).rstrip() + "\n"


def measure_machine(_options: argparse.Namespace) -> Iterator[Figure]:
    """How fast this machine is just now."""
    times = []
    for _ in range(5):
        began = time.process_time()
        total = 0
        for number in range(1_000_000):
            total += number
        times.append((time.process_time() - began) * 1000)
    yield Figure("a million additions in Python (yardstick)", statistics.median(times), "ms CPU")


# Lighthouse is the last, since it takes as long as it is given.
SECTIONS: Mapping[str, Section] = {
    "machine": measure_machine,
    "start": box_figures.measure_start,
    "libraries": reading_figures.measure_libraries,
    "playlist": reading_figures.measure_playlist,
    "pace and days": reading_figures.measure_pace_and_days,
    "browser": page_figures.measure_browser,
    "walk": page_figures.measure_walk,
    "player": page_figures.measure_player,
    "idle": box_figures.measure_idle,
    "household": box_figures.measure_household,
    "half a core": box_figures.measure_half,
    "lighthouse": page_figures.measure_lighthouse,
}

if __name__ == "__main__":
    main()
