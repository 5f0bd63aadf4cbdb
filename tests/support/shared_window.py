"""One browser window for many tests, put back between them: opening one takes a second of processor time."""

import time
from collections.abc import Callable
from typing import Any, NoReturn

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

SIZE = {"width": 1280, "height": 900}
# What a test waits for comes, or the test is red: on a busy machine it may come late.
TIMEOUT_MS = 60_000
expect.set_options(timeout=TIMEOUT_MS)
# Browsers remember 50 pages; a test that counts them needs room.
_MAX_HISTORY = 25
# A paste or a key of a test is quicker than any person's, and needs the script that takes it: in lists, the
# one that lets keys enter them. A script that a test holds back isn't waited for.
_LOAD_MODULES = """async () => {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const modules = [...document.querySelectorAll("[data-module]")].map((it) => import(it.dataset.module));
  await Promise.race([Promise.allSettled(modules), wait(10_000)]);
  const findRow = () => document.querySelector(".item-list:not(.search-box *) > .item-row:not([tabindex])");
  const end = performance.now() + 10_000;
  while (window.htmx && findRow() && performance.now() < end) await wait(20);
}"""


def open_window(browser: Browser, base_url: str) -> BrowserContext:
    # A service worker would fetch past what a test routes; tests of the worker open a window of their own.
    # Movement takes processor time. Tests of dialogs and of keys ask for it, those of fingers have it.
    context = browser.new_context(
        base_url=base_url, viewport=SIZE, service_workers="block", reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT_MS)
    context.on("page", _wait_for_modules)
    return context


def wait_until(page: Page, expression: str, argument: Any = None) -> None:
    """Until the expression is true in the page.

    `Page.wait_for_function` looks once, and has the page itself look from then on, which the content policy
    forbids: a red test whenever something takes a moment.
    """
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while not page.evaluate(expression, argument):
        assert time.monotonic() < deadline, expression
        time.sleep(0.03)


def _wait_for_modules(page: Page) -> None:
    """A page counts as loaded when the scripts that its elements name have been started as well."""
    load, load_again = page.goto, page.reload

    def wait(response: Response | None) -> Response | None:
        page.evaluate(_LOAD_MODULES)
        return response

    page.goto = lambda *args, **options: wait(load(*args, **options))  # type: ignore[method-assign]
    page.reload = lambda *args, **options: wait(load_again(*args, **options))  # type: ignore[method-assign]


def _refuse_clock(*_args: Any, **_options: Any) -> NoReturn:
    msg = "A clock that was stopped once stays so, and whoever has the window next waits for ever: own_window"
    raise RuntimeError(msg)


class SharedWindow:
    """Its context and first page are the same for all tests; cookies, storage and listeners are not."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self.listeners: list[tuple[str, Callable[..., Any]]] = []
        self._open()

    def _open(self) -> None:
        self.context = open_window(self._browser, self._base_url)
        self.page: Page = self.context.new_page()
        self.page.clock.install = _refuse_clock  # type: ignore[method-assign]
        self._listen = self.page.on
        self.page.on = self._note_listener  # type: ignore[method-assign]
        self._cdp = self.context.new_cdp_session(self.page)

    def _note_listener(self, event: Any, listener: Callable[..., Any]) -> None:
        self.listeners.append((event, listener))
        self._listen(event, listener)

    def reset(self) -> None:
        """As new for the next test. A page that a test has closed, or used for long, is replaced."""
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        if self.page.is_closed() or self.page.evaluate("history.length") > _MAX_HISTORY:
            self.close()
            self.listeners.clear()
            self._open()
            return
        for event, listener in self.listeners:
            self.page.remove_listener(event, listener)
        self.listeners.clear()
        self.page.unroute_all()
        # Another document of the app: what it keeps for this tab is gone after what runs when a page is left.
        self.page.goto("/static/icons/mark.svg")
        self.page.evaluate("sessionStorage.clear()")
        self._cdp.send("Storage.clearDataForOrigin", {"origin": self._base_url, "storageTypes": "all"})
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(
            media="null", color_scheme="null", reduced_motion="reduce", forced_colors="null"
        )

    def close(self) -> None:
        self.context.close()
