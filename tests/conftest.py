"""Real parts for every test: the simulated Spotify on a port, people of the household, a real browser."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, WebError
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from spotweb.sandbox.server import Sandbox
from spotweb.spotify.rate_limit import pace
from tests.get_chromium import find
from tests.support.database import drop_database, empty_tables
from tests.support.laws import load_profile
from tests.support.people import Person, move_in
from tests.support.prepared_database import lay_database
from tests.support.sandbox_control import SandboxControl
from tests.support.shared_window import SharedWindow, open_window

# On other engines only what reaches them is run (docs/decisions/0095).
IS_ON_ENGINES = "TEST_DATABASE_URL" in os.environ
load_profile()


# These use the database to have somebody signed in, and look at what is drawn: no engine changes that.
DRAWN = {
    "test_conventions.py",
    "test_errors.py",
    "test_installation.py",
    "test_layout.py",
    "test_redirects.py",
}
# Beside the tests of two hosts, and about no engine.
BESIDE_ENGINES = {"hosts/test_addresses.py"}
# Their inputs are what an engine may refuse: words and numbers of any kind in each field, rows of each table.
ALL_INPUTS = {
    "odd/test_pages.py",
    "saved/test_browse.py",
    "saved_pages/test_export.py",
    "saved_pages/test_pages.py",
    "web/test_doors.py",
}

# Their tests last for seconds each, as those in a browser do.
SLOW_FOLDERS = {"house", "odd", "proxies", "run", "upgrade"}
SLOW_FILES = {"test_bare_clone.py", "test_carry_over.py", "test_doors.py"}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are processors, since a worker waits for a third of its time."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Slow files first: one that begins last is waited for by all other workers.
    items.sort(key=lambda item: not _is_slow(item))
    if IS_ON_ENGINES:
        kept = _choose_inputs([item for item in items if _reaches_engine(item)])
        config.hook.pytest_deselected(items=[*set(items).difference(kept)])
        items[:] = kept


def _choose_inputs(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of the inputs of a test, the first and the last; `make test` tries them all."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        has_all = _name_file(item) in ALL_INPUTS
        tests.setdefault(item.nodeid if has_all else item.nodeid.partition("[")[0], []).append(item)
    return [item for inputs in tests.values() for item in dict.fromkeys([inputs[0], inputs[-1]])]


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: looking through it again was a tenth of the processor's time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What went wrong where a second run went well: its cause is to be found (docs/decisions/0130)."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"first run of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


def _name_file(item: pytest.Item) -> str:
    return "/".join(item.path.parts[-2:])


def _is_slow(item: pytest.Item) -> bool:
    name = item.path.name
    return name.endswith("_browser.py") or name in SLOW_FILES or item.path.parent.name in SLOW_FOLDERS


def _reaches_engine(item: pytest.Item) -> bool:
    """The tests of the rate limit reach the cache alone."""
    if (item.path.parent.name == "web" and item.path.name in DRAWN) or _name_file(item) in BESIDE_ENGINES:
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    is_marked = (
        item.get_closest_marker("django_db")
        or item.path.parent.name == "hosts"
        or "rate_limit" in item.path.read_text()
    )
    return bool(is_marked or fixtures & {"db", "transactional_db"})


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Not made anew where a prepared one lies; each process of a test run throws its folder away."""
    return not IS_ON_ENGINES


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
    pytestconfig: pytest.Config,
) -> None:
    with django_db_blocker.unblock():
        lay_database(pytestconfig.cache.mkdir("databases"))


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        if IS_ON_ENGINES:
            patch.setattr(type(connection.creation), "_destroy_test_db", drop_database)
        yield


@pytest.fixture
def spotify() -> Iterator[Sandbox]:
    """The simulated Spotify, where the settings expect it."""
    server = Sandbox(
        port=settings.SANDBOX_PORT,
        quota_mode=settings.SPOTIFY_QUOTA_MODE,
        clients={settings.SPOTIFY_CLIENT_ID: settings.SPOTIFY_CLIENT_SECRET},
        redirect_uris=[settings.SPOTWEB_URL.geturl() + reverse("spotify_callback")],
        delay_ms=0,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sandbox(spotify: Sandbox, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> SandboxControl:
    """The control pages of the simulated Spotify, which is as new, and an app that remembers nothing.

    Commands take effect at once, and refused calls are repeated almost at once, so that no test waits for
    nothing; those about the delay set it again.
    """
    monkeypatch.setattr("spotweb.spotify.http._PAUSES_S", ((0.01, 0.02), (0.02, 0.03)))
    monkeypatch.setattr("spotweb.spotify.http._GLITCH_PAUSE_S", 0.05)
    control = SandboxControl(spotify.url)
    cache.clear()
    pace.reset_process_memory()
    return control


@pytest.fixture(params=["development", "extended"])
def either_mode(request: pytest.FixtureRequest, settings: Any, sandbox: SandboxControl) -> str:
    """Both sides in this quota mode, one after the other; to be asked for before any member."""
    settings.SPOTIFY_QUOTA_MODE = request.param
    sandbox.control("PUT", "settings", {"quota_mode": request.param})
    return str(request.param)


@pytest.fixture
def ada(sandbox: SandboxControl) -> Person:
    """Keeps the house; Premium."""
    return move_in(sandbox, "ada", is_owner=True)


@pytest.fixture
def ben(sandbox: SandboxControl) -> Person:
    """A housemate; Premium."""
    return move_in(sandbox, "ben")


@pytest.fixture
def willem(sandbox: SandboxControl) -> Person:
    """A housemate whose Spotify account is Free."""
    return move_in(sandbox, "willem")


@pytest.fixture
def live(live_server: LiveServer, sandbox: SandboxControl) -> str:
    """The address of the app as browsers reach it."""
    return live_server.url.rstrip("/")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    flags = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
        --disable-component-update --disable-sync"""
    return {"executable_path": find(), "headless": True, "args": flags.split()}


@pytest.fixture(scope="session")
def _shared_window(browser: Browser, live_server: LiveServer) -> Iterator[SharedWindow]:
    window = SharedWindow(browser, live_server.url.rstrip("/"))
    yield window
    window.close()


@pytest.fixture
def _blank_window(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer
) -> Iterator[BrowserContext]:
    """The window that all tests share, or one of its own for a test that stops the clock in it."""
    if request.node.get_closest_marker("own_window"):
        context = open_window(browser, live_server.url.rstrip("/"))
        yield context
        context.close()
    else:
        shared: SharedWindow = request.getfixturevalue("_shared_window")
        yield shared.context
        shared.reset()


@pytest.fixture
def window(_blank_window: BrowserContext, live: str) -> Iterator[BrowserContext]:
    """A browser in which nobody is signed in. What its pages log as an error fails the test."""
    troubles: list[str] = []

    def note(trouble: WebError) -> None:
        troubles.append(str(trouble.error))

    _blank_window.on("weberror", note)
    yield _blank_window
    _blank_window.remove_listener("weberror", note)
    assert not troubles, troubles


@pytest.fixture
def page(window: BrowserContext) -> Page:
    return window.pages[0] if window.pages else window.new_page()
