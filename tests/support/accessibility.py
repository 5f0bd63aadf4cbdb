"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA and good practice.

Within a run each thing is looked at where it first appears: a test that is run alone looks at more.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

Theme = Literal["light", "dark"]
Violation = tuple[str, str, list[str]]

_HERE = Path(__file__).parent
_SCRIPTS = [_HERE.parent / "vendor/axe-core/axe.min.js", _HERE / "accessibility.js"]
# Run within a function: what the second declares is no business of the page.
_LOAD = "(() => {" + "\n".join(path.read_text() for path in _SCRIPTS) + "})()"
# Only what is wrong is told, and no style sheet is fetched once more, which no rule that is on needs.
_QUICKLY = {"resultTypes": ["violations"], "preload": False}
_RULES = _QUICKLY | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What may be another on a phone than on the desktop. Tests of small screens look at its whole frame.
_WIDTH_RULES = _QUICKLY | {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"],
    }
}
# The themes differ in colours alone.
_COLOUR_RULES = _QUICKLY | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_SWITCH_THEME = """(theme) => {
    const root = document.documentElement;
    if (root.dataset.theme) root.dataset.theme = theme;
    for (const animation of document.getAnimations()) {
        if (animation instanceof CSSTransition) animation.finish();
    }
}"""
_PHONE, _DESKTOP = (390, 844), (1280, 900)
# The frame is the same around most pages: its parts with which nothing is wrong, by width, theme and rules.
_well: defaultdict[tuple[int, Theme, int], set[str]] = defaultdict(set)
# Colours come with classes: what has words in this theme, and was looked at.
_coloured: defaultdict[Theme, set[str]] = defaultdict(set)


def list_misfits(page: Page, *, height: int = 0) -> list[tuple[Any, ...]]:
    """What is wrong with the open page on a phone and on a desktop; so is a page that scrolls sideways.

    Some pages need another `height`: a row half under the bar counts as a target that is too small.
    """
    found: list[tuple[Any, ...]] = []

    def turn(size: tuple[int, int]) -> None:
        page.set_viewport_size({"width": size[0], "height": height or size[1]})

    def note(size: tuple[int, int], broken: list[Violation]) -> None:
        found.extend((size[0], *violation) for violation in broken)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((size[0], "scrolls sideways"))

    turn(_PHONE)
    broken, on_phone = _run(page, "dark", _WIDTH_RULES)
    note(_PHONE, broken)
    turn(_DESKTOP)
    note(_DESKTOP, violations(page))
    if on_phone - _coloured["light"]:  # what a desktop does not show
        turn(_PHONE)
        note(_PHONE, _look_again(page, "light", on_phone))
        turn(_DESKTOP)
    return found


def violations(page: Page, *, within: str = "") -> list[Violation]:
    """Empty when all is well in both themes; else theme, broken rule, and the elements that break it.

    `within`: the popover or dialog that is open, and alone counts.
    """
    broken, shown = _run(page, "light", _RULES, within)
    return broken + _look_again(page, "dark", shown, within)


def violations_on_phone(page: Page, *, within: str = "") -> list[Violation]:
    """Of those rules alone that a narrow window may break; for what was looked at on a desktop before."""
    broken, shown = _run(page, "dark", _WIDTH_RULES, within)
    return broken + _look_again(page, "light", shown, within)


def _look_again(page: Page, theme: Theme, shown: set[str], within: str = "") -> list[Violation]:
    """In the theme where these were not looked at yet, on any page."""
    return _run(page, theme, _COLOUR_RULES, within)[0] if shown - _coloured[theme] else []


def _run(
    page: Page, theme: Theme, rules: dict[str, Any], within: str = ""
) -> tuple[list[Violation], set[str]]:
    """What is wrong, and what was looked at."""
    if not page.evaluate("Boolean(window.runAxe)"):
        page.evaluate(_LOAD)
    page.emulate_media(color_scheme=theme)
    page.evaluate(_SWITCH_THEME, theme)
    well = _well[page.viewport_size["width"], theme, id(rules)]
    result = page.evaluate("(wanted) => window.runAxe(wanted)", [within, rules, list(well)])
    kinds = set(result["kinds"])
    if not result["broken"]:
        well.update(result["parts"])
        _coloured[theme] |= kinds
    return [(theme, rule, elements) for rule, elements in result["broken"]], kinds
