"""What stands in a page, as a test reads it."""

from playwright.sync_api import Locator


def read_text(element: Locator) -> str:
    """Without the space around it. `inner_text()` is empty while a row has not been laid out."""
    return " ".join((element.text_content() or "").split())


def read_texts(elements: Locator) -> list[str]:
    return [" ".join(text.split()) for text in elements.all_text_contents()]
