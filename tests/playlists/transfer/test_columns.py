"""Tables whose columns are easily taken for others, and cells that hold more than their words."""

import pytest

from playlists.transfer.formats.csv_format import COLUMNS
from playlists.transfer.formats.rows import UnreadableFile
from tests.playlists.transfer.file_readings import named, read, rows

ONE = f"spotify:track:{'4' * 21}1"
LINK = f"https://open.spotify.com/track/{'4' * 21}1"
SONGS = [("Home", "Ada"), ("Away", "Ben")]
TRAKTOR = (
    '<NML><COLLECTION><ENTRY TITLE="Home" ARTIST="Ada"><LOCATION FILE="a"/><INFO MIX="Ben Remix"/></ENTRY>'
    "</COLLECTION></NML>"
)
PAGE = (
    f'<table><tr><th>Title<th>Artist<tr><td><a href="{LINK}?si=1"><b>Ho</b>me</a><td>Ada'
    '<tr><td><a href="/away">Away</a><td>Ben</table>'
)
NAMED = ["Home / Ada", "Away / Ben"]


def table(heading, *more):  # noqa: ANN002
    """Title and artist in the places of T and A, what is beside them as it is given."""
    lines = [heading.replace("T=", "").replace("A=", "")]
    for number, song in enumerate(SONGS):
        cells = iter(more)
        lines.append(
            ";".join(
                song[0]
                if name.startswith("T=")
                else song[1]
                if name.startswith("A=")
                else next(cells)[number]
                for name in heading.split(";")
            )
        )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("heading", "more"),
    [
        ("T=Name;A=Artist;Track Count", [("12", "10")]),
        ("T=Name;A=Artist;Track Count;Track Number;Kind", [("12", "10"), ("1", "2"), ("MPEG", "AAC")]),
        ("T=Name;A=Interpret;Disc-Nummer", [("1", "1")]),
        ("Song Key;T=Name;A=Artist", [("Am", "C#")]),
        ("T=Name;A=Artist;Song Rating", [("five", "four")]),
        ("T=Name;A=Artist;Track Genre", [("Funk", "Rock")]),
        ("Track;T=Title;A=Artist", [("1", "2")]),
        ("Track;T=Name;A=Artist", [("1/12", "2/12")]),
        ("Song;T=Track Name;A=Artist", [("7", "9")]),
        ("Name;T=Favourite song;A=Artist", [("Tom", "Eve")]),
        ("Name;T=Song request;A=Artist", [("Tom", "Eve")]),
        ("T=Title;A=Artist1;Year", [("1999", "2001")]),
    ],
)
def test_the_title_is_where_it_is_told_and_not_where_songs_are_counted(heading, more):
    assert named(table(heading, *more)) == NAMED


def test_a_column_of_numbers_may_be_the_titles():
    assert named("Title;Artist\n1979;Ada\n22;Ben\n") == ["1979 / Ada", "22 / Ben"]


def test_printed_pages_repeat_the_heading_and_not_its_meaning():
    given = "Track;Title;Artist\n1;Home;Ada\n2;Away;Ben\nTrack;Title;Artist\n3;Fern;Cleo\n"
    assert [row.label for row in rows(given) if not row.is_unclear] == [
        "Ada - Home",
        "Ben - Away",
        "Cleo - Fern",
    ]


def test_a_song_may_be_called_like_a_heading():
    given = "Title;Artist\nTitle;My Band\nSong;The Singers\n"
    assert named(given) == ["Title / My Band", "Song / The Singers"]


@pytest.mark.parametrize(
    "given",
    [
        "Title;Version;Artist\nHome;Ben Remix;Ada\n",
        "Title;Artist;Remix\nHome;Ada;(Ben Remix)\n",
        "Track Name,Mix Name,Artists\nHome,Ben Remix,Ada\n",
        '[{"title": "Home", "version": "Ben Remix", "artist": {"name": "Ada"}}]',
        '<DJ_PLAYLISTS><TRACK TrackID="1" Name="Home" Artist="Ada" Mix="Ben Remix"/></DJ_PLAYLISTS>',
        TRAKTOR,
        '<VirtualFolder><song path="a.mp3" artist="Ada" title="Home" remix="Ben Remix"/></VirtualFolder>',
    ],
)
def test_what_stands_beside_the_title_of_the_recording_belongs_to_it(given):
    assert named(given) == ["Home (Ben Remix) / Ada"]


@pytest.mark.parametrize("version", ["", "2", "1.0", "Ben Remix"])
def test_a_version_that_is_a_number_or_told_already_adds_nothing(version):
    assert named(f"Title;Version;Artist\nHome (Ben Remix);{version};Ada\n") == ["Home (Ben Remix) / Ada"]


@pytest.mark.parametrize(
    ("given", "people"),
    [
        ("Title,Artist 1,Artist 2,Artist 3\nHome,Ada,Ben,\n", ("Ada", "Ben")),
        ("Title,Artist Name 1,Artist Name 2\nHome,,Ben\n", ("Ben",)),
        ("Title,Main Artist,Featured Artists\nHome,Ada,Ben\n", ("Ada", "Ben")),
        ("Title;Artist;Feat\nHome;Ada;\n", ("Ada",)),
    ],
)
def test_artists_in_several_columns(given, people):
    (row,) = rows(given)
    assert row.artists == people


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('Title,Artist\nHome,"Earth, Wind &amp; Ash"\n', ["Home / Earth, Wind & Ash"]),
        ("Title;Artist\nDon&#39;t go;Beyonc&eacute; &amp; Ada\n", ["Don't go / Beyoncé & Ada"]),
        ("Title;Artist\n&quot;Home&quot; now;Ada\nR&B;Ben\n", ["”Home” now / Ada", "R&B / Ben"]),
        ("Ada &amp; Ben - Home\n", ["Ada & Ben - Home"]),
        ('[{"title": "Home &lt;3", "artist": "Ada &amp; Ben"}]', ["Home <3 / Ada & Ben"]),
        ("#EXTM3U\n#EXTINF:1,Ada &amp; Ben - Home\na.mp3\n", ["Ada & Ben - Home"]),
    ],
)
def test_signs_that_were_written_as_in_web_pages(given, wanted):
    assert named(given) == wanted


def test_our_own_file_means_what_it_says():
    given = f"{','.join(COLUMNS)}\n1,track,,,Home &amp; away,Ada\n"
    assert named(given) == ["Home &amp; away / Ada"]


@pytest.mark.parametrize(
    "given",
    [
        f"| Title | Artist |\n|---|---|\n| [Home]({LINK}) | Ada |\n| [Away](https://youtu.be/1) | Ben |\n",
        f"Title,Artist\n[Home]({LINK}),Ada\n[Away](https://youtu.be/1),Ben\n",
        PAGE,
    ],
)
def test_a_title_that_is_a_link_to_its_song_is_that_song(given):
    found = rows(given)
    assert [row.uri for row in found] == [ONE, None]
    assert [row.label for row in found] == ["Ada - Home", "Ben - Away"]


@pytest.mark.parametrize(
    "given",
    [
        "| Title | Artist |\n|-------+--------|\n| Home | Ada |\n| Away | Ben |\n",
        "+------+-----+\n| title | artist |\n+------+-----+\n| Home | Ada |\n| Away | Ben |\n+===+===+\n",
        "| Title | Artist |\n| ===== | ===== |\n| Home | Ada |\n| Away | Ben |\n",
    ],
)
def test_lines_that_are_drawn_are_no_rows(given):
    assert named(given) == NAMED


def test_the_sign_by_which_old_programs_end_a_file_is_no_row():
    assert named("Title;Artist\nHome;Ada\n\x1a") == ["Home / Ada"]


@pytest.mark.parametrize(
    "given",
    [
        '<x><playlist><entry title="Home" artist="Ada"/><entry title="Away" artist="Ben"/></playlist></x>',
        '<queue>\n<song path="a.mp3" title="Home" artist="Ada"/><song title="Away" artist="Ben"/></queue>\n',
    ],
)
def test_xml_that_does_not_say_that_it_is(given):
    assert named(given) == NAMED


def test_xml_without_songs_is_refused_and_lines_in_angles_are_none():
    with pytest.raises(UnreadableFile):
        read("<feed><entry><id>1</id></entry></feed>")
    assert named("<Untitled> - Ada\n<Home>\n") == ["<Untitled> - Ada", "<Home>"]


WIKI = """Some words above.
{| class="wikitable sortable"
|+ Songs
! No. !! Title !! scope="col" | Artist
|-
| 1 || "[[Home (song)|Home]]"<ref>a || b</ref> || '''Ada'''
|-
| 2
| style="color: red" | Away
| [[Ben]] {{small|x}}
|}
"""


def test_a_table_of_a_wiki():
    assert named(WIKI) == NAMED
