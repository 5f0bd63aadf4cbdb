"""The demo household, and one account that the app's owner never let in."""

import random
from dataclasses import dataclass

from spotweb.sandbox.catalogue.generate import new_id

MAX_MEMBERS = 1000
MAX_ALLOWED = 5  # development mode: this many users, the owner included
_STRANGER = "cleo"
_NAMES: tuple[tuple[str, str, str], ...] = (
    ("ada", "Ada", "premium"),
    ("ben", "Ben", "premium"),
    ("ines", "Ines", "premium"),
    ("willem", "Willem", "free"),
    ("noor", "Noor", "premium"),
    ("tove", "Tove", "premium"),
    ("emre", "Emre", "premium"),
    ("farah", "Farah", "free"),
    ("kofi", "Kofi", "premium"),
    ("lena", "Lena", "premium"),
)


@dataclass(slots=True, kw_only=True)
class Member:
    key: str  # what control calls this member
    id: str
    account_id: str
    display_name: str
    product: str
    country: str
    email: str
    followers: int
    cover: str | None

    @property
    def is_premium(self) -> bool:
        return self.product == "premium"


def make_household(seed: int, count: int) -> dict[str, Member]:
    """The first `count` members, the owner first, and Cleo. A club has guests that are only numbered."""
    count = max(1, min(count, MAX_MEMBERS))
    guests = [
        (f"guest{number}", f"Guest {number}", "premium") for number in range(len(_NAMES) + 1, count + 1)
    ]
    chosen = [*_NAMES[:count], *guests, (_STRANGER, "Cleo", "premium")]
    return {key: _make(seed, key=key, name=name, product=product) for key, name, product in chosen}


def default_allowlist(household: dict[str, Member]) -> list[str]:
    return [key for key in household if key != _STRANGER][:MAX_ALLOWED]


def _make(seed: int, *, key: str, name: str, product: str) -> Member:
    rng = random.Random(f"member {seed} {key}")  # noqa: S311 - a made-up person
    opaque = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=23))
    return Member(
        key=key,
        id=f"31{opaque}",
        account_id=f"acc_{new_id(rng)}",
        display_name=name,
        product=product,
        country="IE",
        email=f"{key}@household.example",
        followers=rng.randint(0, 40),
        cover=new_id(rng) if key != "willem" else None,
    )
