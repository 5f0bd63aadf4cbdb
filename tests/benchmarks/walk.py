"""A walk through the pages of the app: `python tests/benchmarks/walk.py [--json] [--unused]`.

The app as in a household, its worker and the simulated Spotify are processes of their own; a real browser
opens every page that a member has, at a desk and on a phone, in light and dark, points at things, opens what
lies in front of pages, types, chooses, saves and removes. Counted are the rules of both stylesheets that
nothing on this walk was drawn by (`--unused` lists them), and the script and style of a first visit, as they
come over the wire. What only Firefox or Safari understand is left out.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Error

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.player import House, open_house  # noqa: E402

DESK, PHONE, SIDEWAYS = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 844, "height": 390},
)
# Beside what the walk makes itself: with local files and copies, with several people, and with odd things.
DEMO_LISTS = ("Ferry mixtape", "Groceries & chores", "O'Hara's", "Letters from 2009", "Empty for now")
SETTLES_MS = 250
TRIES = 4
PATIENCE_MS = 10_000
# Beside those of tests/support/pages.py.
MORE_PAGES = (
    *(f"/{name}/" for name in ("whats-new", "jobs/activity", "encryption", "terms", "offline", "nowhere")),
    *(f"/household/{name}/" for name in ("setup", "devices/another")),
    *(f"/accounts/{name}/" for name in ("code", "reconnect/how")),
    *(f"/player/{name}/" for name in ("quiet-hours", "events", "queues")),
    *(f"/library/?{query}" for query in ("q=the", "q=nothingatall", "view=compact")),
    "/library/albums/?view=rows",
    "/library/podcasts/newest/",
    "/search/",
    "/search/?q=nothingatall",
    "/playlists/?q=nothingatall",
)
FOREIGN_RULE = re.compile(r"-moz-|-ms-|-webkit-(?:media|calendar)")
# One of each kind of thing that can be pointed at: what stands in the same place and looks alike is one kind.
FIND_KINDS = """(kinds) => {
  const found = [], known = new Set(kinds);
  for (const element of document.querySelectorAll("body *")) {
    const kind = [element.parentElement?.parentElement, element.parentElement, element]
      .map((one) => one ? `${one.tagName}.${one.className.baseVal ?? one.className}` : "").join(" ");
    if (known.has(kind) || !element.checkVisibility?.()) continue;
    known.add(kind);
    found.push(kind);
    element.setAttribute("data-pointed-at", "");
  }
  return found;
}"""
# Of which nobody can say which column is the title; and several lists in one file.
A_TABLE = b"aa;bb\nsea;rain\nmoon;stars\n"
A_LIST = {"items": [{"track": {"trackName": "Sea", "artistName": "Rain", "trackUri": ""}}]}
SOME_LISTS = json.dumps({"playlists": [{"name": name, **A_LIST} for name in ("Slow", "Loud")]}).encode()
STATES = ["hover", "active", "focus", "focus-visible", "focus-within"]
MEDIA = (
    {"color_scheme": "dark", "reduced_motion": "reduce"},
    {"media": "print"},
    {"forced_colors": "active"},
)
USUAL = {
    "media": "screen",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
}


class Rule(NamedTuple):
    """`start`: where its selector begins in the file."""

    start: int
    selector: str


class Coverage:
    """Which rules of which stylesheet have been used, over all pages since it was made."""

    def __init__(self, page: Any) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._page = page
        self._urls: dict[str, str] = {}
        self._used: dict[str, set[int]] = {}
        self._texts: dict[str, str] = {}
        self._pointed_at: list[str] = []
        self._cdp.on("CSS.styleSheetAdded", self._note_sheet)
        for command in ("DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking"):
            self._cdp.send(command)

    def _note_sheet(self, told: dict[str, Any]) -> None:
        header = told["header"]
        self._urls[header["styleSheetId"]] = header["sourceURL"]

    def look(self) -> None:
        """Note what draws the page as it is, under a pointer, and on a phone."""
        for _ in range(TRIES):
            with suppress(Error):  # the page is just going to another one, since a button was pressed
                self._point_at_everything()
                for size in (PHONE, SIDEWAYS):
                    self._page.set_viewport_size(size)
                    self.note_used()
                self._page.set_viewport_size(DESK)
                return
            self._page.wait_for_load_state("load")
        sys.exit(f"{self._page.url} does not come to rest")

    def look_in_other_media(self) -> None:
        for media in MEDIA:
            self._page.emulate_media(**media)
            self.note_used()
            self._page.emulate_media(**USUAL)

    def _point_at_everything(self) -> None:
        self._pointed_at += self._page.evaluate(FIND_KINDS, self._pointed_at)
        root = self._cdp.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        wanted = {"nodeId": root, "selector": "[data-pointed-at]"}
        for node in self._cdp.send("DOM.querySelectorAll", wanted)["nodeIds"]:
            with suppress(Error):  # a poll has just replaced it
                self._cdp.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": STATES})
        self.note_used()

    def note_used(self) -> None:
        """To be called before a page is left."""
        self._page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
        for usage in self._cdp.send("CSS.takeCoverageDelta")["coverage"]:
            url = self._urls.get(usage["styleSheetId"], "")
            if usage["used"] and url:
                if url not in self._texts:
                    text = self._cdp.send("CSS.getStyleSheetText", {"styleSheetId": usage["styleSheetId"]})
                    self._texts[url] = text["text"]
                self._used.setdefault(url, set()).add(int(usage["startOffset"]))

    def list_rules(self) -> Iterator[tuple[str, list[Rule], list[Rule]]]:
        """By name of a stylesheet: all rules, and those that were not used."""
        for url, text in self._texts.items():
            rules = [rule for rule in find_rules(text) if not FOREIGN_RULE.search(rule.selector)]
            name = re.sub(r"\.\w+(?=\.css)", "", urlsplit(url).path.rsplit("/", 1)[-1])
            yield name, rules, [rule for rule in rules if rule.start not in self._used[url]]


def find_rules(text: str) -> Iterator[Rule]:
    """Each style rule of a stylesheet, those within other rules included."""
    text = re.sub(r"/\*.*?\*/", lambda found: " " * len(found[0]), text, flags=re.DOTALL)
    groups, begin, quote = [""], 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in ";{}":
            head = text[begin:place]
            begin = place + 1
            if sign == "{":
                # Steps of an animation are no rules.
                groups.append("steps" if "@keyframes" in head else "")
                if groups[-2] != "steps" and not head.lstrip().startswith("@"):
                    yield Rule(place - len(head.lstrip()), head.strip())
            elif sign == "}":
                groups.pop()


# --- The walk -----------------------------------------------------------------------------------------------


def walk(page: Any, coverage: Coverage, house: House, playlist: str) -> list[str]:
    """Returns the steps that could not be done."""
    from tests.support.pages import list_addresses

    addresses = [*list_addresses(house.sandbox, {"id": playlist}), *MORE_PAGES]
    tools = ("duplicates", "unavailable", "shuffle", "split", "mirror")
    addresses += [f"/playlists/{playlist}/tools/{name}/" for name in tools]
    for known in house.control("GET", "playlists"):
        if known["name"].startswith(DEMO_LISTS):
            addresses.append(f"/playlists/{known['uri'].rsplit(':', 1)[1]}/")
    for address in addresses:
        go(page, address)
        coverage.look()
        if address in {"/", "/player/", "/library/", f"/playlists/{playlist}/"}:
            coverage.look_in_other_media()
    left_out = []
    for address, acts in list_acts(page, coverage, house, playlist).items():
        go(page, address)
        for number, act in enumerate(acts, 1):
            try:
                act()
            except Error as error:
                left_out.append(f"{address}, step {number}: {error.message.splitlines()[0]}")
            page.wait_for_timeout(SETTLES_MS)
            coverage.look()
    return left_out


def go(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(SETTLES_MS)


def list_acts(
    page: Any, coverage: Coverage, house: House, playlist: str
) -> dict[str, list[Callable[[], object]]]:
    """What is done on which page, one after the other. What the Spotify of the last ones refuses stays so."""

    def press(selector: str) -> Callable[[], object]:
        # A phone and a desk hide different keys: the pointer would wait for what is hidden.
        return lambda: page.locator(selector).first.dispatch_event("click")

    def type_keys(*keys: str) -> Callable[[], object]:
        return lambda: [page.keyboard.press(key) for key in keys]

    def choose(words: str) -> Callable[[], object]:
        return lambda: page.get_by_role("menuitem", name=words).first.dispatch_event("click")

    def fill(selector: str, words: str) -> Callable[[], object]:
        return lambda: page.locator(selector).first.fill(words)

    def upload(name: str, content: bytes) -> Callable[[], object]:
        file = {"name": name, "mimeType": "text/plain", "buffer": content}
        return lambda: page.locator("input[type=file]").first.set_input_files([file])

    def drag_to(selector: str) -> Callable[[], object]:
        def drag() -> None:
            page.locator("#rows .item-row [data-grip]").nth(2).hover()
            page.mouse.down()
            target = page.locator(selector).first.bounding_box()
            for share in (0.3, 0.6, 1.0):
                page.mouse.move(target["x"] * share + 10, target["y"] + 10, steps=4)
                coverage.note_used()
            page.mouse.up()

        return drag

    escape, row_menu = type_keys("Escape"), press("#rows .item-row [form=menus]")
    here = f"/playlists/{playlist}/"
    return {
        here: [
            *(step for layer in ("#bar-device", "#bar-queue") for step in (press(layer), escape)),
            *(type_keys("Control+k"), type_keys("h", "a"), escape, type_keys("?"), escape),
            *(row_menu, choose("Add to playlist"), escape),
            *(press("#more-playlist"), choose("Name and description"), escape),
            *(press("#sidebar-fold"), press("#sidebar-fold")),
            press("#rows .item-row .checkbox input"),
            press("#selected-place"),
            *(fill("#filter input[name=q]", "the"), fill("#filter input[name=q]", "nothingatall")),
        ],
        f"{here}?dragged": [
            *(press("#rows .item-row input[type=checkbox]"), drag_to(".sidebar__playlist")),
            *(press("[data-toggle=add-songs]"), press("#sidebar-filter")),
        ],
        f"{here}?again": [row_menu, choose("Remove from playlist"), press(".toast__undo button")],
        f"{here}history/": [press("main a[href*='/history/']")],
        f"{here}tools/sort/": [press("main form .btn--main")],
        "/library/": [press("#rows [data-row] .save-button, #rows .save-button")],
        "/player/": [press("#key-play"), press("#key-shuffle"), press("#key-repeat")],
        "/playlists/labels/": [
            fill("main input[name=name]", "Slow"),
            type_keys("Enter"),
        ],
        "/household/": [press("[name=theme][value=dark]"), press("[name=theme][value=light]")],
        "/household/setup/": [press("main form .btn")],
        "/playlists/import/": [
            lambda: page.get_by_label("Or paste lines").fill("the sea\nrain\nspotify:nothing"),
            lambda: page.get_by_role("button", name="Find these songs").click(),
            lambda: page.locator("#import-add").wait_for(state="attached"),
        ],
        "/playlists/import/?table": [upload("rows.csv", A_TABLE), press("main form .btn--main")],
        "/playlists/import/?lists": [upload("Playlist1.json", SOME_LISTS), press("main form .btn--main")],
        # Whoever comes when nothing plays, and when Spotify is away.
        "/player/?silent": [
            lambda: (house.sandbox.scene("ada", scene="nothing"), house.make_due(), page.reload()),
            press("#bar-device"),
        ],
        "/player/?away": [
            lambda: house.sandbox.fault("/v1/*", "status", status=503),
            lambda: (house.make_due(), page.reload()),
            press("#key-play"),
            lambda: page.goto("/albums/0000000000000000000000/", wait_until="commit"),
        ],
    }


# --- A first visit ------------------------------------------------------------------------------------------


def measure_first_visit(browser: Any, house: House, address: str) -> dict[str, float]:
    """KB of script and style, compressed: what the page names, and all that comes by itself."""
    with _window(browser, house) as page:
        sizes: dict[str, float] = {}

        def note(request: Any) -> None:
            if request.resource_type in {"script", "stylesheet"}:
                sizes[urlsplit(request.url).path] = request.sizes()["responseBodySize"] / 1000

        page.on("requestfinished", note)
        html = page.goto(address).text()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        named = set(re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', html))
        in_head = [size for path, size in sizes.items() if path in named]
        return {
            "named": sum(in_head),
            "files": len(in_head),
            "all": sum(sizes.values()),
            "of all": len(sizes),
        }


@contextmanager
def _window(browser: Any, house: House) -> Iterator[Any]:
    context = browser.new_context(base_url=house.app_url, service_workers="block", viewport=DESK)
    context.add_cookies([{"name": n, "value": v, "url": house.app_url} for n, v in house.cookie.items()])
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def make_playlist(house: House) -> str:
    items = [one["uri"] for one in house.control("GET", "catalog?type=track&limit=60")][:60]
    made = house.control("POST", "playlists", {"owner": "ada", "name": "Sunday slow", "items": items})
    return str(made["uri"].rsplit(":", 1)[1])


def run(house: House) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    from tests.get_chromium import find

    playlist = make_playlist(house)
    house.sandbox.scene("ada", context=f"spotify:playlist:{playlist}")
    _, cookie = house.move_in("ben")
    house.sandbox.scene("ben", tracks=[house.control("GET", "catalog?type=track&limit=1")[0]["uri"]])
    house.browser(cookie).get(f"{house.app_url}player/", timeout=60)
    told: dict[str, Any] = {"first visit": {}, "rules": {}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        pages = {"Home": "/", "a playlist": f"/playlists/{playlist}/", "saved songs": "/library/"}
        pages |= {"the household page": "/household/"}
        for name, address in pages.items():
            told["first visit"][name] = measure_first_visit(browser, house, address)
        with _window(browser, house) as page:
            coverage = Coverage(page)
            told["left out"] = walk(page, coverage, house, playlist)
            page.context.clear_cookies()
            go(page, "/")  # whoever has not signed in
            coverage.look()
            for name, rules, unused in coverage.list_rules():
                told["rules"][name] = {"all": len(rules), "unused": [rule.selector for rule in unused]}
        browser.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print nothing but what was found")
    parser.add_argument("--unused", action="store_true", help="list the rules that were not used")
    wanted = parser.parse_args()
    with open_house(has_worker=True, SPOTIFY_PACE_REQUESTS="0") as house:
        told = run(house)
    if not wanted.unused:
        told["rules"] = {
            name: {**found, "unused": len(found["unused"])} for name, found in told["rules"].items()
        }
    print(json.dumps(told, indent=None if wanted.json else 2))


if __name__ == "__main__":
    main()
