"""What a browser understands of the minified stylesheet is what was written."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

rcssmin = pytest.importorskip("rcssmin", reason="no wheel for this system: files are served as written")
pytestmark = pytest.mark.browser
READ_RULES = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].map(rule => rule.cssText);
}"""


def test_a_browser_reads_the_same_rules(page: Page):
    written = Path(finders.find("css/app.css")).read_text()
    rules = page.evaluate(READ_RULES, written)
    minified = page.evaluate(READ_RULES, rcssmin.cssmin(written))
    assert len(rules) > 20
    assert [_pack(rule) for rule in minified] == [_pack(rule) for rule in rules]


def _pack(rule: str) -> str:
    """Without the spaces and lines that a custom property keeps as written; those around + and - count, and
    so does one in front of a colon, which stands for any descendant."""
    return re.sub(r"\s*([,({};])\s*|\s+(\))|(:)\s+", r"\1\2\3", re.sub(r"\s+", " ", rule))
