"""What the household starts with: its playlists, and what everybody has saved and follows."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from spotweb.sandbox.catalogue import vocabulary
from spotweb.sandbox.catalogue.catalogue import Catalog
from spotweb.sandbox.catalogue.generate import new_id
from spotweb.sandbox.catalogue.models import uri_of
from spotweb.sandbox.model.libraries import Library, empty_library
from spotweb.sandbox.model.members import Member
from spotweb.sandbox.model.playlists import SPOTIFY_USER, Playlist, PlaylistRow

DAY_S = 86_400
_FRONT = 1500  # tracks by the artists that members know
_FAVOURITES = 45  # artists of every member
_INVITED = {"collaborative": ("ben", "ines"), "invited": ("ada",)}
_GHOSTS = 7  # saved things that Spotify no longer has
LOCAL_FILES = (
    "spotify:local:Otis+Kettlewell:Shed+Tapes:Rain+on+a+Tin+Roof:214",
    "spotify:local:::answering_machine_1994:31",
    "spotify:local:Us:Kitchen%3A+Live:Happy+Birthday+%2F+%C3%A0+quatre+mains:0",
)


class _Plan(NamedTuple):
    owner: str
    name: str
    description: str
    size: int
    kind: str = ""


_OF_MEMBERS: tuple[_Plan, ...] = (
    _Plan("ada", "Saturday slow", "Breakfast until noon", 34),
    _Plan("ada", "Dinner for eight", "", 58),
    _Plan("ada", "Groceries & chores", "Everybody adds, nobody deletes", 47, "collaborative"),
    _Plan("ada", "Ferry mixtape", "Found on a stick in the glovebox", 21, "mixed"),
    _Plan("ada", "Letters from 2009", "", 26, "old"),
    _Plan("ada", "Empty for now", "", 0),
    _Plan("ada", "O'Hara's <i>\"odd\"</i> & ends", 'Tests/nerves & <script>alert("list")</script>', 0, "odd"),
    _Plan("ben", "Workshop", "Loud, but not too loud", 71),
    _Plan("ben", "Wednesday run", "", 40, "invited"),
    _Plan("ben", "Do not open", "", 9, "private"),
    _Plan("ines", "Train home", "", 26),
    _Plan("ines", "For Mam", "One a week", 52, "private"),
    _Plan("willem", "Gym (never used)", "", 12),
    _Plan("noor", "Thesis", "", 120),
    _Plan("tove", "Allotment", "", 18),
    _Plan("emre", "Night shift", "", 77),
    _Plan("farah", "Bus 46", "", 31),
)


def make_playlists(
    catalog: Catalog, members: dict[str, Member], *, seed: int, now: float, long_playlist: int = 0
) -> dict[str, Playlist]:
    rng = random.Random(f"playlists {seed}")  # noqa: S311 - invented lists
    at_home = [plan for plan in _OF_MEMBERS if plan.owner in members]
    lists = [_of_member(rng, catalog, members, plan, now=now) for plan in at_home]
    for name, description in vocabulary.PLAYLISTS:
        stranger = f"{rng.choice(vocabulary.FIRST_NAMES).lower()}{rng.randint(10, 999)}"
        lists.append(_make(rng, name, description, owner_id=stranger, owner_name=stranger))
        _fill(rng, lists[-1], _sample(rng, catalog, rng.randint(8, 140)), now=now)
    for name, description in vocabulary.EDITORIAL:
        lists.append(_make(rng, name, description, owner_id=SPOTIFY_USER, owner_name="Spotify"))
        lists[-1].id = f"37i9dQZF1D{lists[-1].id[10:]}"
        _fill(rng, lists[-1], _sample(rng, catalog, rng.randint(30, 90)), now=now)
    if long_playlist:
        owner = members["ada"]
        lists.append(_make(rng, "Everything, in order", "", owner_id=owner.id, owner_name=owner.display_name))
        _fill(rng, lists[-1], _sample(rng, catalog, long_playlist), now=now)
    return {playlist.id: playlist for playlist in lists}


def _of_member(
    rng: random.Random, catalog: Catalog, members: dict[str, Member], plan: _Plan, *, now: float
) -> Playlist:
    owner, kind = members[plan.owner], plan.kind
    playlist = _make(rng, plan.name, plan.description, owner_id=owner.id, owner_name=owner.display_name)
    playlist.fans = rng.randint(0, 3)
    playlist.is_public = kind not in {"private", "collaborative"}
    playlist.is_collaborative = kind == "collaborative"
    playlist.invited = tuple(members[key].id for key in _INVITED.get(kind, ()) if key in members)
    if not plan.size:
        playlist.cover = None
    uris: list[str | None] = [uri_of(track) for track in rng.sample(catalog.tracks[:_FRONT], plan.size)]
    if kind == "mixed":
        uris = _mixed(rng, catalog, uris)
    elif kind == "odd":
        # Without the versions: a demo that began with an earlier release keeps its playlists.
        odd = [thing for name, things in catalog.odd.items() if name != "versions" for thing in things]
        uris = [uri_of(thing) for thing in odd if thing.kind == "track"]
    _fill(rng, playlist, uris, now=now)
    for row in playlist.rows:
        if kind == "old":
            row.added_at = None
        elif kind == "collaborative":
            row.added_by = rng.choice([owner.id, *playlist.invited])
    return playlist


def _mixed(rng: random.Random, catalog: Catalog, uris: list[str | None]) -> list[str | None]:
    """Files of one's own, podcasts, something twice, and what Spotify no longer has."""
    episodes = [uri_of(catalog.shows[number].episodes[number]) for number in range(3)]
    mixed = [*uris, *LOCAL_FILES, *episodes, uris[0], uris[0], uris[4], None, None]
    rng.shuffle(mixed)
    return mixed


def _make(rng: random.Random, name: str, description: str, *, owner_id: str, owner_name: str) -> Playlist:
    return Playlist(
        id=new_id(rng),
        name=name,
        description=description,
        owner_id=owner_id,
        owner_name=owner_name,
        cover=new_id(rng),
        fans=rng.randint(2, 9000),
    )


def _sample(rng: random.Random, catalog: Catalog, size: int) -> list[str | None]:
    # A list longer than the catalogue has to repeat itself.
    few = size <= len(catalog.tracks)
    tracks = rng.sample(catalog.tracks, size) if few else rng.choices(catalog.tracks, k=size)
    return [uri_of(track) for track in tracks]


def _fill(rng: random.Random, playlist: Playlist, uris: Sequence[str | None], *, now: float) -> None:
    added, rows = now - (len(uris) + 1) * DAY_S, []
    for uri in uris:
        added += rng.randint(600, DAY_S)
        rows.append(PlaylistRow(uri, float(int(added)), playlist.owner_id))
    playlist.write(rows, now=added)


def make_libraries(
    catalog: Catalog,
    members: dict[str, Member],
    playlists: dict[str, Playlist],
    *,
    seed: int,
    now: float,
    saved_tracks: int,
) -> dict[str, Library]:
    libraries = {}
    for number, member in enumerate(members.values()):
        rng = random.Random(f"library {seed} {member.key}")  # noqa: S311 - invented liking
        library = libraries[member.key] = empty_library()
        # The owner of the house saved the most.
        tracks = saved_tracks if number == 0 else max(20, 140 - 15 * number)
        _save_music(rng, library, catalog, tracks=tracks, now=now)
        _save_spoken(rng, library, catalog, now=now)
        _follow(rng, library, member, members, playlists, now=now)
        for shelf in library.values():
            shelf.is_touched = False
    return libraries


def rank_favourites(catalog: Catalog, key: str, seed: int) -> list[int]:
    """Indexes of the artists that a member likes, dearest first."""
    rng = random.Random(f"taste {seed} {key}")  # noqa: S311 - there is no accounting for it
    return rng.sample(range(min(200, len(catalog.artists))), _FAVOURITES)


def _save_music(rng: random.Random, library: Library, catalog: Catalog, *, tracks: int, now: float) -> None:
    chosen = rng.sample(catalog.tracks, min(tracks, len(catalog.tracks)))
    ids = [track.id for track in chosen]
    for number in range(min(_GHOSTS, tracks // 50)):
        ids[(number + 1) * len(ids) // (_GHOSTS + 2)] = new_id(rng)
    step = min(20_000.0, 8 * 365 * DAY_S / max(1, tracks))
    for number, thing_id in enumerate(ids):
        # Imports come in heaps: all of one heap have the same date.
        heap = number - number % 25 if number % 200 < 50 else number  # noqa: PLR2004 - some of them
        library["track"].add(thing_id, float(int(now - (len(ids) - heap) * step)))
    for album in rng.sample(catalog.albums, min(len(catalog.albums), 20 + tracks // 8, 600)):
        library["album"].add(album.id, float(int(now - rng.random() * 900 * DAY_S)))


def _save_spoken(rng: random.Random, library: Library, catalog: Catalog, *, now: float) -> None:
    wanted = (
        ("show", [show.id for show in rng.sample(catalog.shows, 5)]),
        ("episode", [rng.choice(show.episodes).id for show in rng.sample(catalog.shows, 6)]),
        ("audiobook", [book.id for book in rng.sample(catalog.audiobooks, 3)]),
        ("artist", [artist.id for artist in rng.sample(catalog.artists[:200], 38)]),
    )
    for kind, ids in wanted:
        for thing_id in ids:
            library[kind].add(thing_id, float(int(now - rng.random() * 700 * DAY_S)))


def _follow(
    rng: random.Random,
    library: Library,
    member: Member,
    members: dict[str, Member],
    playlists: dict[str, Playlist],
    *,
    now: float,
) -> None:
    for other in members.values():
        if other is not member:
            library["user"].add(other.id, now - 400 * DAY_S)
    house = {other.id for other in members.values()}
    own = [playlist for playlist in playlists.values() if member.id in {playlist.owner_id, *playlist.invited}]
    foreign = [
        playlist
        for playlist in playlists.values()
        if playlist.owner_id not in house and not playlist.is_editorial
    ]
    editorial = [playlist for playlist in playlists.values() if playlist.is_editorial]
    followed = [*own, *rng.sample(foreign, 4), *rng.sample(editorial, 3)]
    rng.shuffle(followed)
    for number, playlist in enumerate(followed):
        library["playlist"].add(playlist.id, float(int(now - (number + 1) * 9 * DAY_S)))
