"""Playlists: whose they are and what is in them."""

import random
from dataclasses import dataclass, field

from spotweb.sandbox import words
from spotweb.sandbox.catalog import Catalog
from spotweb.sandbox.generate import new_id
from spotweb.sandbox.members import Member
from spotweb.sandbox.things import Track

SPOTIFY_USER = "spotify"
_FRONT = 1500  # tracks by the artists that members know


@dataclass(slots=True)
class Row:
    uri: str | None  # None where the content has vanished
    added_at: float | None
    added_by: str


@dataclass(slots=True, kw_only=True)
class Playlist:
    id: str
    name: str
    description: str
    owner_id: str
    owner_name: str
    is_public: bool = True
    is_collaborative: bool = False
    cover: str | None = None
    rows: list[Row] = field(default_factory=list)
    snapshot_id: str = ""

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.id}"

    @property
    def is_editorial(self) -> bool:
        return self.owner_id == SPOTIFY_USER


_OF_MEMBERS: tuple[tuple[str, str, str, int], ...] = (
    ("ada", "Saturday slow", "Breakfast until noon", 34),
    ("ada", "Dinner for eight", "", 58),
    ("ben", "Workshop", "Loud, but not too loud", 71),
    ("ines", "Train home", "", 26),
    ("willem", "Gym (never used)", "", 12),
)


def make_playlists(
    catalog: Catalog, members: dict[str, Member], *, seed: int, now: float
) -> dict[str, Playlist]:
    rng = random.Random(f"playlists {seed}")  # noqa: S311 - invented lists
    lists: list[Playlist] = []
    for key, name, description, size in _OF_MEMBERS:
        if key in members:
            owner = members[key]
            lists.append(_make(rng, name, description, owner_id=owner.id, owner_name=owner.display_name))
            _fill(rng, lists[-1], catalog.tracks[:_FRONT], size, now=now)
    for name, description in words.PLAYLISTS:
        stranger = f"{rng.choice(words.FIRST_NAMES).lower()}{rng.randint(10, 999)}"
        lists.append(_make(rng, name, description, owner_id=stranger, owner_name=stranger))
        _fill(rng, lists[-1], catalog.tracks, rng.randint(8, 140), now=now)
    return {playlist.id: playlist for playlist in lists}


def _make(rng: random.Random, name: str, description: str, *, owner_id: str, owner_name: str) -> Playlist:
    return Playlist(
        id=new_id(rng),
        name=name,
        description=description,
        owner_id=owner_id,
        owner_name=owner_name,
        cover=new_id(rng),
        snapshot_id=f"AAAA{new_id(rng)}{new_id(rng)}"[:32],
    )


def _fill(rng: random.Random, playlist: Playlist, tracks: list[Track], size: int, *, now: float) -> None:
    added = now - size * 86_400
    for track in rng.sample(tracks, size):
        added += rng.randint(600, 86_400)
        playlist.rows.append(Row(f"spotify:track:{track.id}", added, playlist.owner_id))
