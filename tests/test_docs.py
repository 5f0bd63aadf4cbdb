"""What the documents claim is so."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()


def test_every_setting_is_documented_and_no_other():
    sources = [ROOT / "spotweb" / "settings.py"]
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


PLACES = re.compile(
    r"`((?:spotweb|accounts|home|library|player|playlists)/[\w/.]+|(?:docs|static|tests)/[\w/.-]+)`"
)
MODULES = re.compile(r"`((?:spotweb|accounts|home|library|player|playlists)(?:\.[a-z_]+)+)(?:\.[A-Z]\w+)?`")


def test_modules_and_files_that_the_documents_name_are_there():
    """Names of functions of the service module such as `player.get_queue` are the Web API's."""
    missing = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        if document.name in {"CHANGELOG.md", "web-api.md"}:
            continue
        text = document.read_text()
        missing += [(document.name, name) for name in PLACES.findall(text) if not _is_place(name)]
        missing += [(document.name, name) for name in MODULES.findall(text) if not _is_module(name)]
    assert not missing


def _is_place(name: str) -> bool:
    return any((ROOT / name.rstrip("/")).parent.glob(f"{Path(name).name}*"))


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    parent = (
        path.parent.with_suffix(".py")
        if path.parent.with_suffix(".py").exists()
        else path.parent / "__init__.py"
    )
    is_inside = parent.exists() and re.search(rf"\b{path.name}\b", parent.read_text()) is not None
    in_service = ROOT / "spotweb" / "spotify" / name.replace(".", "/")
    return (
        path.is_dir()
        or path.with_suffix(".py").exists()
        or is_inside
        or in_service.parent.with_suffix(".py").exists()
    )


def test_lock_files_name_no_index_and_hash_everything():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        packages = re.findall(r"^[a-z].*==", text, re.MULTILINE)
        assert len(packages) == len(re.findall(r"^[a-z].*== ?.*\\$", text, re.MULTILINE))
