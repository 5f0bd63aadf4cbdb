"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA and good practice."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text()
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
# axe-core takes what lies under an open popover for what lies over it: it isn't there meanwhile.
_RUN = """async ([within, rules]) => {
    if (!within) return axe.run(document, rules);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:not(${within}, ${within} *, :has(${within})) { visibility: hidden !important }`);
    document.adoptedStyleSheets.push(sheet);
    try {
        return await axe.run(within, rules);
    } finally {
        document.adoptedStyleSheets.pop();
    }
}"""
_PHONE, _DESKTOP = (390, 844), (1280, 900)


def list_misfits(page: Page, *, height: int = 0) -> list[tuple[Any, ...]]:
    """What is wrong with the open page on a phone and on a desktop; so is a page that scrolls sideways.

    Some pages need another `height`: a row half under the bar counts as a target that is too small.
    """
    found: list[tuple[Any, ...]] = []
    for width, usual in (_PHONE, _DESKTOP):
        page.set_viewport_size({"width": width, "height": height or usual})
        broken = _violations(page, "light", _WIDTH_RULES, "") if width == _PHONE[0] else violations(page)
        found += [(width, *violation) for violation in broken]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((width, "scrolls sideways"))
    return found


def violations(page: Page, *, within: str = "") -> list[tuple[str, str, list[str]]]:
    """Empty when all is well in both themes; else theme, broken rule, and the elements that break it.

    `within`: the popover or dialog that is open, and alone counts.
    """
    light = _violations(page, "light", _RULES, within)
    return light + _violations(page, "dark", _COLOUR_RULES, within)


def _violations(
    page: Page, theme: Any, rules: dict[str, Any], within: str
) -> list[tuple[str, str, list[str]]]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_AXE)
    page.emulate_media(color_scheme=theme)
    page.evaluate(_SWITCH_THEME, theme)
    found = page.evaluate(_RUN, [within, rules])["violations"]
    return [(theme, broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found]
