"""What people have at hand: notes, chats, copies of pages, tables that a spreadsheet has touched."""

import json
from contextlib import suppress

import pytest

from playlists.transfer.formats import archives
from playlists.transfer.formats.rows import FileFault, ListKind, UnreadableFile
from tests.playlists.transfer.file_readings import named, packed, read, rows

ONE, TWO = f"spotify:track:{'4' * 21}1", f"spotify:track:{'4' * 21}2"
LINK = f"https://open.spotify.com/track/{'4' * 21}1"


def told(given, name=""):
    """Lists with their names, and the rows that are searched; what is only shown stands in brackets."""
    return [
        (
            one.name,
            [f"[{row.words}]" if row.is_unclear else row.uri or row.label for row in one.rows],
        )
        for one in read(given, name).lists
    ]


def refuse(given, name=""):
    with pytest.raises(UnreadableFile) as refused:
        read(given, name)
    return refused.value.fault


# --- Lines ------------------------------------------------------------------------------------------------

SPOTIFY_PAGE = (
    "#\nTitle\nAlbum\n1\nHome\nE\nAda\nRooms\n2 days ago\n3:23\n"
    "2\n1979\nBen, Cleo\nRoofs\n4:00\nYou may like\n"
)
OTHER_PAGE = "Home\nAda\nRooms\n3:23\nAway\nBen\nRoofs\n4:00\nFern\nCleo\nLeaf\n2:10\n"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (SPOTIFY_PAGE, ["[#]", "[Title]", "[Album]", "Ada - Home", "Ben, Cleo - 1979", "[You may like]"]),
        (OTHER_PAGE, ["Ada - Home", "Ben - Away", "Cleo - Fern"]),
        ("1. Ada - Home\n3:23\n2. Ben - Away\n4:00\n", ["Ada - Home", "Ben - Away"]),
        ("Home\nAda\nRooms\n3:23\n\nAway\nBen\n\n4:00\n", ["Ada - Home", "Ben - Away"]),
        (
            "My list\nHome\nAda\n3:23\nAway\nBen\n4:00\nFern\nCleo\n2:10\n",
            ["[My list]", "Ada - Home", "Ben - Away", "Cleo - Fern"],
        ),
        (
            "Side A\n1 Home 3:23\n2 Away 4:00\nSide B\n3 Fern\n",
            ["[Side A]", "Home", "Away", "[Side B]", "Fern"],
        ),
        ("99 Luftballons\n1 Home\n", ["99 Luftballons", "1 Home"]),
        ("Artist - Title\nAda - Home\n", ["[Artist - Title]", "Ada - Home"]),
        ("Songs\nAda - Home\n", ["[Songs]", "Ada - Home"]),
        ("Time\nAda - Home\n", ["Time", "Ada - Home"]),
        ("Ada - Home\n4:44\nBen - Away\n", ["Ada - Home", "4:44", "Ben - Away"]),
        (
            "- [ ] Ada - Home\n☑ Ben - Away\n- **Fern** – *Cleo*\n",
            ["Ada - Home", "Ben - Away", "Fern – Cleo"],
        ),
        ("*NSYNC - Bye\nA*Teens - Mamma\n", ["*NSYNC - Bye", "A*Teens - Mamma"]),
        ("Set 1:\n1. Home\nEncore:\n2. Away\n", ["[Set 1:]", "Home", "[Encore:]", "Away"]),
        (
            f"[02.01.24, 10:00:12] Ada: {LINK}?si=x\n[02.01.24, 10:01:12] Ben: lol\n",
            [ONE, "[[02.01.24, 10:01:12] Ben: lol]"],
        ),
        (
            f"1/2/24, 10:00 PM - Ada: hear this\n1/2/24, 10:01 PM - Ada: {LINK}\n",
            ["[1/2/24, 10:00 PM - Ada: hear this]", ONE],
        ),
        (f"{LINK}\n3:23\n{LINK}\n4:00\n", [ONE, "3:23", ONE, "4:00"]),
        ("02.01.2024 10:00 Ada: Home\n02.01.2024 10:04 Ben: Away\n", ["Ada: Home", "Ben: Away"]),
        ("02.01.2024 10:00 Ada - Home\n02.01.2024 10:04 Ben - Away\n", ["Ada - Home", "Ben - Away"]),
        (f"# {LINK}\nAda - Home\n", [ONE, "Ada - Home"]),
        ("Various Artists - [Hits CD1 #02] Home // Ada\n", ["Ada - Home"]),
    ],
)
def test_lines_of_notes_chats_and_pages(given, wanted):
    ((_name, found),) = told(given)
    assert found == wanted


NUMBERED = [
    "{n}.{song}", "({n}) {song}", "{n}- {song}", "{n}.- {song}", "{n}/ {song}", "No. {n} {song}",
    "No.{n}: {song}", "№{n} {song}", "{n}º {song}", "{n}th {song}", "Track {n}: {song}",
    "Track {n} - {song}", "0{n}.{song}", "{n}、{song}", "A{n} {song}", "B{n}. {song}",
]  # fmt: skip
MARKED = [
    "22:1{n} : {song}", "0:0{n}: {song}", "00:0{n}:07.500 {song}", "► 0{n}:00 {song}", "⏱ 0{n}:00 {song}",
    "02.01.2024 10:0{n} Uhr {song}", "🎵 {song} 🎵", "🔥 {song} 🔥🔥", "[ ] {song}", "▪ {song}",
    "\uf0b7\t{song}", "o\t{song}", "#nowplaying {song}", "[{song}](https://youtu.be/{n})",
    "{song}: https://youtu.be/{n}", "{song} (https://youtu.be/{n})", "[b]{song}[/b]",
    "[url=https://youtu.be/{n}]{song}[/url]", "<b>{song}</b>", "<li>{song}</li>", "{song}<br/>",
]  # fmt: skip
LINES = ["Ada - Home", "Ben - Away", "Cleo - Fern"]


@pytest.mark.parametrize("form", [*NUMBERED, *MARKED])
def test_what_stands_around_a_song_in_each_line(form):
    given = "\n".join(form.format(n=number, song=song) for number, song in enumerate(LINES, start=1))
    assert named(given) == LINES


@pytest.mark.parametrize("form", NUMBERED[:6])
def test_lines_may_count_down(form):
    given = "\n".join(form.format(n=3 - place, song=song) for place, song in enumerate(LINES))
    assert named(given) == LINES


@pytest.mark.parametrize(
    "given",
    [
        "1.5 - Home\n2.5 - Away\n4.5 - Fern",  # they count nothing
        "2 Hearts - Home\n1 Thing - Away",
        "A1 - Home\nU2 - Away",
        "Ada - Home [Live]\n[Away] - Ben",
    ],
)
def test_numbers_and_brackets_of_names_stay(given):
    assert named(given) == given.split("\n")


def test_links_to_songs_stay_links_as_forums_and_notes_have_them():
    given = f"[url={LINK}]Ada - Home[/url]\n[Home]({LINK})\n<a href=x>Ben - Away</a>\n"
    assert [row.uri or row.words for row in rows(given)] == [ONE, ONE, "Ben - Away"]


@pytest.mark.parametrize(
    "opened", ["[url=", "[url=x]", "[x](", "<b ", "[http://", "<ref>", "{{", "{|\n|[http://a", "www.", "&#1"]
)
def test_what_is_opened_and_never_closed_is_read_once(opened):
    """Trying again from each of them would take hours."""
    with suppress(UnreadableFile):
        read(f"Ada - Home\n{opened * 150_000}\nBen - Away\n")


@pytest.mark.parametrize(
    "given",
    [
        "Song: Home, Artist: Ada\nSong: Away, Artist: Ben\n",
        "Artist: Ada - Title: Home\nArtist: Ben - Title: Away\n",
    ],
)
def test_parts_of_a_song_behind_their_names(given):
    assert named(given) == ["Home / Ada", "Away / Ben"]


def test_a_song_named_like_a_question_is_no_heading():
    contents = read("Song of the Year,Queen\nArtist of Life,Ben\n", "x.csv")
    assert contents.unclear.rows[0] == ("Song of the Year", "Queen")


def test_a_copied_page_tells_album_and_length():
    home, _ = [row for row in rows(SPOTIFY_PAGE) if not row.is_unclear]
    assert (home.album, home.duration_ms) == ("Rooms", 203_000)


# --- Tables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "Title,Artist\nHome,Ada\nSongs: 1,\nExported by Lists 3 on 2024-01-02,\n",
            ["Ada - Home", "[Songs: 1]", "[Exported by Lists 3 on 2024-01-02]"],
        ),
        (
            "Titel;Interpret;Länge\nHome;Ada;3:23\n;Summe;3:23\nAnzahl Titel: 1;;\n",
            ["Ada - Home", "[Summe · 3:23]", "[Anzahl Titel: 1]"],
        ),
        ("name,artist,deck\n1/2/2024,,\nHome,Ada,1\n", ["[1/2/2024]", "Ada - Home"]),
        (
            "Title,Artist\nHome,Ada\n\nAlbum,Artist\nRooms,Ada\n",
            ["Ada - Home", "[Album · Artist]", "[Rooms · Ada]"],
        ),
        (
            'Title,Artist\n"Home "live" at home",Ada\n"Away, far",Ben\n',
            ['Ada - Home "live" at home', "Ben - Away, far"],
        ),
        ('Title,Artist\n"Home \\"live\\"",Ada\n"Away, far",Ben\n', ['Ada - Home "live"', "Ben - Away, far"]),
        ('"Title", "Artist"\n"Home "live" now", "Ada"\n', ['Ada - Home "live" now']),
        (
            "<table><tr><th>Title<th>Artist<tr><td>Home &amp; <b>away</b><td>Ada</table>",
            ["Ada - Home & away"],
        ),
        (
            "#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/Rockbox\nAda\tRooms\tHome\t1\t203\tL\t1577959200\t\n",
            ["Ada - Home"],
        ),
        ("Name\tKünstler:in\tWerk\nHome\tAda\t\n", ["Ada - Home"]),
        # Of people and their wishes.
        ("Name,Song,Artist\nTom,Home,Ada\n", ["Ada - Home"]),
        ("Timestamp,Name,Your song wish,Artist\n1/2/2024 10:00:00,Tom,Home,Ada\n", ["Ada - Home"]),
        ("Name,Artist,Track name\n1,Ada,Home\n", ["Ada - Home"]),
        ("Title,Artist\nTotal,\nSum,\n", ["Total", "Sum"]),
        (
            "<table><tr><th>Artist<th>Song<tr><td rowspan=2>A<td>Home<tr><td>Away<tr><td>B<td>Fern</table>",
            ["A - Home", "A - Away", "B - Fern"],
        ),
        ("Nom\tArtiste\tCompositeur\nHome\tAda\tCleo\n", ["Ada - Home"]),
        (
            "Title,Channel\nHome,Ada - Topic\nBen - Away (Official Video),Some Label\nFern,CleoVEVO\n",
            ["Ada - Home", "Ben - Away (Official Video)", "Cleo - Fern"],
        ),
    ],
)
def test_tables_with_more_and_less_in_them(given, wanted):
    ((_name, found),) = told(given)
    assert found == wanted


def test_lists_under_lines_with_their_names():
    """As spotify-backup writes them; two of one name stay two."""
    home, away = f"Home\tAda\tRooms\t{ONE}\t2020\r\n", f"Away\tBen\tRoofs\t{TWO}\t2020\r\n"
    lines = f"Liked\r\n{home}\r\nCar\r\n{away}\r\nCar\r\n{home}"
    assert told(lines) == [("Liked", [ONE]), ("Car", [TWO]), ("Car", [ONE])]
    # A row of which only the title is known has its empty cells.
    assert told(f"{home}Kitchen song\t\t\t\t\r\n{away}") == [("", [ONE, "Kitchen song", TWO])]


def test_lengths_that_became_hours_are_minutes():
    lengths = [row.duration_ms for row in rows("Title;Artist;Time\nHome;Ada;03:23:00\nAway;Ben;12:00:00\n")]
    assert lengths == [203_000, 720_000]
    lengths = [row.duration_ms for row in rows("Title;Artist;Time\nHome;Ada;1:03:00\nAway;Ben;0:03:20\n")]
    assert lengths == [3_780_000, 200_000]


def test_a_shelf_of_records_holds_albums():
    (found,) = read("Catalog#,Artist,Title,Label,release_id\nX1,Ada,Rooms,Y,123\n").lists
    assert (found.kind, found.rows[0].type, found.rows[0].title) == (ListKind.LIBRARY, "album", "Rooms")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_without_a_mark(encoding):
    assert named("Название\tИсполнитель\r\nДом\tАда\r\n".encode(encoding)) == ["Дом / Ада"]


def test_half_a_letter_at_the_end_is_no_row():
    assert named("Title\tArtist\r\nHome\tAda\r\n".encode("utf-16") + b"\n") == ["Home / Ada"]


# --- What programs and services write ---------------------------------------------------------------------

ALBUM = {"name": "Rooms", "artists": [{"name": "Ada"}], "uri": f"spotify:album:{'7' * 22}"}
SONG = {"title": "Home", "artist": {"name": "Ada"}}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"title": "K", "tracks": {"data": [SONG]}}, [("K", ["Ada - Home"])]),
        ({"playlists": {"data": [{"title": "K", "tracks": {"data": [SONG]}}]}}, [("K", ["Ada - Home"])]),
        (
            {"MediaContainer": {"title": "K", "Metadata": [{"title": "Home", "grandparentTitle": "Ada"}]}},
            [("K", ["Ada - Home"])],
        ),
        ({"subsonic-response": {"playlist": {"name": "K", "entry": [SONG]}}}, [("K", ["Ada - Home"])]),
        (
            {"title": "K", "entries": [{"title": "Ada - Home", "uploader": "A Label"}]},
            [("K", ["Ada - Home"])],
        ),
        ({"items": [{"added_at": "2020-01-02", "album": ALBUM}]}, [("", [ALBUM["uri"]])]),
    ],
)
def test_answers_of_web_apis(given, wanted):
    assert told(json.dumps(given)) == wanted


JELLYFIN = (
    "<Item><PlaylistItems><PlaylistItem><Path>/m/Music/Ada/Rooms/01 - Home.flac</Path></PlaylistItem>"
    "<PlaylistItem><Path>/m/Music/Ben/Roofs/02 - Away.flac</Path></PlaylistItem></PlaylistItems></Item>"
)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (f'<?xml version="1.0"?>{JELLYFIN}', ["Ada - Home", "Ben - Away"]),
        (
            "<playlist><track><title>Home & away</title><creator>Ada\x0b</creator></track></playlist>",
            ["Ada - Home & away"],
        ),
        (
            "<playlist><track><location>Ada%20-%20Home.mp3</location><title>Home</title></track></playlist>",
            ["Ada - Home"],
        ),
        (
            "#EXTVDJ:<artist>Ada</artist><title>Home &amp; away</title><remix>Club</remix>\nx.mp3\n",
            ["Ada - Home & away (Club)"],
        ),
        ("#EXTM3U\n#EXTINF:203,Home\n/m/Music/Ada/Rooms/01 Home.flac\n", ["Ada - Home"]),
        ("#EXTM3U\n#EXTINF:203,Home\nx.flac\n", ["Home"]),
        ("Ada - Home [dQw4w9WgXcQ].mp3\nBen - Away-aB3defghijk.m4a\n", ["Ada - Home", "Ben - Away"]),
        (
            "./Ada/Rooms/01 - Home.mp3\n./Ada/Rooms/cover.jpg\n./Ben/Roofs/02 - Away.mp3\n",
            ["Ada - Home", "[./Ada/Rooms/cover.jpg]", "Ben - Away"],
        ),
    ],
)
def test_lists_of_players(given, wanted):
    ((_name, found),) = told(given)
    assert found == wanted


@pytest.mark.parametrize(
    ("given", "name", "fault"),
    [
        (
            (
                "Video ID,Playlist Video Creation Timestamp\ndQw4w9WgXcQ,2024-01-02T10:00:00+00:00\n"
                "abcdefghijk,2024-01-02T10:00:00+00:00\n"
            ),
            "K-videos.csv",
            FileFault.NO_NAMES,
        ),
        (
            '[{"Container Type": "Playlist", "Title": "K", "Playlist Item Identifiers": [1, 2]}]',
            "",
            FileFault.NO_NAMES,
        ),
        (
            '{"playlists": [{"name": "Empty", "lastModifiedDate": "2024-01-02", "items": []}]}',
            "Playlist2.json",
            FileFault.EMPTY,
        ),
        (
            '[{"endTime": "2024-01-02 10:00", "audiobookName": "B", "chapterName": "C", "msPlayed": 100000}]',
            "",
            FileFault.ACCOUNT_DATA,
        ),
        ('<?xml version="1.0"?><Workbook><Worksheet/></Workbook>', "", FileFault.SPREADSHEET),
        (
            "<table><tr><td>Menu</td><td>Home</td></tr><tr><td>Imprint</td><td>Jobs</td></tr></table>",
            "",
            FileFault.WEB_PAGE,
        ),
    ],
)
def test_what_holds_no_names_of_songs_says_so(given, name, fault):
    assert refuse(given, name) is fault


@pytest.mark.parametrize(
    "name", ["Follow the Leader.txt", "Wrapped 2025.csv", "Marquee Moon.m3u8", "Identity.txt"]
)
def test_a_list_may_be_called_as_a_file_of_spotifys_copy(name):
    assert named("Ada - Home\n", name) == ["Ada - Home"]


def test_our_own_file_may_be_called_so_too():
    items = '[{"title": "Home", "artists": ["Ada"]}]'
    own = f'{{\n  "format": "spotweb-playlist",\n  "version": 1,\n  "items": {items}\n}}'
    assert named(own, "Wrapped.json") == ["Home / Ada"]


def test_an_archive_in_an_archive_is_opened_once():
    inner = packed({"deep.zip": packed({"b.txt": "x"}), "a.txt": "Ada - Home"})
    found = {
        one.name: (one.data, one.fault)
        for one in archives.read_archive(packed({"in.zip": inner, "broken.zip": b"PK\x03\x04x"}))
    }
    assert found["a.txt"] == (b"Ada - Home", None)
    assert found["deep.zip"] == (b"", FileFault.NESTED)
    assert found["broken.zip"] == (b"", FileFault.BROKEN_ARCHIVE)


def test_a_cell_of_several_lines_leaves_quoted_commas_of_other_rows_alone():
    head = "Title,Artist,Comment\n"
    plain = "".join(f"Song {number},Ada,fine\n" for number in range(40))
    quoted = '"Home, Sweet Home","Ada, Ben","slow,\nthen fast, then slow"\n'
    (found,) = read((head + plain + quoted + '"Hello, Goodbye",Cleo,\n').encode()).lists
    assert [row.title for row in found.rows[-2:]] == ["Home, Sweet Home", "Hello, Goodbye"]
    assert len(found.rows) == 42


def test_rows_that_an_open_quote_swallowed_are_rows_again():
    text = (
        'Title,Artist,Comment\nOne,Ada,a\nTwo,Ada,"b\nThree,Ada,c\n"Four, too",Ada,d\nFive,Ada,"\nSix,Ada,e\n'
    )
    (found,) = read(text.encode()).lists
    assert [row.title for row in found.rows] == ["One", "Two", "Three", "Four, too", "Five", "Six"]
