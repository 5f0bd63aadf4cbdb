from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.run.box import Box


@pytest.fixture(scope="module")
def make_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Box]]:
    """Boxes that are stopped when the module is through, with a house that nobody has moved into.

    `folder` is the data folder, else one of its own; `is_new` leaves it as it is, such as empty.
    """
    boxes: list[Box] = []
    logs = tmp_path_factory.mktemp("logs")

    def make(folder: Path | None = None, *, is_new: bool = False, **environment: str) -> Box:
        box = Box(folder or tmp_path_factory.mktemp("data"), logs / f"log-{len(boxes)}.txt", **environment)
        boxes.append(box)
        return box if is_new else box.lay_house()

    yield make
    for box in boxes:
        box.stop()
