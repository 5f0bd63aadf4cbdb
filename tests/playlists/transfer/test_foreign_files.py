"""Files of other programs and services in their shapes: what they are recognised as, and each row of them."""

import json
import subprocess
import sys

import pytest

from playlists.transfer.formats import archives
from playlists.transfer.formats.rows import FileFault, ListKind, Origin, UnreadableFile
from spotweb.settings import BASE_DIR
from tests.playlists.transfer.file_readings import named, packed, read, rows

ONE, TWO = f"spotify:track:{'4' * 21}1", f"spotify:track:{'4' * 21}2"
ARTIST, ALBUM = f"spotify:artist:{'0' * 22}", f"spotify:album:{'0' * 22}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('Title,Artist\n"Home,Ada\nMoss,Ben\nFern,Cleo\n', ["Home / Ada", "Moss / Ben", "Fern / Cleo"]),
        ('Title,Artist\nHome,"Ada\nMoss,"Ben\nFern,Cleo\n', ["Home / Ada", "Moss / Ben", "Fern / Cleo"]),
        ('Title,Artist\n"Ho\nme","Ada, Byrne"\nMoss,Ben\n', ["Ho\nme / Ada, Byrne", "Moss / Ben"]),
        ("| # | Title | Artist |\n|--:|:------|-----|\n| 1 | Home | Ada |\n", ["Home / Ada"]),
        ("Video ID,Song Title,Album Title,Artist Name 1\nabc-efghijk,Home,Rooms,Ada\n", ["Home / Ada"]),
        (
            '{"columns":["title","artist"],"data":[["Home","Ada"],["Moss","Ben"]]}',
            ["Home / Ada", "Moss / Ben"],
        ),
        ('{"playlist":{"title":"Mine","track":[{"title":"Home","creator":"Ada"}]}}', ["Home / Ada"]),
    ],
    ids=["open quote", "two", "closed", "drawn", "YouTube Music", "cells", "JSPF"],
)
def test_torn_and_wrapped_tables(given, wanted):
    assert named(given) == wanted


TRAKTOR = """<?xml version="1.0"?><NML VERSION="19"><COLLECTION ENTRIES="1">
<ENTRY TITLE="Home" ARTIST="Ada">
<LOCATION DIR="/:Music/:" FILE="Home.mp3" VOLUME="C:"/><ALBUM TITLE="Rooms"/><INFO PLAYTIME="203"/></ENTRY>
</COLLECTION><PLAYLISTS><NODE TYPE="FOLDER" NAME="$ROOT"><SUBNODES><NODE TYPE="PLAYLIST" NAME="Set">
<PLAYLIST ENTRIES="2"><ENTRY>
<PRIMARYKEY TYPE="TRACK" KEY="C:/:Music/:Home.mp3"/></ENTRY><ENTRY>
<PRIMARYKEY TYPE="TRACK" KEY="C:/:Ben - Moss.mp3"/>
</ENTRY></PLAYLIST></NODE></SUBNODES></NODE></PLAYLISTS></NML>"""
REKORDBOX = """<?xml version="1.0" encoding="UTF-8"?><DJ_PLAYLISTS Version="1.0.0"><COLLECTION Entries="2">
<TRACK TrackID="1" Name="Home" Artist="Ada" TotalTime="203"/>
<TRACK TrackID="2" Name="Moss" Artist="Ben"/></COLLECTION>
<PLAYLISTS><NODE Type="0" Name="ROOT">
<NODE Name="Set" Type="1"><TRACK Key="2"/><TRACK Key="1"/></NODE></NODE></PLAYLISTS>
</DJ_PLAYLISTS>"""
CUE = """PERFORMER "Ada"\nTITLE "Mix"\nFILE "mix.mp3" MP3
  TRACK 01 AUDIO\n    TITLE "Home"\n    INDEX 01 00:00:00
  TRACK 02 AUDIO\n    TITLE "Moss"\n    PERFORMER "Ben"\n    INDEX 01 03:23:00\n"""
WINAMP = """<?xml version="1.0"?><WinampXML><playlist num_entries="1" label="Set">
<entry Playstring="file:a.mp3">
<Name>Ada - Home</Name><Length>203000</Length></entry></playlist></WinampXML>"""
RHYTHMBOX = """<?xml version="1.0"?><rhythmdb-playlists><playlist name="Set" type="static">
<location>file:///a/Ada%20-%20Home.mp3</location></playlist></rhythmdb-playlists>"""


LISTENS = """{"listened_at":1,"track_metadata":{"artist_name":"Ada","track_name":"Home"}}
{"listened_at":2,"track_metadata":{"artist_name":"Ben","track_name":"Moss"}}\n"""
ZPL = """<?zpl version="2.0"?><smil><head><title>Set</title></head><body><seq>
<media src="x.mp3" trackTitle="Home" trackArtist="Ada"/></seq></body></smil>"""


@pytest.mark.parametrize(
    ("given", "name", "wanted"),
    [
        (REKORDBOX, "Set", ["Moss / Ben", "Home / Ada"]),
        (TRAKTOR, "Set", ["Home / Ada", "Ben - Moss"]),
        (CUE, "Mix", ["Home / Ada", "Moss / Ben"]),
        (WINAMP, "Set", ["Ada - Home"]),
        (RHYTHMBOX, "Set", ["Ada - Home"]),
        (
            '<VirtualFolder><song path="C:/a.mp3" title="Home" artist="Ada"/></VirtualFolder>',
            "",
            ["Home / Ada"],
        ),
        (ZPL, "Set", ["Home / Ada"]),
        (
            '<asx><TITLE>Set</TITLE><ENTRY><Ref HREF="Ben - Moss.mp3"/></ENTRY></asx>',
            "Set",
            ["Ben - Moss"],
        ),
        ("#EXTM3U\n#EXTART:Ada\n#EXTINF:203,Home\nx.mp3\n", "", ["Home / Ada"]),
        ("Ada - [Rooms #01] Home [3:23]\nBen - [Leaf CD1/#02] Moss\n", "", ["Home / Ada", "Moss / Ben"]),
        (
            "00:00 Ada - Home\n[03:23] Ben - Moss\n1:02:03 - Cleo - Fern\n",
            "",
            ["Ada - Home", "Ben - Moss", "Cleo - Fern"],
        ),
        ('[{"track":[{"artist":{"#text":"Ada"},"name":"Home"}]}]', "", ["Home / Ada"]),
        (
            LISTENS,
            "",
            ["Home / Ada", "Moss / Ben"],
        ),
        ("Title,Grandparent Title,Parent Title\nHome,Ada,Rooms\n", "", ["Home / Ada"]),
        ("'Title','Artist'\n'Home','Ada'\n", "", ["Home / Ada"]),
    ],
)
def test_programs_of_all_kinds(given, name, wanted):
    if given.startswith("<VirtualFolder"):
        given = f'<?xml version="1.0"?>{given}'
    assert named(given) == wanted
    assert read(given).lists[0].name == name


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "Title,Artist,Length\nHome,Ada,3:23\n,,\nTotal,,3:23\n1 song,,\n",
            ["Home / Ada", "Total · 3:23", "1 song"],
        ),
        ("Title,Artist\nTotal,Ada\nSum,Ben\n", ["Total / Ada", "Sum / Ben"]),
        ("Title,Artist\nHome,Ada\nArtist,Title\nBen,Moss\n", ["Home / Ada", "Artist · Title", "Moss / Ben"]),
        ("Title,Artist\nHome, sweet home,Ada\nMoss,Ben\n", ["Home, sweet home, Ada", "Moss / Ben"]),
        ("# my list\n// of 2020\nAda - Home\n", ["# my list", "// of 2020", "Ada - Home"]),
        (
            "https://youtu.be/abc\nAda - Home\nhttps://spotify.link/x\n",
            ["https://youtu.be/abc", "Ada - Home", "https://spotify.link/x"],
        ),
        ('# "Home" – Ada\n# "Moss" – Ben\n', ['"Home" – Ada', '"Moss" – Ben']),
    ],
)
def test_what_is_no_song_is_shown_and_not_searched(given, wanted):
    assert named(given) == wanted
    unclear = [row.words for row in rows(given) if row.is_unclear]
    assert unclear == [
        words
        for words in wanted
        if words.startswith(("# ", "//", "http")) or "·" in words or words == "1 song"
    ]


@pytest.mark.parametrize(
    ("given", "name", "heading"),
    [
        ("Artist\nAda\nBen\n", "artists.csv", ("Artist",)),
        ("Album,Artist\nRooms,Ada\nLeaf,Ben\n", "albums.csv", ("Album", "Artist")),
        ("Ada;Home\nBen;Moss\nCleo;Fern\n", "list.txt", ()),
    ],
)
def test_tables_of_other_things_are_asked_about(given, name, heading):
    contents = read(given, name)
    assert contents.lists == ()
    assert contents.unclear.heading == heading


def test_days_are_read_as_people_write_them():
    moments = [
        row.added_at
        for row in rows("Titel;Interpret;Hinzugefügt am\nA;B;31.12.2020\nC;D;1.1.2021 10:00\nE;F;x\n")
    ]
    assert moments == [1609372800, 1609495200, None]


@pytest.mark.parametrize(
    ("encoding", "given"),
    [
        ("cp850", "Título;Artista\nCanción;Niño Ñandú\nÉste;Óscar\n"),
        ("cp437", "Título;Artista\nCanción;Niño Ñandú\nÉste;Ana\n"),
        ("mac-roman", "Titre;Artiste\rDéjà vu;Éloïse\rÇa va;Zoë\r"),
        ("mac-roman", "Titre;Artiste\nDéjà vu;Éloïse\nÇa va;Zoë\n"),
        ("iso8859-2", "Tytuł;Wykonawca\nŻółć;Gęś\nŁąka;Ćma\n"),
        ("koi8-u", "Назва;Виконавець\nПісня;Гурт Їжак\nДім;Євген\n"),
        ("iso2022-jp", "曲名;アーティスト\n家;花子\n"),
        ("cp1252", "Titel;Interpret\nFür n°5™;Jürgen\nHome™;“Ben”\n"),
        ("utf-8", "Titel;Künstler\nÜber;Jürgen\n".encode().decode("latin-1")),
    ],
)
def test_code_pages_that_resemble_others(encoding, given):
    true = given.encode("latin-1").decode() if "Ã" in given else given
    lines = [line.split(";") for line in true.splitlines()[1:]]
    assert named(given.encode(encoding)) == [" / ".join(cells) for cells in lines]


def test_lines_of_recordings_and_of_ids():
    lines = rows("IE-ABC-01-00001\nieabc0100002\n4iV5W9uYEdYUVa79Axb7Rh\nHome\n")
    assert [(row.isrc, row.uri, row.words) for row in lines] == [
        ("IE-ABC-01-00001", None, ""),
        ("ieabc0100002", None, ""),
        ("", "spotify:track:4iV5W9uYEdYUVa79Axb7Rh", ""),
        ("", None, "Home"),
    ]


def test_a_piece_of_a_web_page_is_none_of_songs():
    with pytest.raises(UnreadableFile) as caught:
        read("<table><tr><td>Home</td></tr></table>")
    assert caught.value.fault == FileFault.WEB_PAGE


# Headings as Exportify writes them: link, title, people, album, length.
EXPORTIFY = {
    "en": ("Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album Name", "Track Duration (ms)"),
    "de": ("Track-URI", "Track-Name", "Künstler-URI(s)", "Künstlername(n)", "Album-Name", "Track-Dauer (ms)"),
    "es": (
        "URI de la canción",
        "Nombre de la canción",
        "URI(s) del artista",
        "Nombre(s) del artista",
        "Nombre del álbum",
        "Duración de la canción (ms)",
    ),
    "fr": (
        "URI du titre",
        "Nom du titre",
        "URI(s) de l'artiste",
        "Nom(s) de l'artiste",
        "Nom de l'album",
        "Durée du titre (ms)",
    ),
    "it": (
        "URI della traccia",
        "Nome della traccia",
        "URI dell'artista",
        "Nome dell'artista",
        "Nome dell'album",
        "Durata (ms)",
    ),
    "pt": (
        "URI da faixa",
        "Nome da faixa",
        "URI(s) do artista",
        "Nome(s) do artista",
        "Nome do álbum",
        "Duração (ms)",
    ),
    "nl": ("Nummer URI", "Nummernaam", "Artiest URI", "Naam van artiest", "Albumnaam", "Duur (ms)"),
    "sv": ("Låtens URI", "Låtens namn", "Artistens URI", "Artistens namn", "Albumets namn", "Längd (ms)"),
    "tr": ("Parça URI", "Parça Adı", "Sanatçı URI", "Sanatçı Adı", "Albüm Adı", "Süre (ms)"),
    "el": (
        "URI κομματιού",
        "Όνομα κομματιού",
        "URI καλλιτέχνη",
        "Όνομα/τα καλλιτέχνη",
        "Όνομα άλμπουμ",
        "Διάρκεια (ms)",
    ),
    "ja": (
        "トラックURI",
        "トラック名",
        "アーティストURI",
        "アーティスト名",
        "アルバム名",
        "再生時間(ミリ秒)",
    ),
    "ar": (
        "رابط الأغنية (URI)",
        "اسم الأغنية",
        "روابط الفنانين",
        "أسماء الفنانين",
        "اسم الألبوم",
        "المدة (ms)",
    ),
    "zh": ("曲目 URI", "曲目名称", "艺人 URI", "艺人名称", "专辑名称", "曲目时长（毫秒）"),
}


@pytest.mark.parametrize("language", EXPORTIFY)
@pytest.mark.parametrize("has_links", [True, False])
def test_exportify_in_its_languages(language, has_links):
    heading = EXPORTIFY[language]
    content = [
        (ONE, "Home, again", ARTIST, "Ada", "Rooms", "201000"),
        (TWO, "Away", ARTIST, "Ben", "Roofs", "9"),
    ]
    lines = [heading, *content]
    if not has_links:
        lines = [(cells[1], cells[3], cells[4], cells[5]) for cells in lines]
    text = "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in lines)
    contents = read(text, "list.csv")
    found = contents.lists[0].rows
    assert [(row.title, row.artists, row.album) for row in found] == [
        ("Home, again", ("Ada",), "Rooms"),
        ("Away", ("Ben",), "Roofs"),
    ]
    assert [row.uri for row in found] == ([ONE, TWO] if has_links else [None, None])
    assert found[0].duration_ms == 201_000
    assert contents.origin == (Origin.EXPORTIFY if has_links else Origin.TABLE)


@pytest.mark.parametrize(
    "text",
    [
        'TITLE, ARTIST\n"Home", "Ada"\n"Away, far", "Ben"\n',
        'TITLE; ARTIST\n"Home"; "Ada"\n"Away, far"; "Ben"\n',
        'sep=;\r\nSong;Band\r\nHome;Ada\r\nAway, far;Ben\r\n',
        '"sep=|"\nSong|Band\nHome|Ada\nAway, far|Ben\n',
        'sep=\t\nSong\tBand\nHome\tAda\nAway, far\tBen\n',
        "Title,Artist\rHome,Ada\r\"Away, far\",Ben\r",
        '"""Title"",""Artist"""\n"""Home"",""Ada"""\n"""Away, far"",""Ben"""\n',
        'Title,Artist\n"Home,Ada"\n"""Away, far"",Ben"\n',
        '"Title,""Artist""";;\n"Home,""Ada""";;\n"""Away, far"",""Ben""";;\n',
        'My songs\n\nfrom my shelf\nTitle,Artist\nHome,Ada\n"Away, far",Ben\n',
        'Nr;Titel;Interpret;Dauer\n1;Home;Ada;3,45\n2;Away, far;Ben;4,10\n',
        'Название;Исполнитель\nHome;Ada\nAway, far;Ben\n',
        'Artist,Track\nAda,Home\nBen,"Away, far"\n',
        'Tytuł\tWykonawca\nHome\tAda\nAway, far\tBen\n',
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_spreadsheets(text, encoding):
    assert named(text.encode(encoding)) == ["Home / Ada", "Away, far / Ben"]


def test_shazam_has_its_heading_in_the_second_line():
    text = (
        "Shazam Library\nIndex,TagTime,Title,Artist,URL,TrackKey\n"
        '1,2024-05-01,"Home, again",Ada,https://www.shazam.com/track/1,1\n'
    )
    contents = read(text, "shazamlibrary.csv")
    assert contents.origin == Origin.SHAZAM
    assert named(text) == ["Home, again / Ada"]


def test_columns_are_known_by_what_they_hold():
    links = read(f"Aaa,Bbb,Ccc\nHome,Ada,{ONE}\nAway,Ben,https://open.spotify.com/track/{'5' * 22}\n")
    assert [row.uri for row in links.lists[0].rows] == [ONE, f"spotify:track:{'5' * 22}"]
    assert [row.title for row in links.lists[0].rows] == ["Home", "Away"]
    codes = rows("Xyz,Foo\nIEABC2600001,Home\nIEABC2600002,Away\n")
    assert [row.isrc for row in codes] == ["IEABC2600001", "IEABC2600002"]
    assert [row.uri for row in rows(f"{ONE},Home\n{TWO},Away\n")] == [ONE, TWO]
    assert [row.uri for row in rows(f"{ONE},{TWO}\n{ONE}\n")] == [ONE, TWO, ONE]
    # What a heading promises has to be there.
    assert rows("Track Name,Artist,Track Url\nHome,Ada,https://www.deezer.com/track/1\n")[0].uri is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Aaa,Bbb,Ccc\nHome,Ada,Rooms\nAway,Ben,Roofs\n", "x.csv"),
        ("Aaa,Bbb,Ccc\nHome,Ada,Rooms\nAway,Ben,Roofs\n", ""),
        ("Home,Ada\nAway,Ben\n", "x.csv"),
        ("1\tHome\tAda\t3:21\n2\tAway\tBen\t4:01\n", ""),
        ("Title,Uuu,Vvv\nHome,Ada,Rooms\nAway,Ben,Roofs\n", "x.csv"),
        ('[{"aa": "Home", "bb": "Ada"}, {"aa": "Away", "bb": "Ben"}]', "x.json"),
    ],
)
def test_a_table_that_nobody_understands_is_asked_about(text, name):
    contents = read(text, name)
    assert contents.unclear
    assert not contents.lists
    assert {"title", "artists"} <= set(contents.columns)


def test_a_word_above_numbers_is_a_heading():
    contents = read("Foo;Bar;Baz\n1;Home;Ada\n2;Away;Ben\n3;Late;Cleo\n", "x.csv")
    assert contents.heading == ("Foo", "Bar", "Baz")
    assert (contents.columns["title"], contents.columns["artists"]) == (1, 2)
    assert len(contents.unclear.rows) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Earth, Wind & Fire - September\nAda, Ben, Cleo - Home\n",
        "Home, Ada\nAway, Ben\n",
        "Die, Der, Das\nOne, Two, Three\n",
        "[Live] Ada - Home\n[Remix] Ben - Away\n",
        "{Ada} - Home\n{Ben} - Away\n",
    ],
)
def test_lines_that_people_write_are_no_tables(text):
    assert named(text) == text.splitlines()


def test_tunemymusic_keeps_all_kinds_of_rows():
    text = (
        "\ufeffTrack name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\n"
        f'"Home","Ada","Rooms","Kitchen","Playlist","","{"4" * 21}1"\n'
        f'"Away","Ben","","Favorite songs","Favorite","","{"4" * 21}2"\n'
        f'"Rooms","Ada","Rooms","","Album","","{"7" * 22}"\n"","Ada","","","Artist","",""\n'
        '"Roof","Cleo","","Kitchen","Playlist","",""\n'
    )
    contents = read(text, "Mine.csv")
    assert contents.origin == Origin.TUNEMYMUSIC
    kitchen, saved = contents.lists
    assert (kitchen.name, kitchen.kind, len(kitchen.rows)) == ("Kitchen", ListKind.PLAYLIST, 2)
    assert saved.kind == ListKind.LIBRARY
    assert [(row.type, row.uri) for row in saved.rows] == [
        ("track", TWO),
        ("album", f"spotify:album:{'7' * 22}"),
        ("artist", None),
    ]


def test_a_row_that_names_nothing_is_kept():
    found = rows("Title,Artist,Note\nHome,Ada,\n,,see below\n,,\nAway,Ben,\n")
    assert [(row.title, row.words, row.is_unclear) for row in found] == [
        ("Home", "", False),
        ("", "see below", True),
        ("Away", "", False),
    ]


# --- JSON -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"title": "Home", "artist": "Ada"}, {"title": "Away", "artist": "Ben"}], indent=4),
        '[ {"title": "Home", "artist": "Ada"}, {"title": "Away", "artist": "Ben"} ]',
        '{"title": "Home", "artist": "Ada"}\n{"title": "Away", "artist": "Ben"}\n',
        '[{"Track Name": "Home", "Artist Name(s)": "Ada"}, {"TRACK_NAME": "Away", "artist-name": "Ben"}]',
        '[{"Titel": "Home", "Interpret": "Ada"}, {"Titel": "Away", "Interpret": "Ben"}]',
        '[["title", "artist"], ["Home", "Ada"], ["Away", "Ben"]]',
        '{"songs": [{"name": "Home", "artists": ["Ada"]}, {"name": "Away", "artists": [{"name": "Ben"}]}]}',
        '{"a": {"title": "Home", "artist": "Ada"}, "b": {"title": "Away", "artist": "Ben"}}',
        '{"data": {"tracks": [{"song": "Home", "band": "Ada"}, {"song": "Away", "band": "Ben"}]}}',
    ],
)
def test_json_in_any_shape(text):
    assert named(text) == ["Home / Ada", "Away / Ben"]


def test_json_lists_of_links_indented_or_not():
    for indent in (None, 2):
        contents = read(json.dumps([ONE, TWO], indent=indent))
        assert contents.origin == Origin.JSON
        assert [row.uri for row in contents.lists[0].rows] == [ONE, TWO]


def test_lists_under_their_names():
    contents = read(json.dumps({"Kitchen": ["Ada - Home"], "Car": [{"song": "Away", "band": "Ben"}]}))
    assert [(one.name, len(one.rows)) for one in contents.lists] == [("Kitchen", 1), ("Car", 1)]


def test_a_playlist_of_the_web_api():
    track = {
        "uri": ONE,
        "name": "Home",
        "artists": [{"name": "Ada", "uri": ARTIST}],
        "album": {"name": "Rooms", "uri": ALBUM},
        "duration_ms": 201_000,
        "external_ids": {"isrc": "IEABC2600001"},
    }
    (found,) = read(json.dumps({"name": "K", "tracks": {"items": [{"track": track}, {"track": None}]}})).lists
    row, gone = found.rows
    assert (row.uri, row.title, row.artists, row.album, row.isrc) == (
        ONE, "Home", ("Ada",), "Rooms", "IEABC2600001",
    )  # fmt: skip
    assert gone.is_vanished


def test_broken_json_is_no_list_of_lines():
    for text in ('[{"title": "Home",', '{"playlists": [{"name": "x", "items": [', '[\n  "a",\n  "b"\n'):
        with pytest.raises(UnreadableFile) as refused:
            read(text)
        assert refused.value.fault == FileFault.BROKEN


def test_halves_of_characters_and_odd_values_harm_nothing():
    found = rows(
        '[{"title": "Ho\\ud800me", "artist": "Ada"}, NaN, 7, {"title": 1989, "artist": 311}, {}, null]'
    )
    assert [row.title or row.words for row in found[:1]] == ["Home"]
    assert (found[3].title, found[3].artists) == ("1989", ("311",))
    assert [row.is_unclear for row in found] == [False, True, True, False, True, False]
    for row in found:
        row.label.encode()


# --- Spotify's own copy -----------------------------------------------------------------------------------


def account_track(uri, name):
    return {"trackName": name, "artistName": "Ada", "albumName": "Rooms", "trackUri": uri}


def test_playlists_keep_local_files_books_and_gaps():
    empty = dict.fromkeys(("track", "episode", "audiobook", "localTrack"))
    items = [
        {**empty, "track": account_track(ONE, "Home"), "addedDate": "2023-02-03"},
        {**empty, "localTrack": {"uri": "spotify:local:Ada:Tapes:Kitchen+song:180"}},
        {
            **empty,
            "episode": {"episodeName": "E", "showName": "S", "episodeUri": f"spotify:episode:{'1' * 22}"},
        },
        {**empty, "audiobook": {"audiobookName": "B", "audiobookUri": f"spotify:show:{'2' * 22}"}},
        empty,
    ]
    data = {"playlists": [{"name": "K", "lastModifiedDate": "2026-01-02", "items": items}]}
    contents = read(json.dumps(data, indent=2), "Playlist1.json")
    assert contents.origin == Origin.SPOTIFY_PLAYLISTS
    home, local, episode, book, gap = contents.lists[0].rows
    assert (home.uri, home.title) == (ONE, "Home")
    assert (local.is_local, local.title, local.duration_ms) == (True, "Kitchen song", 180_000)
    assert (episode.type, episode.title, episode.album) == ("episode", "E", "S")
    assert (book.type, book.title) == ("audiobook", "B")
    assert gap.is_vanished


def test_the_library_keeps_every_section():
    data = {
        "tracks": [{"artist": 311, "album": 1989, "track": 22, "uri": ONE}],
        "albums": [{"artist": "Ada", "album": "Rooms", "uri": ALBUM}],
        "shows": [{"name": "S", "publisher": "P", "uri": f"spotify:show:{'3' * 22}"}],
        "episodes": [{"name": "E", "show": "S", "uri": f"spotify:episode:{'1' * 22}"}],
        "bannedTracks": [{"artist": "B", "track": "No", "uri": TWO}],
        "artists": [{"name": "Ada", "uri": ARTIST}],
        "bannedArtists": [{"name": "B", "uri": ARTIST}],
        "other": [f"spotify:playlist:{'6' * 22}"],
    }
    contents = read(json.dumps(data), "YourLibrary.json")
    (found,) = contents.lists
    assert (contents.origin, found.kind) == (Origin.SPOTIFY_LIBRARY, ListKind.LIBRARY)
    assert [(row.type, row.is_blocked) for row in found.rows] == [
        ("track", False), ("album", False), ("show", False), ("episode", False), ("track", True),
        ("artist", False), ("artist", True), ("playlist", False),
    ]  # fmt: skip
    assert (found.rows[0].title, found.rows[0].artists) == ("22", ("311",))
    assert len(read(json.dumps({"tracks": [], "albums": data["albums"], "artists": []})).lists[0].rows) == 1


@pytest.mark.parametrize("form", ["old", "new"])
def test_a_history_is_counted(form):
    def play(title, ms):
        if form == "old":
            return {"endTime": "2026-03-01 08:10", "artistName": "Ada", "trackName": title, "msPlayed": ms}
        return {
            "ts": "2026-03-01T08:10:00Z",
            "ms_played": ms,
            "master_metadata_track_name": title,
            "master_metadata_album_artist_name": "Ada",
            "spotify_track_uri": ONE if title == "Home" else TWO,
            "episode_name": None,
        }

    plays = [
        play("Away", 40_000),
        play("Home", 40_000),
        play("Home", 200_000),
        play("Away", 900),
        play("Home", 99_000),
    ]
    contents = read(json.dumps([*plays, play("Skipped", 100) | {"spotify_track_uri": None}], indent=1))
    (found,) = contents.lists
    assert (contents.origin, found.kind) == (Origin.SPOTIFY_HISTORY, ListKind.HISTORY)
    assert [(row.title, row.plays) for row in found.rows] == [("Home", 3), ("Away", 1)]


@pytest.mark.parametrize(
    "name", ["Userdata.json", "Marquee.json", "Read_Me_First.pdf", "SearchQueries.json", "Follow.json"]
)
def test_other_files_of_the_copy_are_named_as_such(name):
    with pytest.raises(UnreadableFile) as refused:
        read('[{"artistName": "Ada", "segment": "x"}]' if name.endswith("json") else "%PDF-1.4", name)
    assert refused.value.fault == FileFault.ACCOUNT_DATA


# --- Media players ----------------------------------------------------------------------------------------


PATHS = "#\r\nE:\\Music\\Ada\\Rooms\\Ada-Home.mp3\r\n..\\Ben\\Roofs\\02. Away.mp3\r\nBen\\11 Rain.m4a\r\n"
ADDRESSES = (
    "#EXTM3U\nfile:///home/k/Music/Ada%20M/Caf%C3%A9/02%20Ada%20M%20-%20Home.mp3\n"
    "file://localhost/C:/Music/Ben/04%20Away.flac\n"
)
NO_COMMA = '#EXTM3U\n#EXTINF:123 Ada - Home\nx.mp3\n#EXTINF:-1 id="a,b",Ben - Away\ny.mp3\n'
FOLDERS = "/m/Music/Ada/Rooms/01 Home.flac\n/m/Music/Ben/Roofs/CD1/02 - Away.flac\n"
PLS = "[playlist]\nFile1=/m/Ada/Home.mp3\nTitle1=Ada - Home\nLength1=201\nFile2=/m/Music/Ben/Away.mp3\n"
XSPF = (
    '<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>'
    "<track><title>Home</title><creator>Ada</creator></track></trackList></playlist>"
)
WPL = (
    '<?wpl version="1.0"?><smil><body><seq><media src="..\\x.mp3" trackTitle="Home" trackArtist="Ada"/>'
    '<media src="..\\Ben\\Away.mp3"/></seq></body></smil>'
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#EXTM3U\r\n#EXTINF:201,Ada - Home\r\nAda\\Rooms [2006]\\01-04 - Home.flac\r\n", ["Ada - Home"]),
        (PATHS, ["Ada - Home", "Ben - Away", "Ben - Rain"]),
        (ADDRESSES, ["Ada M - Home", "Ben - Away"]),
        (NO_COMMA, ["Ada - Home", "Ben - Away"]),
        (FOLDERS, ["Ada - Home", "Ben - Away"]),
        ("Nena/99 Luftballons.mp3\nNena/Home.mp3\n", ["Nena - 99 Luftballons", "Nena - Home"]),
        ("/m/Music/Various Artists/Hits/03 Ada - Home.mp3\n", ["Ada - Home"]),
        (PLS, ["Ada - Home", "Ben - Away"]),
        (XSPF, ["Home / Ada"]),
        (WPL, ["Home / Ada", "Ben - Away"]),
    ],
)
def test_playlists_of_media_players(text, names):
    assert named(text) == names


def test_an_itunes_library_has_its_lists():
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x">'
        "<plist><dict><key>Tracks</key><dict><key>7</key><dict><key>Name</key><string>Home</string>"
        "<key>Artist</key><string>Ada</string><key>Total Time</key><integer>201000</integer></dict></dict>"
        "<key>Playlists</key><array><dict><key>Name</key><string>Kitchen</string><key>Playlist Items</key>"
        "<array><dict><key>Track ID</key><integer>7</integer></dict></array></dict></array></dict></plist>"
    )
    (found,) = read(text).lists
    assert (found.name, found.rows[0].title, found.rows[0].duration_ms) == ("Kitchen", "Home", 201_000)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Ночной Поезд - Песня для кошки"),
        ("cp1251", "Ада - Дом"),
        ("koi8-r", "Ночной Поезд - Песня для кошки"),
        ("cp932", "花岡 - 台所の光と猫"),
        ("cp932", "Hana - ポリリズム"),
        ("euc-jp", "中島 - 台所の光と猫"),
        ("gbk", "小明 - 厨房的灯光"),
        ("big5", "小明 - 廚房的燈光"),
        ("euc-kr", "김민수 - 부엌의 불빛"),
        ("cp1252", "Björk - Jóga"),
        ("cp1252", "Céline - L’été à Orléans"),
        ("cp1250", "Zespół Łódź - Gęślą jaźń"),
        ("cp1253", "Μαρία - Το φως της κουζίνας"),
        ("cp1254", "Barış - Işık ve gölge"),
        ("cp1255", "יעל - אור במטבח"),
        ("utf-16", "Björk - Jóga"),
    ],
)
def test_old_code_pages(encoding, words):
    text = f"#EXTM3U\r\n#EXTINF:302,{words}\r\nC:\\Music\\{words}.mp3\r\n"
    contents = read(text.encode(encoding))
    assert contents.lists[0].rows[0].words == words
    assert bool(contents.encoding) == (encoding != "utf-16")


# --- What is none, and what is too much -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"%PDF-1.4 x", FileFault.PDF),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 40, FileFault.PICTURE),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", FileFault.PICTURE),
        (b"ID3\x03\x00" + b"\x00" * 40, FileFault.SOUND),
        (b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 40, FileFault.SOUND),
        (packed({"xl/workbook.xml": "x"}), FileFault.SPREADSHEET),
        (packed({"word/document.xml": "x"}), FileFault.DOCUMENT),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 40, FileFault.SPREADSHEET),
        (b"{\\rtf1 Ada - Home}", FileFault.DOCUMENT),
        (b"<!DOCTYPE html><html><body>Ada - Home</body></html>", FileFault.WEB_PAGE),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><playlist>&a;</playlist>', FileFault.UNKNOWN),
        (b"\x1f\x8b\x08" + b"x" * 40, FileFault.ARCHIVE),
        (b"Rar!\x1a\x07" + b"x" * 40, FileFault.ARCHIVE),
    ],
)
def test_other_kinds_of_files_are_named(data, fault):
    with pytest.raises(UnreadableFile) as refused:
        read(data)
    assert refused.value.fault == fault


def test_a_bomb_is_unpacked_no_further_than_allowed():
    bomb = packed({"a.csv": b"\x00" * (archives.MAX_HISTORY_BYTES + 1), "b.csv": b"Title\nHome\n"})
    assert len(bomb) < 100_000
    first, second = archives.read_archive(bomb)
    assert (first.fault, first.data) == (FileFault.TOO_LARGE, b"")
    assert second.data == b"Title\nHome\n"
    with pytest.raises(UnreadableFile) as refused:
        list(archives.read_archive(packed({f"{n}.txt": b"x" for n in range(archives.MAX_FILES + 1)})))
    assert refused.value.fault == FileFault.TOO_MANY_FILES


MEASURE = """
import resource, sys
from playlists.transfer.formats import detect
from playlists.transfer.formats.rows import UnreadableFile
text = eval(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    detect.read_text(text)
except UnreadableFile as error:
    print(error.fault, error.count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("'a - b\\n' * 1_200_000", 1_200_000),
        ("'title,artist\\n' + 'a,b\\n' * 1_200_000", 1_200_001),
        ("'#EXTM3U\\n' + 'a.mp3\\n' * 1_200_000", 1_200_000),
        ("'[' + '{},' * 1_200_000 + '{}]'", 1_200_001),
        ("'[' + '1,' * 2_400_000 + '1]'", 2_400_000),
    ],
)
def test_a_million_lines_are_refused_without_filling_the_memory(text, count):
    """In a process of its own, since a peak is never taken back."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, text], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    fault, counted, megabytes = done.stdout.split()
    assert (fault, int(counted)) == (FileFault.TOO_MANY, count)
    assert int(megabytes) < 120
