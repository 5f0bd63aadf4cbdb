"""From a file or a paste to lists. The content decides about the format; the name only helps a doubt."""

import re

from msgspec import structs

from playlists.transfer.formats import (
    csv_format,
    dj_format,
    encodings,
    html_format,
    json_format,
    m3u_format,
    own_format,
    player_format,
    spotify_format,
    tables,
    text_format,
    wiki_format,
)
from playlists.transfer.formats.rows import (
    MAX_FILE_BYTES,
    MAX_HISTORY_BYTES,
    FileContents,
    FileFault,
    Origin,
    UnreadableFile,
    unescape_row,
)

_TABLE_ENDINGS = (".csv", ".tsv", ".tab")
# As chats put what is to be copied.
_FENCED = re.compile(r"\s*```\w*[ \t]*\r?\n(.*?)\r?\n?```\s*", re.DOTALL)
_HISTORY_FIELDS = (b"msPlayed", b"ms_played")
# In this order. What only seems to be of a format and is not, as "[Live] Ada - Home", is tried on.
_FORMATS = (
    (player_format.looks_like_pls, player_format.read_pls),
    (player_format.looks_like_aimp, player_format.read_aimp),
    (player_format.looks_like_audacious, player_format.read_audacious),
    (wiki_format.looks_like_wiki, wiki_format.read_wiki),
    (re.compile(r"\s*[\[{]").match, json_format.read_contents),
    (player_format.looks_like_xml, player_format.read_xml),
    (dj_format.looks_like_cue, dj_format.read_cue),
    (m3u_format.looks_like_m3u, m3u_format.read_contents),
)


def read_file(data: bytes, name: str = "") -> FileContents:
    """What a file holds. Raises UnreadableFile."""
    is_history = any(field in data[:4000] for field in _HISTORY_FIELDS)
    try:
        text, encoding = encodings.decode_text(
            data, max_bytes=MAX_HISTORY_BYTES if is_history else MAX_FILE_BYTES
        )
        is_page = html_format.looks_like_page(text)
        contents = html_format.read_page(text) if is_page else read_text(text, name)
    except UnreadableFile as error:
        if spotify_format.is_account_file(name) and error.fault not in {FileFault.TOO_LARGE, FileFault.EMPTY}:
            raise UnreadableFile(FileFault.ACCOUNT_DATA) from None
        raise
    return structs.replace(contents, encoding=encoding)


def read_text(text: str, name: str = "") -> FileContents:
    """At least one list with at least one row, or a table to ask about. Raises UnreadableFile."""
    text = text.removeprefix("\ufeff").rstrip("\x1a")  # by which old programs end a file
    fenced = _FENCED.fullmatch(text)
    contents = _read_any(fenced[1] if fenced else text, name)
    lists = tuple(file_list for file_list in contents.lists if file_list.rows)
    if contents.origin not in {Origin.OWN_JSON, Origin.OWN_CSV}:
        lists = tuple(structs.replace(one, rows=tuple(map(unescape_row, one.rows))) for one in lists)
    if not lists and not (contents.unclear and contents.unclear.rows):
        raise UnreadableFile(FileFault.EMPTY)
    return structs.replace(contents, lists=lists)


def _read_any(text: str, name: str) -> FileContents:
    if spotify_format.is_account_file(name) and not (
        spotify_format.is_history(text) or own_format.is_own_format(text)
    ):
        raise UnreadableFile(FileFault.ACCOUNT_DATA)
    for looks_like, read in _FORMATS:
        contents = read(text) if looks_like(text) else None
        if contents:
            return contents
    # Tables of players end their lines in the name of a file as well.
    if m3u_format.holds_sound_files(text) and not tables.tells_titles(text):
        return m3u_format.read_contents(text)
    table = csv_format.read_table(text, is_named_table=name.casefold().endswith(_TABLE_ENDINGS))
    if table:
        return table
    return (
        m3u_format.read_contents(text) if m3u_format.has_info_lines(text) else text_format.read_contents(text)
    )
