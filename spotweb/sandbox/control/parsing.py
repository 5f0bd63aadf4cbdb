"""What all orders of control share: how they are told, and how they are refused."""

from collections.abc import Callable
from typing import Any, TypeAlias

from spotweb.sandbox.core.messages import Json, Refusal, Request, json_reply
from spotweb.sandbox.world.world import World

# What control is told is JSON of any shape: each field is checked where it is used.
Told: TypeAlias = dict[str, Any]
Order: TypeAlias = Callable[[World, Told, Request, str], Json]


def refuse(text: str, *, status: int = 400) -> Refusal:
    return Refusal(json_reply({"error": text}, status=status))


def member_key(world: World, key: object) -> str:
    """A member's key, from the key or from the Spotify id."""
    if isinstance(key, str) and key in world.members:
        return key
    found = world.by_user_id(str(key))
    if found is None:
        raise refuse(f"member is one of {', '.join(world.members)}")
    return found.key
