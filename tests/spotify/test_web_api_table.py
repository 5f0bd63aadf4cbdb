"""docs/web-api.md is complete and says what is so."""

import os
from pathlib import Path

import pytest

from spotweb.spotify import modes
from tests.spotify.walks import WALKS
from tests.spotify.web_api_table import CLASSIC, PATH, cells, seeds_in, table

SEEDS = (
    Path(os.environ.get("SEEDS_DIR") or Path(__file__).resolve().parents[3] / "shared" / "seeds")
    / "minim-webapi.txt"
)


def test_the_page_is_what_the_table_writes():
    assert PATH.read_text() == table(), "run python -m tests.spotify.web_api_table"


def test_no_cell_is_empty():
    for operation in [*modes.OPERATIONS, *modes.FORMER_NAMES]:
        assert operation in WALKS
        assert all(cell.strip() for cell in cells(operation))


def test_every_operation_of_the_classic_client_is_here():
    if not SEEDS.exists():
        pytest.skip("the list is not at hand")
    assert set(CLASSIC.values()) == seeds_in(SEEDS.read_text())
