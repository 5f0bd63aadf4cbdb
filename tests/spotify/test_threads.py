"""A share of the web server's threads never waits for Spotify."""

from contextlib import ExitStack
from contextvars import copy_context

import pytest

from spotweb.spotify.errors import BoxBusy
from spotweb.spotify.rate_limit import threads


class Visits:
    """Requests that are under way side by side, each with a context of its own."""

    def __init__(self) -> None:
        self._open = []

    def begin(self, purpose: str) -> None:
        context, stack = copy_context(), ExitStack()
        context.run(stack.enter_context, threads.watch_request())
        self._open.append((context, stack))
        context.run(threads.hold_thread, purpose, family="player")
        context.run(threads.hold_thread, purpose, family="player")

    def count_until_refused(self, purpose: str) -> int:
        for count in range(100):
            try:
                self.begin(purpose)
            except BoxBusy:
                return count
        raise AssertionError("never refused")

    def end(self) -> None:
        for context, stack in self._open:
            context.run(stack.close)
        self._open.clear()


def test_spotify_never_holds_all_threads(settings):
    settings.WEB_THREADS = 12
    visits = Visits()
    assert visits.count_until_refused("poll") == 4
    assert visits.count_until_refused("page") == 2
    assert visits.count_until_refused("button") == 2
    visits.end()
    assert visits.count_until_refused("button") == 8
    visits.end()


@pytest.fixture
def busy_box(settings):
    """All threads that may wait for Spotify do."""
    settings.WEB_THREADS = 6
    visits = Visits()
    visits.count_until_refused("button")
    yield
    visits.end()


@pytest.mark.parametrize(
    "path",
    [
        "/search/?q=moon",
        "/search/spotify/?q=moon",
        "/player/?q=moon",
        "/find/?q=moon",
        "/shows/4rOoJ6Egrf8K2IrywzwOMk/",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Request-Type": "partial"}])
def test_a_busy_box_does_not_blame_spotify(ada, busy_box, path, headers):
    said = ada.get(path, **headers)
    if said.status_code == 302:
        said = ada.get(said.url)
    assert said.status_code in {200, 503}
    assert "busy, one moment" in said.text.lower() or "Asking Spotify" in said.text
    for blame in ("Spotify asked", "keeps to a pace", "Spotify isn’t answering", "Spotify can’t be asked"):
        assert blame not in said.text


def test_work_outside_of_requests_is_not_counted(settings):
    settings.WEB_THREADS = 1
    threads.hold_thread("background", family="player")
