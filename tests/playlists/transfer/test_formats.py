"""What is written is read back; no cell is a formula; files of others are understood; nonsense is refused."""

import csv
import io
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playlists.transfer.formats import csv_format, detect, m3u_format, own_format
from playlists.transfer.formats.rows import (
    MAX_FILE_BYTES,
    MAX_FILE_ROWS,
    MAX_ROWS,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
)
from spotweb.web.spreadsheets import escape_formula, unescape_formula

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TRACK = "spotify:track:" + "4" * 22
ID = st.text("0123456789abcXYZ", min_size=22, max_size=22)
SIGNS = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\r\n\x7f")
TEXT = st.text(SIGNS, max_size=40)
NAME = st.text(SIGNS, min_size=1, max_size=40)
ROW = st.one_of(
    st.just(FileRow()),
    st.builds(
        FileRow,
        uri=ID.map(lambda one: f"spotify:local:{one}::Some+name:200"),
        type=st.just("track"),
        is_local=st.just(True),
        title=NAME,
    ),
    st.builds(
        lambda kind, one, **facts: FileRow(uri=f"spotify:{kind}:{one}", type=kind, **facts),
        st.sampled_from(["track", "episode"]),
        ID,
        title=TEXT,
        artists=st.lists(NAME, max_size=4).map(tuple),
        album=TEXT,
        release_date=st.sampled_from(["", "1999", "2001-05", "2020-02-29"]),
        isrc=st.sampled_from(["", "IEABC2600001"]),
        duration_ms=st.none() | st.integers(0, 10**7),
        explicit=st.booleans(),
        added_at=st.none() | st.integers(0, 2_000_000_000),
        added_by=TEXT,
    ),
)
ROWS = st.lists(ROW, min_size=1, max_size=8).map(tuple)


def read_lists(given):
    """The lists of a file or of a pasted text."""
    return (detect.read_file(given) if isinstance(given, bytes) else detect.read_text(given)).lists


def csv_of(rows):
    return "".join(csv_format.write_rows(rows))


def json_of(playlist):
    return "".join(own_format.write_list(playlist, now=NOW))


@given(ROWS)
@example((FileRow(uri=TRACK, type="track", title="=cmd|'/C calc'!A0", artists=("+1", "@SUM(A1)", "a;b\\")),))
@example((FileRow(uri=TRACK, type="track", title="\n#EXTINF:"),))
@example((*[FileRow()] * 7, FileRow(uri=TRACK, type="track", title=",\n")))
@example((FileRow(uri=TRACK, type="track", title="Home\n#-----CONTENT-----#\n", added_by="[playlist]"),))
@settings(deadline=None)
def test_csv_is_read_back_without_loss(rows):
    assert read_lists(csv_of(rows).encode("utf-8-sig"))[0].rows == rows


@given(ROWS, TEXT, TEXT)
@settings(deadline=None)
def test_json_is_read_back_without_loss(rows, name, description):
    playlist = FileList(
        name=name, rows=rows, description=description, uri="spotify:playlist:x", is_collaborative=True
    )
    assert read_lists(json_of(playlist).encode()) == (playlist,)


@given(ROWS)
@settings(deadline=None)
def test_m3u_keeps_every_link_and_its_order(rows):
    text = "".join(m3u_format.write_list(FileList(name="One\ntwo", rows=rows)))
    links = [row.uri for row in rows if row.uri]
    if links:
        (found,) = read_lists(text.encode())
        assert [row.uri for row in found.rows] == links
        assert found.name == "One two"


@given(st.text(max_size=30))
def test_no_cell_begins_a_formula(text):
    cell = escape_formula(text)
    assert not cell.strip()[:1] or cell.strip()[0] not in "=+-@＝＋－＠"
    assert unescape_formula(cell) == text


@given(st.text(max_size=60), st.binary(max_size=60))
@settings(deadline=None)
def test_nonsense_is_refused_and_nothing_else(text, data):
    for given_text in (text, f"[{text}", f"title,artist\n{text}", "{" + text):
        with suppress(UnreadableFile):
            contents = detect.read_text(given_text)
            assert contents.unclear or contents.lists[0].rows
    with suppress(UnreadableFile):
        detect.read_file(data)


ONE = {"uri": TRACK, "title": "Café “Ünïque”", "artists": ("Ada & the Bens",)}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators_of_spreadsheets(encoding, delimiter):
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter)
    writer.writerows(
        [["Track Name", "Artist Name(s)", "Track URI"], [ONE["title"], ONE["artists"][0], TRACK]]
    )
    (row,) = read_lists(lines.getvalue().encode(encoding))[0].rows
    assert (row.title, row.artists, row.uri) == (ONE["title"], ONE["artists"], TRACK)


@pytest.mark.parametrize(
    ("text", "title", "artists", "isrc", "duration_ms"),
    [
        # Exportify
        (
            f'Track URI,Track Name,Artist Name(s),Duration (ms)\n{TRACK},"Home, again","Ada, Ben",201000\n',
            "Home, again", ("Ada, Ben",), "", 201_000,
        ),
        # TuneMyMusic
        (
            "Track name,Artist name,Playlist name,ISRC,Spotify - id\nHome,Ada,Kitchen,IE1,4444\n",
            "Home", ("Ada",), "IE1", None,
        ),
        # Soundiiz
        ("title;artist;album;isrc;addedDate\nHome;Ada;Rooms;IE1;2020-01-02\n", "Home", ("Ada",), "IE1", None),
        # a spreadsheet of one's own
        ("sep=;\r\nSong;Artist;Length\r\nHome;Ada;3:21\r\n\r\n;;\r\n", "Home", ("Ada",), "", 201_000),
    ],
)  # fmt: skip
def test_files_of_others(text, title, artists, isrc, duration_ms):
    (found,) = read_lists(text)
    (row,) = found.rows
    assert (row.title, row.artists, row.isrc, row.duration_ms) == (title, artists, isrc, duration_ms)
    assert found.name == ("Kitchen" if "Kitchen" in text else "")


def test_a_file_with_several_lists_stays_several():
    text = "Track name,Artist name,Playlist name\nOne,Ada,Kitchen\nTwo,Ada,Car\nThree,Ada,Kitchen\n"
    assert [(one.name, len(one.rows)) for one in read_lists(text)] == [("Kitchen", 2), ("Car", 1)]


def test_spotifys_own_copy_of_ones_data():
    track = {"trackName": "Home", "artistName": "Ada", "albumName": "Rooms", "trackUri": TRACK}
    data = {
        "playlists": [
            {"name": "Kitchen", "items": [{"track": track, "episode": None, "addedDate": "2020-01-02"}]}
        ]
    }
    (found,) = read_lists(json.dumps(data))
    assert found.name == "Kitchen"
    assert found.rows == (
        FileRow(
            uri=TRACK, type="track", title="Home", artists=("Ada",), album="Rooms", added_at=1_577_923_200
        ),
    )


def test_pasted_lines():
    text = f"""
    1. Ada - Home
    02) Ben – Away (3:21)
    - Ines — Roof [Live]
    https://open.spotify.com/intl-de/track/{"4" * 22}?si=1 {TRACK}
    spotify:album:{"5" * 22}
    spotify:local:Ada:Home+tapes:Kitchen+song%21:100
    Ada\tHome\tRooms
    -----
    99 Luftballons
    """
    rows = read_lists(text)[0].rows
    assert [(row.uri, row.words, row.duration_ms) for row in rows] == [
        (None, "Ada - Home", None),
        (None, "Ben – Away", 201_000),
        (None, "Ines — Roof [Live]", None),
        (TRACK, "", None),
        (TRACK, "", None),
        (None, "spotify:album:" + "5" * 22, None),
        ("spotify:local:Ada:Home+tapes:Kitchen+song%21:100", "", 100_000),
        (None, "Ada - Home - Rooms", None),
        (None, "99 Luftballons", None),
    ]


def test_m3u_without_links_is_known_by_its_words():
    text = "#EXTM3U\r\n#EXTINF:201,Ada - Home\r\nMusic\\03 Ada - Home.mp3\r\n/music/04_Ben_-_Away.flac\r\n"
    rows = read_lists(text)[0].rows
    assert [(row.words, row.duration_ms) for row in rows] == [("Ada - Home", 201_000), ("Ben - Away", None)]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\xef\xbb\xbf \r\n", FileFault.EMPTY),
        (b"x" * (MAX_FILE_BYTES + 1), FileFault.TOO_LARGE),
        (b"PK\x03\x04 and more", FileFault.ARCHIVE),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, FileFault.PICTURE),
        (b'{"format": "spotweb-playlist", "version": 2, "items": "of tomorrow"}', FileFault.NEWER),
        (b'{"format": "spotweb-playlist", "version": 1, "items": [{"uri": 7}]}', FileFault.BROKEN),
        (b'{"format": "spotweb-playlist", ', FileFault.BROKEN),
        (b'{"weather": "fine"}', FileFault.UNKNOWN),
        (b'[{"a":' * 100_000, FileFault.BROKEN),
        (b"title,artist\n" + b"Home,Ada\n" * (MAX_FILE_ROWS + 1), FileFault.TOO_MANY),
        (b"Ada - Home\n" * (MAX_ROWS + 1), FileFault.TOO_MANY),
        (b"#-----CONTENT-----#\n" + b"a.mp3|b\n" * (MAX_FILE_ROWS + 1), FileFault.TOO_MANY),
        (b"title=Mix\n" + b"uri=a.mp3\n" * (MAX_FILE_ROWS + 1), FileFault.TOO_MANY),
        (
            b"[playlist]\n" + b"".join(b"File%d=a\n" % number for number in range(MAX_FILE_ROWS + 1)),
            FileFault.TOO_MANY,
        ),
        (b"TRACK 01 AUDIO\nINDEX 01 00:00:00\n" + b"TRACK 02 AUDIO\n" * MAX_FILE_ROWS, FileFault.TOO_MANY),
        (b'title,artist\n"' + b"x" * 200_000, FileFault.BROKEN),
    ],
)
def test_what_is_no_list_is_refused(data, fault):
    with pytest.raises(UnreadableFile) as refused:
        read_lists(data)
    assert refused.value.fault == fault


def test_ten_thousand_lines_are_read():
    assert len(read_lists("Ada - Home\n" * MAX_ROWS)[0].rows) == MAX_ROWS
