"""What the documents claim is so."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()


def test_every_setting_is_documented_and_no_other():
    sources = [ROOT / "spotweb" / "settings.py", ROOT / "spotweb" / "gunicorn.py"]
    text = "\n".join(source.read_text() for source in sources)
    read = set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', text))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", CONFIGURATION, re.MULTILINE))
    assert read == documented


def test_decisions_have_unique_numbers_and_say_when():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [decision.name[:4] for decision in decisions]
    assert len(numbers) == len(set(numbers))
    for decision in decisions:
        text = decision.read_text()
        assert text.startswith(f"# {int(decision.name[:4])}. "), decision.name
        assert "Status: " in text, decision.name
        assert re.search(r"Date: \d{4}-\d{2}-\d{2}", text), decision.name


def test_every_library_has_its_reason():
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text().lower()
    lines = "\n".join((ROOT / name).read_text() for name in ("requirements.in", "requirements-dev.in"))
    names = re.findall(r"^([A-Za-z][\w-]+)", lines, re.MULTILINE)
    assert len(names) > 20
    missing = [name for name in names if not name.startswith("types-") and name.lower() not in reasons]
    assert not missing


def test_links_within_the_documents_lead_somewhere():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    ]
    broken = [
        (document.name, target) for document, target in links if not (document.parent / target).exists()
    ]
    assert not broken


def test_lock_files_name_no_index_and_hash_everything():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        packages = re.findall(r"^[a-z].*==", text, re.MULTILINE)
        assert len(packages) == len(re.findall(r"^[a-z].*== ?.*\\$", text, re.MULTILINE))
