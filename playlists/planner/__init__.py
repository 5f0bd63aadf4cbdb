"""How a playlist becomes another one, with few calls and without losing anything.

Pure functions over rows: no Django, no network. docs/playlist-planner.md explains them.
"""

from playlists.planner.plan import CannotAdd, CannotDrop, Impossible, Plan, TooMany, Wanted, both, plan
from playlists.planner.steps import (
    MOST_ITEMS,
    MOST_PER_CALL,
    Add,
    Move,
    Remove,
    Replace,
    Row,
    Step,
    apply,
    can_be_added,
)

__all__ = [
    "MOST_ITEMS",
    "MOST_PER_CALL",
    "Add",
    "CannotAdd",
    "CannotDrop",
    "Impossible",
    "Move",
    "Plan",
    "Remove",
    "Replace",
    "Row",
    "Step",
    "TooMany",
    "Wanted",
    "apply",
    "both",
    "can_be_added",
    "plan",
]
