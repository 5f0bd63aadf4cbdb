from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.run.box import Box


@pytest.fixture
def make_box(tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """Boxes that are stopped at the end; `folder` is the data folder, else one of the test's own."""
    boxes: list[Box] = []

    def make(folder: Path | None = None, **environment: str) -> Box:
        box = Box(folder or tmp_path / "data", tmp_path / f"log-{len(boxes)}.txt", **environment)
        boxes.append(box)
        return box

    yield make
    for box in boxes:
        box.stop()


@pytest.fixture
def box(make_box: Callable[..., Box]) -> Box:
    """A running demo."""
    return make_box().start()
