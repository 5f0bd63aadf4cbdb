"""What survives a restart: consents, tokens, players, the clock; one file that is never half written."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from spotweb.sandbox.devices import Device
from spotweb.sandbox.grants import Access, Code, Grant
from spotweb.sandbox.player import Pending, Play, Player
from spotweb.sandbox.world import World

VERSION = 1
_NOT_KEPT = {"duration_ms", "effects", "continue_with"}
# Decoded JSON; its shape is what `snapshot` wrote, and a file of another version is not read at all.
Document: TypeAlias = dict[str, Any]


class Keeper:
    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._saved = -1
        if path.exists():
            restore(world, json.loads(path.read_text()))

    def save_changes(self) -> None:
        if self._world.changes != self._saved:
            self.save()

    def save(self) -> None:
        with self._world.lock:
            self._saved = self._world.changes
            document = snapshot(self._world)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        with os.fdopen(handle, "w") as file:  # mkstemp made it for its owner alone: there are tokens in it
            json.dump(document, file)
        Path(name).replace(self._path)


def snapshot(world: World) -> Document:
    grants = world.grants
    return {
        "version": VERSION,
        "seed": world.seed,
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
    }


def _player_document(player: Player) -> Document:
    kept = [name for name in Player.__dataclass_fields__ if name not in _NOT_KEPT]
    document = {name: getattr(player, name) for name in kept}
    document["devices"] = [asdict(device) for device in player.devices]
    document["history"] = [asdict(play) for play in player.history]
    document["pending"] = [asdict(waiting) for waiting in player.pending]
    return document


def restore(world: World, document: Document) -> None:
    """Take up where the file left off; a file of another seed or version is left unread."""
    if document.get("version") != VERSION or document.get("seed") != world.seed:
        return
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


def _restore_player(player: Player, fields: Document, *, off_s: float) -> None:
    """Tokens age while the sandbox is off, but the music stands still."""
    for name in fields:
        setattr(player, name, fields[name])
    player.devices = [Device(**one | {"idle_since": one["idle_since"] + off_s}) for one in fields["devices"]]
    player.history = [Play(**one) for one in fields["history"]]
    player.pending = [Pending(**one | {"due": one["due"] + off_s}) for one in fields["pending"]]
    player.since += off_s
