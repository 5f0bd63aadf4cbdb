"""Reads settings from the environment and `.env`, and says each mistake in one line with its remedy.

`Configuration` has the methods of environs' `Env`, but a wrong value does not end the reading:
`require_sound` names all of them at once. What is no mistake for sure is a remark, which `make run` and
`manage.py` say.
"""

import difflib
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from dotenv.main import DotEnv
from dotenv.parser import parse_stream
from environs import Env, EnvError
from marshmallow.validate import OneOf, Range

# What stands for a setting that is empty or not there, unless the caller says otherwise.
_DEFAULTS: dict[str, Any] = {
    "str": "", "int": None, "float": None, "bool": False, "path": None, "list": (),
    "dj_db_url": {}, "dj_cache_url": {},
}  # fmt: skip
Validator = Callable[[Any], Any]  # marshmallow's Range and OneOf
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "`": "`"}
_PREFIXES = ("SPOTIFY_", "SPOTWEB_")
_OF_OTHERS = ("SPOTIPY_",)  # another client's, which stand in many a developer's shell, but not in `.env`
# What people call the two keys.
_ALIASES = (
    (re.compile(r"SPOT(IFY|WEB|IPY)_((APP|API|CLIENT|PUBLIC)_?)*(ID|KEY)"), "SPOTIFY_CLIENT_ID"),
    (re.compile(r"SPOT(IFY|WEB|IPY)_((APP|API|CLIENT|PRIVATE)_?)*SECRET(_KEY)?"), "SPOTIFY_CLIENT_SECRET"),
)
# Of systemd's and other files: a line that sets our setting as the value of another.
_SETS_ANOTHER = re.compile(r"[\"']?(SPOT[A-Z_]+)\s*=")
_OF_WINDOWS = re.compile(r"[A-Za-z]:[\\/\s]")  # in quotes "\n" became a newline
# Kubernetes and old Docker links set these for every service of that name.
_OF_CONTAINERS = re.compile(r"_(SERVICE_(HOST|PORT)|(TCP|UDP)(_|$)|PORT_\d+)")
# With what a shell's line begins with, which env files of Docker take for a part of the name.
_OURS = re.compile(r"\s*((export|set)\s+)?spot", re.IGNORECASE)
_NEAR = 0.85
# What one may read there: a secret would stay in a log.
_MAX_SHOWN = 40


class Configuration:
    """`folder` is where relative paths begin. Names that are read become the known ones."""

    def __init__(self, folder: Path) -> None:
        self.mistakes: list[str] = []
        self.remarks: list[str] = []
        self._folder = folder
        self._env = Env()
        self._known: set[str] = set()
        self._in_file: set[str] = set()

    def read_file(self, name: str) -> None:
        """Take the settings of a file that are not set outside. A file that is not there is an empty one."""
        path = self._folder / name
        text = self._load_text(path)
        bindings = list(parse_stream(StringIO(text)))
        for binding in bindings:
            empty_lines = len(binding.original.string) - len(binding.original.string.lstrip("\r\n"))
            line = f"Line {binding.original.line + empty_lines} of {path}"
            if binding.error or (binding.key and binding.value is None):
                self.mistakes.append(f"{line} isn't of the form NAME=value.")
            elif binding.key:
                if binding.key in self._in_file:
                    self.remarks.append(
                        f"{line}: {binding.key} stands in the file twice. The last one counts."
                    )
                self._in_file.add(binding.key)
                if binding.key == "BACKUP_PASSPHRASE" and _is_cut(binding.original.string, binding.value):
                    self.remarks.append(
                        f"{line}: what stands behind # is left out of BACKUP_PASSPHRASE, as a comment. If it "
                        "belongs to it, put all of it in quotes."
                    )
        readable = "".join(binding.original.string for binding in bindings if not binding.error)
        for key, value in DotEnv(None, stream=StringIO(readable), override=False).dict().items():
            if value is not None and key not in os.environ:
                os.environ[key] = value

    def read_secret_files(self, *names: str) -> None:
        """Take each of these from the file that `NAME_FILE` names, as containers hand secrets over."""
        for name in names:
            place = f"{name}_FILE"
            self._known |= {name, place}
            # The processes that are started find the value itself.
            path = _strip(os.environ.pop(place, ""))
            if not path:
                continue
            if os.environ.get(name):
                self.mistakes.append(f"{name} and {place} are both set. Take one of them out.")
                continue
            try:
                os.environ[name] = (self._folder / path).read_text().strip()
            except OSError as error:
                self.mistakes.append(f"{place}: {path} can't be read: {error.strerror}.")
            except ValueError:
                self.mistakes.append(f"{place}: {path} isn't a text file in UTF-8.")
            else:
                if not os.environ[name]:
                    self.mistakes.append(f"{place}: {path} is empty.")

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        """`int`, `str` and their siblings as environs has them: (name, *, default=…, validate=…)."""
        if kind not in _DEFAULTS:
            raise AttributeError(kind)
        return partial(self._read, kind)

    def read_key(self, name: str) -> tuple[str, list[str]]:
        """A key without spaces and quotes around, or empty, and what it was for versions that left them on.

        The environment keeps what is written: the processes that are started look there once more.
        """
        self._known.add(name)
        written = os.environ.get(name, "")
        key = _strip(written)
        return key, [written] if written != key else []

    def read_keys(self, name: str) -> list[str]:
        """Likewise of a list with commas: all that any of its keys may have been."""
        whole, written = self.read_key(name)
        entries = [entry for text in (whole, *written) for entry in text.split(",")]
        return list(dict.fromkeys(key for entry in entries for key in (_strip(entry), entry) if key))

    def is_set(self, name: str) -> bool:
        return bool(os.environ.get(name))

    def require_sound(self) -> None:
        """Raises ImproperlyConfigured with one line for each mistake. To be called when all is read."""
        for name in sorted(self._in_file | {name for name in os.environ if _OURS.match(name)}):
            self._check_name(name)
        if self.mistakes:
            raise ImproperlyConfigured("\n".join(self.mistakes))

    def _read(
        self, kind: str, name: str, *, default: object = None, validate: Validator | None = None
    ) -> Any:  # noqa: ANN401  # of the type that `kind` says
        self._known.add(name)
        default = _DEFAULTS[kind] if default is None else default
        value = _strip(os.environ.get(name, ""))
        if name in os.environ:
            os.environ[name] = value
        if not value:
            return default
        if isinstance(validate, OneOf):
            value = next((one for one in validate.choices if one.lower() == value.lower()), value)
            os.environ[name] = value
        try:
            options = {"validate": validate} if validate else {}
            found = getattr(self._env, kind)(name, **options)
        except (EnvError, ValueError, KeyError):
            self.mistakes.append(_describe_mistake(kind, name, value, validate))
            return default
        if kind == "path" and os.name == "posix" and _OF_WINDOWS.match(value):
            self.mistakes.append(
                f"{name} is “{value[:_MAX_SHOWN]}”, a path of Windows. Here paths look like /mnt/music."
            )
            return default
        if kind == "list":
            return [entry for entry in map(_strip, found) if entry]
        return found.expanduser() if kind == "path" else found

    def _load_text(self, path: Path) -> str:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            self._remark_on_missing(path)
            return ""
        except OSError as error:
            if path != Path(os.devnull):
                self.mistakes.append(f"{path} can't be read: {error.strerror}.")
            return ""
        encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        try:
            return data.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            self.mistakes.append(f"{path} isn't a text file in UTF-8. Save it again as plain text, UTF-8.")
            return ""

    def _remark_on_missing(self, path: Path) -> None:
        if path.name != ".env":
            self.remarks.append(f"SPOTWEB_ENV_FILE names {path}, and there is no such file.")
        for other in (".env.txt", "env", "env.txt", ".env.env"):
            if path.with_name(other).is_file():
                self.remarks.append(
                    f"{path.with_name(other)} isn't read: the file has to be called {path.name}."
                )

    def _check_name(self, name: str) -> None:
        value = os.environ.get(name, "")
        if name in self._known or _OF_CONTAINERS.search(name) or (name.endswith("_PORT") and "://" in value):
            return
        if name.startswith(_OF_OTHERS) and name not in self._in_file:
            return
        inner = _SETS_ANOTHER.match(value) if name in self._in_file else None
        if inner:
            self.mistakes.append(
                f"{name} sets {inner[1]} as its value (in .env). Write {inner[1]}=value alone."
            )
            return
        meant = self._find_meant(name)
        place = "in .env" if name in self._in_file else "in the environment"
        if meant and not self.is_set(meant):
            self.mistakes.append(f"There is no setting {name} ({place}). Did you mean {meant}?")
        elif name.startswith(_PREFIXES):
            hint = f" Did you mean {meant}?" if meant else " See docs/configuration.md."
            self.remarks.append(f"There is no setting {name} ({place}), so it does nothing.{hint}")

    def _find_meant(self, name: str) -> str | None:
        upper = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
        upper = upper.removeprefix("EXPORT_").removeprefix("SET_")
        for candidate in (upper, *(prefix + upper for prefix in _PREFIXES), upper.partition("_")[2]):
            if candidate in self._known and (
                candidate != upper.partition("_")[2] or name.startswith(_PREFIXES)
            ):
                return candidate
        if known := [ours for form, ours in _ALIASES if form.fullmatch(upper)]:
            return known[0]
        near = difflib.get_close_matches(upper, self._known, n=1, cutoff=_NEAR)
        return near[0] if near else None


def _is_cut(line: str, value: str | None) -> bool:
    """Whether a comment was taken off a value without quotes."""
    written = line.partition("=")[2].strip()
    return not written.startswith(("'", '"')) and written != (value or "")


def _strip(value: str) -> str:
    """Without spaces and a pair of quotes around: some shells, and `env` files of Docker, keep them."""
    value = value.strip().strip("\ufeff\u200b\u00a0")
    while len(value) > 1 and _QUOTES.get(value[0]) == value[-1]:
        value = value[1:-1].strip()
    return value


def _describe_mistake(kind: str, name: str, value: str, validate: Validator | None) -> str:
    if kind == "dj_db_url":
        return (
            f"{name} can't be read as an address. It has the form postgres://user:password@host/name; in the "
            "password write # as %23, / as %2F and % as %25."
        )
    if kind == "dj_cache_url":
        return f"{name} can't be read as an address. It has the form redis://127.0.0.1:6379/0."
    wanted = " ".join(_describe_wanted(kind, validate))
    return f"{name} is “{value[:_MAX_SHOWN]}”, but it has to be {wanted}."


def _describe_wanted(kind: str, validate: Validator | None) -> Iterator[str]:
    if isinstance(validate, OneOf):
        yield " or ".join(str(choice) for choice in validate.choices)
        return
    yield _KINDS.get(kind, "a text")
    if isinstance(validate, Range):
        if validate.max is not None:
            yield f"from {validate.min} to {validate.max}"
        elif validate.min is not None:
            yield f"of at least {validate.min}"
