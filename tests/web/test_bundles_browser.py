"""What a browser understands of bundles, minified or not, is what was written."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

from spotweb.web.static_files import join_scripts

pytestmark = pytest.mark.browser
READ_RULES = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].map(rule => rule.cssText);
}"""


@pytest.mark.parametrize("sheet", ["css/app.css", "css/pages.css"])
def test_a_browser_reads_the_same_rules(page: Page, sheet: str):
    rcssmin = pytest.importorskip("rcssmin", reason="no wheel for this system: files are served as written")
    written = Path(finders.find(sheet)).read_text()
    rules = page.evaluate(READ_RULES, written)
    minified = page.evaluate(READ_RULES, rcssmin.cssmin(written))
    assert len(rules) > 20
    assert [_pack(rule) for rule in minified] == [_pack(rule) for rule in rules]


def _pack(rule: str) -> str:
    """Without the spaces and lines that a custom property keeps as written; those around + and - count, and
    so does one in front of a colon, which stands for any descendant."""
    return re.sub(r"\s*([,({};])\s*|\s+(\))|(:)\s+", r"\1\2\3", re.sub(r"\s+", " ", rule))


def test_a_bundle_runs_each_module_once_and_apart(browser: Browser, tmp_path: Path):
    """Modules that two others import, with names that clash; one that fails stops none of the others."""
    for name, source in {
        "all.js": 'import "./one.js";\nimport "./two.js";\nimport "./bad.js";\nimport "./last.js";',
        "one.js": 'import { count, next } from "./shared.js";\nconst mine = 1;\nnext(mine);',
        "two.js": 'import { next } from "./shared.js";\nconst mine = 2;\nnext(mine);',
        "bad.js": 'throw new Error("on purpose");',
        "last.js": 'import { count } from "./shared.js";\nconsole.log(count.value);',
        "page.js": 'import { next } from "./shared.js";\nexport function start() { next(1); }',
        "shared.js": "export const count = { value: 0 };\nexport function next(by) { count.value += by; }",
    }.items():
        (tmp_path / name).write_text(source)
    page = browser.new_page()  # where errors are allowed
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    with page.expect_console_message() as message:
        page.add_script_tag(type="module", content=join_scripts(tmp_path / "all.js"))
    assert message.value.text == "3"
    assert errors == ["on purpose"]
    assert "export const { start } =" in join_scripts(tmp_path / "page.js")
    page.close()
    (tmp_path / "bad.js").write_text('export default "of another kind";')
    with pytest.raises(ValueError, match=r"bad\.js"):
        join_scripts(tmp_path / "all.js")
