"""A kind of job for tests: its steps are names in the payload, and what it did is in a list."""

import pytest

from spotweb.jobs import registry
from spotweb.jobs.registry import JobKind

NAME = "toy"


@pytest.fixture
def toy(monkeypatch):
    """Register a toy kind: `toy(run=..., **fields)`."""

    def register(**fields):  # noqa: ANN003
        kind = JobKind(**{"name": NAME, "run": do_steps, **fields})
        monkeypatch.setitem(registry.get_kinds(), kind.name, kind)
        return kind

    did.clear()
    register()
    return register


did: list[str] = []


def do_steps(run):
    for name in run.job.payload.get("steps", [])[run.job.done :]:
        run.once(name, lambda name=name: did.append(name))
