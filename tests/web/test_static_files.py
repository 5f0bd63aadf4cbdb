"""`make run` collects the static files once per version, not at each start."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from spotweb.web.static_files import collect_static_files


@pytest.fixture
def source(tmp_path: Path, settings: Any) -> Path:
    """A static file of a small project."""
    settings.BASE_DIR = tmp_path
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_BUNDLES_DIR = tmp_path / "bundle"
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/css/app.css").write_text("p { color: red }")
    file = tmp_path / "static/note.txt"
    file.write_text("one")
    return file


def test_files_are_collected_again_only_when_one_has_changed(source: Path, settings: Any):
    collected = settings.STATIC_ROOT / "note.txt"
    collect_static_files()
    assert collected.read_text() == "one"
    collected.unlink()
    collect_static_files()
    assert not collected.exists(), "nobody has looked"
    source.write_text("another")
    soon = time.time() + 60
    os.utime(source, (soon, soon))
    collect_static_files()
    assert collected.read_text() == "another"
    collected.unlink()
    settings.VERSION = "99.0.0"
    collect_static_files()
    assert collected.read_text() == "another"
