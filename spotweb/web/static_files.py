"""How static files are served: a few bundles, and in production every file under a fingerprinted name."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

try:
    from rcssmin import cssmin
    from rjsmin import jsmin
except ImportError:  # no wheel for this system: the files stay as they are written
    cssmin = jsmin = None

# Each lists what it is made of, in the order in which that counts.
BUNDLES = (
    "css/app.css",
    "css/pages.css",
    "js/frame.js",
    "js/extras.js",
    "js/signed-out.js",
    *(
        f"js/pages/{name}.js"
        for name in ("palette", "playlist-page", "rows", "saved-page", "search-box", "sidebar")
    ),
)
# In the folder of what was collected, so that it goes when that goes.
_MARKER = ".sources"
_STYLE = re.compile(r'^@import url\("([\w/.-]+)"\);$', re.MULTILINE)
_SCRIPT = re.compile(r'^import (?:\{(.+)\} from )?"([\w/.-]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|(?:async )?function) (\w+))", re.MULTILINE)
# One that fails stops none of the others, as it would not in a file of its own.
_START = (
    "const run$ = (script) => { try { return script(); } catch (error) { reportError(error); return {}; } };"
)


class Bundles(BaseStorageFinder):
    """Finds the files that most pages ask for, with all that they import written into them.

    One compressed file is a third smaller than its parts, and no import has to be waited for.
    Addresses in a part would be relative to the bundle: only css/fonts.css, which lies beside it, has any.
    """

    def __init__(self) -> None:
        self._folder = settings.BASE_DIR / "static"
        super().__init__(FileSystemStorage(settings.STATIC_BUNDLES_DIR))

    def find(self, path: str, **options: Any) -> Any:  # type: ignore[override]  # noqa: ANN401  # as BaseFinder
        if path in BUNDLES:
            self._write(path)
        return super().find(path, **options)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for path in BUNDLES:
            self._write(path)
        return super().list(ignore_patterns)

    def _write(self, path: str) -> None:
        """Write the bundle when a part has changed. Its time of change is what collectstatic goes by."""
        source = self._folder / path
        if not source.exists():
            return
        content = join_styles(source) if source.suffix == ".css" else join_scripts(source)
        bundle = Path(settings.STATIC_BUNDLES_DIR) / path
        if not bundle.exists() or bundle.read_text() != content:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            draft = bundle.with_name(f".{os.getpid()}.{bundle.name}")
            draft.write_text(content)
            draft.replace(bundle)


def join_styles(path: Path) -> str:
    return _STYLE.sub(lambda match: (path.parent / match[1]).read_text(), path.read_text())


def join_scripts(path: Path) -> str:
    """This module and those that it imports, each once and after what it needs itself, as one module."""
    parts: dict[Path, str] = {}
    _add_module(path, parts)
    exported = ", ".join(_EXPORT.findall(path.read_text()))
    export = f"export const {{ {exported} }} = {_name(path)};" if exported else ""
    return "\n".join([_START, *parts.values(), export])


def _add_module(path: Path, parts: dict[Path, str]) -> None:
    """As a function that returns what the module exports, so that each keeps its names for itself."""
    if path in parts:
        return
    source = path.read_text()
    for match in _SCRIPT.finditer(source):
        _add_module((path.parent / match[2]).resolve(), parts)
    exported = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _SCRIPT.sub(_receive_names, source))
    if left := re.search(r"^(?:import|export)\b(?!\().*", body, re.MULTILINE):
        msg = f"{path.name} would not be bundled: {left[0]}"
        raise ValueError(msg)
    parts[path] = f"const {_name(path)} = run$(() => {{\n{body}\nreturn {{ {exported} }};\n}});"


def _receive_names(match: re.Match[str]) -> str:
    return f"const {{{match[1]}}} = {_name(Path(match[2]))};" if match[1] else ""


def _name(path: Path) -> str:
    return "of_" + path.stem.replace("-", "_")


class FingerprintedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it carries no types
    """One module names another by its fingerprint too: else browsers keep the old one after an update.

    Our own styles and scripts lose their comments and spaces on the way; vendored ones are small already.
    """

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Django's own
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002  # Django's own
        """Found once: a page names a dozen files, and they do not change while the app runs."""
        if force or name not in self._urls:
            self._urls[name] = str(super().url(name, force))
        return self._urls[name]

    def _save(self, name: str, content: File[bytes]) -> str:
        minify = {".css": cssmin, ".js": jsmin}.get(Path(name).suffix)
        if minify and not name.startswith("vendor/"):
            content.seek(0)
            content = ContentFile(minify(content.read().decode()).encode())
        return str(super()._save(name, content))


def collect_static_files() -> None:
    """`collectstatic`, unless the last one saw the same: a start of the app need not wait for it."""
    marker = Path(settings.STATIC_ROOT, _MARKER)
    sources = _name_sources()
    if marker.exists() and marker.read_text() == sources:
        return
    marker.unlink(missing_ok=True)  # one that ends halfway is done again
    call_command("collectstatic", verbosity=0, interactive=False)
    marker.write_text(sources)


def _name_sources() -> str:
    """What the result follows from: the files as the disk lists them, and what is made of them."""
    digest = hashlib.sha256(f"{settings.VERSION} {settings.STORAGES} {cssmin is None}".encode())
    for path in [Path(__file__), *sorted(Path(settings.BASE_DIR, "static").rglob("*"))]:
        facts = path.stat()
        digest.update(f"\n{path} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()
