"""Rows of lists in a browser, chosen as members choose them."""

from playwright.sync_api import Locator


def choose(row: Locator, *modifiers: str) -> None:
    """By a press on the row with Ctrl, or with Shift for all up to it; once more, and it is not chosen."""
    row.locator(".item-row__duration").click(modifiers=[*modifiers] or ["ControlOrMeta"])  # type: ignore[list-item]
