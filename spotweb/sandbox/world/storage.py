"""What survives a restart: consents, tokens, players, playlists, libraries, the clock.

One file that is never half written. Of playlists and libraries it holds what differs from the seed's.
"""

import json
import os
import tempfile
from base64 import b64decode, b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from spotweb.sandbox.model.devices import Device
from spotweb.sandbox.model.grants import Access, Code, Grant
from spotweb.sandbox.model.libraries import SavedList
from spotweb.sandbox.model.player import PendingChange, Play, Player
from spotweb.sandbox.model.playlists import Playlist, PlaylistRow, Version
from spotweb.sandbox.world.world import World

VERSION = 2
_NOT_KEPT = {"duration_ms", "effects", "continue_with"}
# Decoded JSON; its shape is what `snapshot` wrote, and a file of another version is not read at all.
Document: TypeAlias = dict[str, Any]


class Founding(NamedTuple):
    """What a world is made from; None where the file does not say."""

    seed: int | None = None
    members: int | None = None
    saved_tracks: int | None = None
    long_playlist: int | None = None


def read_founding(path: Path) -> Founding:
    """Of the world that the file holds, so that it comes back whoever starts it."""
    document = _read(path)
    if document.get("version") != VERSION:
        return Founding()
    people = document.get("members")
    counted = len(people) - 1 if isinstance(people, dict) else None  # one is the stranger
    values = {name: document.get(name) for name in Founding._fields} | {"members": counted}
    return Founding(**{name: value for name, value in values.items() if isinstance(value, int)})


class WorldStorage:
    def __init__(self, world: World, path: Path) -> None:
        """A file that is not of this world is kept beside its own, as FILE.old."""
        self._world = world
        self._path = path
        self._saved = -1
        if path.exists() and not restore_world(world, _read(path)):
            path.replace(path.with_name(f"{path.name}.old"))

    def save_changes(self) -> None:
        if self._world.changes != self._saved:
            self.save()

    def save(self) -> None:
        with self._world.lock:
            changes = self._world.changes
            document = json.dumps(make_document(self._world))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(
                handle, "w"
            ) as file:  # mkstemp made it for its owner alone: there are tokens in it
                file.write(document)
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        self._saved = changes


def _read(path: Path) -> Document:
    """Empty when there is no such file, or nothing of ours in it."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def make_document(world: World) -> Document:
    grants = world.grants
    return {
        "version": VERSION,
        "seed": world.seed,
        "saved_tracks": world.saved_tracks,
        "long_playlist": world.long_playlist,
        "albums": len(world.catalog.albums),
        "founded_at": world.founded_at,
        "saved_at": world.clock.now(),
        "advanced_s": world.clock.advanced_s,
        "allowlist": world.allowlist,
        "members": {
            key: {"product": member.product, "country": member.country, "display_name": member.display_name}
            for key, member in world.members.items()
        },
        "grants": [asdict(grant) for grant in grants.grants.values()],
        "access": {token: asdict(access) for token, access in grants.access.items()},
        "codes": {name: asdict(code) for name, code in grants.codes.items()},
        "approvals": grants.approvals,
        "logins": grants.logins,
        "players": {key: _player_document(world.player(key)) for key in world.players},
        "playlists": [_playlist_document(entry) for entry in world.playlists.values() if entry.is_touched],
        "libraries": {
            key: {kind: shelf.saved() for kind, shelf in library.items() if shelf.is_touched}
            for key, library in world.libraries.items()
        },
        "covers": {name: b64encode(jpeg).decode() for name, jpeg in world.covers.items()},
    }


def _playlist_document(playlist: Playlist) -> Document:
    """Rows are told once, whatever number of versions they are in."""
    rows = {id(row): row for version in playlist.versions for row in version.rows}
    places = {row_id: place for place, row_id in enumerate(rows)}
    document = {name: getattr(playlist, name) for name in Playlist.__dataclass_fields__ if name != "versions"}
    document["rows"] = [asdict(row) for row in rows.values()]
    document["versions"] = [
        {
            "snapshot_id": version.snapshot_id,
            "between_id": version.between_id,
            "made_at": version.made_at,
            "rows": [places[id(row)] for row in version.rows],
        }
        for version in playlist.versions
    ]
    return document


def _player_document(player: Player) -> Document:
    kept = [name for name in Player.__dataclass_fields__ if name not in _NOT_KEPT]
    document = {name: getattr(player, name) for name in kept}
    document["devices"] = [asdict(device) for device in player.devices]
    document["history"] = [asdict(play) for play in player.history]
    document["pending"] = [asdict(waiting) for waiting in player.pending]
    return document


def restore_world(world: World, document: Document) -> bool:
    """Take up where the file left off; false for one of another version, seed or size of catalogue."""
    ours = (VERSION, world.seed, len(world.catalog.albums))
    if (document.get("version"), document.get("seed"), document.get("albums")) != ours:
        return False
    world.clock.advance(document["advanced_s"])
    off_s = max(0.0, world.clock.now() - document["saved_at"])
    world.allowlist = [key for key in document["allowlist"] if key in world.members]
    for key, fields in document["members"].items():
        if key in world.members:
            for name, value in fields.items():
                setattr(world.members[key], name, value)
    grants = world.grants
    grants.grants = {fields["id"]: Grant(**fields) for fields in document["grants"]}
    grants.access = {token: Access(**fields) for token, fields in document["access"].items()}
    grants.codes = {name: Code(**fields) for name, fields in document["codes"].items()}
    grants.approvals, grants.logins = document["approvals"], document["logins"]
    for key, fields in document["players"].items():
        if key in world.players:
            _restore_player(world.players[key], fields, off_s=off_s)
    _restore_belongings(world, document)
    return True


def _restore_belongings(world: World, document: Document) -> None:
    world.create_demo_data(document["founded_at"])
    world.covers = {name: b64decode(text) for name, text in document["covers"].items()}
    for fields in document["playlists"]:
        playlist = _playlist(fields)
        world.playlists[playlist.id] = playlist
    for key, shelves in document["libraries"].items():
        for kind, saved in shelves.items():
            if key in world.libraries:
                world.libraries[key][kind] = shelf = SavedList(
                    (thing_id, moment) for thing_id, moment in saved
                )
                shelf.is_touched = True


def _playlist(fields: Document) -> Playlist:
    rows = [PlaylistRow(**row) for row in fields.pop("rows")]
    versions = [
        Version(**version | {"rows": [rows[place] for place in version["rows"]]})
        for version in fields.pop("versions")
    ]
    return Playlist(**fields | {"invited": tuple(fields["invited"]), "versions": versions})


def _restore_player(player: Player, fields: Document, *, off_s: float) -> None:
    """Tokens age while the sandbox is off, but the music stands still."""
    for name in fields:
        setattr(player, name, fields[name])
    player.devices = [
        Device(**entry | {"idle_since": entry["idle_since"] + off_s}) for entry in fields["devices"]
    ]
    player.history = [Play(**entry) for entry in fields["history"]]
    player.pending = [PendingChange(**entry | {"due": entry["due"] + off_s}) for entry in fields["pending"]]
    player.since += off_s
