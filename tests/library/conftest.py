"""What tests of the library share: the worker, and what Spotify and the index say is saved."""

from collections.abc import Callable, Sequence

import pytest
from django.core.management import call_command

from accounts.models import Member
from library.models import SavedItem
from tests.support.sandbox_control import SandboxControl

Work = Callable[[], None]


@pytest.fixture
def work() -> Work:
    """The worker does what is in the queue, and ends."""

    def run() -> None:
        call_command("worker", "--batch", "--no-startup-delay", verbosity=0)

    return run


def at_spotify(sandbox: SandboxControl, name: str, kind: str) -> list[str]:
    """URIs, newest first."""
    ids: Sequence[str] = sandbox.control("GET", f"library/{name}")[kind]
    return [f"spotify:{kind}:{id_}" for id_ in ids]


def here(member: Member, kind: str) -> set[str]:
    target = {"track": "item", "episode": "item", "album": "album", "artist": "artist"}.get(kind, "show")
    rows = SavedItem.objects.filter(index__member=member, index__kind=kind)
    return set(rows.values_list(f"{target}__uri", flat=True))
