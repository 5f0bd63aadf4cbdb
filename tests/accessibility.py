"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA and good practice."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text()
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Empty when all is well; else each broken rule with the elements that break it."""
    page.evaluate(_AXE)
    found = page.evaluate("(rules) => axe.run(document, rules)", _RULES)["violations"]
    return [(trouble["id"], [node["html"] for node in trouble["nodes"]]) for trouble in found]
