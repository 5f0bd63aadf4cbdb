"""Lines of the table of docs/speed.md, and programs that tell what they have found."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Figure(NamedTuple):
    """A line of the table. `goal` is the most it may be, or the least; null for what only explains others."""

    what: str
    value: float
    unit: str  # empty for a number of things
    goal: float | None = None
    is_least: bool = False

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        is_met = self.value >= self.goal if self.is_least else self.value <= self.goal
        return "met" if is_met else "**missed**"

    def write_line(self) -> str:
        goal = "" if self.goal is None else f"{self.goal:g} {self.unit}"
        cells = (self.what, f"{round_figure(self.value)} {self.unit}", goal, self.verdict)
        return f"| {' | '.join(cell.strip() for cell in cells)} |"


class Skipped(Exception):
    """This cannot be measured here; its text says why."""


def round_figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def start_program(name: str, *options: str) -> subprocess.Popen[str]:
    """A program of this folder that prints what it has found as JSON."""
    command = [sys.executable, f"tests/benchmarks/{name}.py", "--json", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read_findings(process: subprocess.Popen[str]) -> Any:
    """Waits for its end. Raises Skipped with the last of what it said when it has failed."""
    found, said = process.communicate()
    if process.returncode:
        raise Skipped((said.strip().splitlines() or ["it ended without a reason"])[-1])
    return json.loads(found.splitlines()[-1])


def run_program(name: str, *options: str) -> Any:
    return read_findings(start_program(name, *options))
