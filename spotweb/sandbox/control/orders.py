"""What all orders of control share: how they are told, and how they are refused."""

from collections.abc import Callable
from typing import Any, TypeAlias

from spotweb.sandbox.core.messages import Json, Refusal, Request, json_reply
from spotweb.sandbox.world.world import World

# What control is told is JSON of any shape: each field is checked where it is used.
OrderBody: TypeAlias = dict[str, Any]
Order: TypeAlias = Callable[[World, OrderBody, Request, str], Json]


def make_refusal(text: str, *, status: int = 400) -> Refusal:
    return Refusal(json_reply({"error": text}, status=status))


def get_member_key(world: World, key: object) -> str:
    """A member's key, from the key or from the Spotify id."""
    if isinstance(key, str) and key in world.members:
        return key
    member = world.by_user_id(str(key))
    if member is None:
        raise make_refusal(f"member is one of {', '.join(world.members)}")
    return member.key
