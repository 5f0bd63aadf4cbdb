"""What the readers of files make of one, for tests."""

import io
import zipfile

from playlists.transfer.formats import detect


def read(given, name=""):
    return detect.read_file(given if isinstance(given, bytes) else given.encode(), name)


def rows(given, name=""):
    return [row for one in read(given, name).lists for row in one.rows]


def named(given, name=""):
    """What each row names: title and artists of a table, else its words."""
    return [
        row.words or " / ".join(filter(None, [row.title, ", ".join(row.artists)]))
        for row in rows(given, name)
    ]


def packed(files, **how):  # noqa: ANN003
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
