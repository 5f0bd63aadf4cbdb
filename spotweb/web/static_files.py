"""How static files are served: one stylesheet, and in production every file under a fingerprinted name."""

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

STYLESHEET = "css/app.css"
# In the folder of what was collected, so that it goes when that goes.
_MARKER = ".sources"
_IMPORT = re.compile(r'^@import url\("([\w/.-]+)"\);$', re.MULTILINE)


class StylesheetBundle(BaseStorageFinder):
    """Finds css/app.css with all that it imports written into it: a first visit asks for one stylesheet.

    One compressed file is a third smaller than its fifty parts, and no import has to be waited for.
    Addresses in a part would be relative to the bundle: only css/fonts.css, which lies beside it, has any.
    """

    def __init__(self) -> None:
        self._folder = settings.BASE_DIR / "static/css"
        super().__init__(FileSystemStorage(settings.STYLESHEET_BUNDLE_DIR))

    def find(self, path: str, **options: Any) -> Any:  # type: ignore[override]  # noqa: ANN401  # as BaseFinder
        if path == STYLESHEET:
            self._write()
        return super().find(path, **options)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        self._write()
        return super().list(ignore_patterns)

    def _write(self) -> None:
        """Write the bundle when a part has changed. Its time of change is what collectstatic goes by."""
        source = (self._folder / "app.css").read_text()
        content = _IMPORT.sub(lambda match: (self._folder / match[1]).read_text(), source)
        bundle = Path(settings.STYLESHEET_BUNDLE_DIR) / STYLESHEET
        if not bundle.exists() or bundle.read_text() != content:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            draft = bundle.with_name(f".app.{os.getpid()}.css")
            draft.write_text(content)
            draft.replace(bundle)


class FingerprintedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it carries no types
    """One module names another by its fingerprint too: else browsers keep the old one after an update.

    Our own styles and scripts lose their comments and spaces on the way; vendored ones are small already.
    """

    support_js_module_import_aggregation = True

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
