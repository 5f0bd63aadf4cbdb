"""The file of a backup: a ZIP of the database, the secret key and the exports, with a page about itself.

`manifest.json` says which house it is of, what made it, and which migrations its database has been through.
Where there is a passphrase, the whole ZIP is sealed.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import BinaryIO, cast

from accounts.backups.encryption_stream import EncryptedWriter, decrypt_file, is_encrypted
from accounts.backups.errors import BackupFailed, WrongPassphrase

# Counted up when an older app could not read what a newer one writes.
FORMAT = 1
_MANIFEST = "manifest.json"
_APP = "spotweb"
_NOT_OURS = "{file} is no backup of this app, or not a whole one. Copy it again, or take another one."


@dataclass(frozen=True)
class Manifest:
    """`made_at` is an ISO moment in UTC; `house` is empty for a database of before 0.3."""

    version: str
    made_at: str
    engine: str
    house: str
    spotify: str
    is_demo: bool
    members: int
    migrations: list[str]
    # What was set where it was made. Not there: Spotify's client secret, addresses of databases and caches.
    settings: dict[str, str]


def write_archive(target: Path, manifest: Manifest, *, parts: dict[str, Path], passphrase: str) -> None:
    """Files and whole folders go in under the names of `parts`. `target` is there complete or not at all."""
    draft = target.with_name(f".{target.name}.draft")
    try:
        with draft.open("wb") as file:
            sealed = EncryptedWriter(file, passphrase) if passphrase else None
            _write_zip(cast("BinaryIO", sealed or file), manifest, parts)
            if sealed:
                sealed.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def open_archive(file: Path, *, folder: Path, passphrase: str) -> Iterator[tuple[Manifest, Path]]:
    """Unpack a backup into a folder of its own inside `folder`; yields what it says of itself, and that one.

    All is read and compared with its checksums before. Raises BackupFailed and WrongPassphrase.
    """
    room = folder / f".restore-{os.getpid()}"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(mode=0o700)
    try:
        yield _unpack(_decrypt(file, room, passphrase), room / "parts", name=file.name)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _write_zip(file: BinaryIO, manifest: Manifest, parts: dict[str, Path]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in parts.items():
            for one in [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]:
                with suppress(FileNotFoundError):  # an export that has run out meanwhile
                    archive.write(one, Path(name, one.relative_to(path)) if one != path else name)
        about = {"app": _APP, "format": FORMAT, **asdict(manifest)}
        archive.writestr(_MANIFEST, json.dumps(about, indent=2))


def _decrypt(file: Path, room: Path, passphrase: str) -> Path:
    with file.open("rb") as source:
        if not is_encrypted(source):
            return file
        if not passphrase:
            msg = "This backup is encrypted: its passphrase is needed."
            raise WrongPassphrase(msg)
        plain = room / "plain.zip"
        with plain.open("wb") as target:
            decrypt_file(source, target, passphrase)
    return plain


def _unpack(file: Path, folder: Path, *, name: str) -> tuple[Manifest, Path]:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive, name)
            for entry in archive.infolist():  # extraction compares the checksums
                _require_room(entry.file_size, folder.parent)
                archive.extract(entry, folder)
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError, NotImplementedError) as error:
        raise BackupFailed(_NOT_OURS.format(file=name)) from error
    return manifest, folder


def _read_manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    about = json.loads(archive.read(_MANIFEST))
    if about["app"] != _APP:
        raise BackupFailed(_NOT_OURS.format(file=name))
    if about["format"] > FORMAT:
        msg = f"A newer version ({about['version']}) made this backup. Update the app, then restore it."
        raise BackupFailed(msg)
    return Manifest(**{field.name: about[field.name] for field in fields(Manifest)})


def _require_room(needed: int, folder: Path) -> None:
    if needed > shutil.disk_usage(folder).free:
        msg = f"There isn't enough room in {folder.parent}: {needed / 1_000_000:.0f} MB are needed."
        raise BackupFailed(msg)
