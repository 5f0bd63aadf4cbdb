"""Lists that chats, forums, mails and programs write: with pictures, years, labels and words around them."""

import pytest

from playlists.transfer import matching
from playlists.transfer.formats.rows import FileFault, UnreadableFile
from playlists.transfer.formats.text_format import read_lists
from tests.playlists.transfer.file_readings import named, read, rows
from tests.playlists.transfer.test_matching import HOME, track


def choose(text, *candidates):  # noqa: ANN002
    (row,) = read_lists(text)[0].rows
    return matching.choose_candidates(row, candidates)


@pytest.mark.parametrize(
    "text",
    [
        'Ada Byrne "Home"',
        '"Home" — Ada Byrne',
        "“Home” by Ada Byrne",
        "Ada Byrne « Home »",
        "「Home」Ada Byrne",
        "《Home》 Ada Byrne",
        "Home von Ada Byrne",
        "Home de Ada Byrne",
        "Home par Ada Byrne",
        "Home van Ada Byrne",
        "Home di Ada Byrne",
        "Home por Ada Byrne",
        "Home av Ada Byrne",
        "Home (Ada Byrne)",
        "Home [Ada Byrne]",
        "Home performed by Ada Byrne",
        "Ada Byrne · Home",
        "Home • Ada Byrne",
        "Ada Byrne ~ Home",
        "Ada Byrne => Home",
        "Song · Ada Byrne · Home",
        "Home · Song · Ada Byrne",
        "1. **Home** – Ada Byrne (2001)",
        "Ada Byrne - Home [1999]",
        "🎵 Home - Ada Byrne",
        "1️⃣ Ada Byrne - Home",
        "➡️ Ada Byrne - Home",
        "A1. Ada Byrne - Home",
        "01 - Ada Byrne - Home",
        "w/ Ada Byrne - Home",
        "> > Ada Byrne - Home",
        "[00:00] 01. Ada Byrne - Home",
        "Ada Byrne - Home.mp3",
    ],
)
def test_who_sings_what_however_it_is_put(text):
    assert choose(text, HOME).is_sure


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("Home (Live)", track("Home", "Live")),
        ("Home (feat. Ada Byrne)", track("Home", "Ada Byrne")),
        ("Lied von der Erde", track("Lied", "Erde")),
        ("Ada Byrne - Home (Live)", HOME),
        ("22 - Ada Byrne", track("Ada Byrne", "Ben Oak")),
    ],
)
def test_what_names_nobody_for_sure_is_looked_at(text, candidate):
    assert not choose(text, candidate).is_sure


def test_a_year_that_belongs_to_the_title_stays_with_it():
    assert choose("Ada Byrne - Home (2001)", track("Home (2001)", "Ada Byrne")).is_exact


def test_a_column_may_hold_both():
    (row, *_others) = rows("name,playtime,deck\nAda Byrne - Home,00:03:20,1\nBen - Away,00:04:11,2\n")
    assert matching.choose_candidates(row, [HOME]).is_sure


@pytest.mark.parametrize("began", [("20:01:00", "20:04:12", "20:09:00"), ("0:00", "3:21", "7:22")])
def test_when_a_song_began_is_not_how_long_it_is(began):
    lines = "".join(f"{moment},Song {moment},Ada\n" for moment in began)
    assert [row.duration_ms for row in rows(f"Uhrzeit,Titel,Interpret\n{lines}", "a.csv")] == [None] * 3


BOTH = ["Home / Ada Byrne", "Away / Ben Oak"]


@pytest.mark.parametrize(
    "text",
    [
        "Track: Home\nArtist: Ada Byrne\n\nTrack: Away\nArtist: Ben Oak\n",
        "**Artist:** Ada Byrne\n**Title:** Home\n**Artist:** Ben Oak\n**Title:** Away\n",
        "1. Home\n   Artist: Ada Byrne\n2. Away\n   Artist: Ben Oak\n",
        "- title: Home\n  artist: Ada Byrne\n- title: Away\n  artist: Ben Oak\n",
        "Titel: Home\nInterpret: Ada Byrne\nLänge: 3:21\nTitel: Away\nInterpret: Ben Oak\n",
        '```json\n[{"title":"Home","artist":"Ada Byrne"},{"title":"Away","artist":"Ben Oak"}]\n```\n',
        "```\ntitle,artist\nHome,Ada Byrne\nAway,Ben Oak\n```",
        "Album Artist,Disc#,Track#,Title,Track Artist(s)\nX,1,1,Home,Ada Byrne\nX,1,2,Away,Ben Oak\n",
    ],
)
def test_each_part_behind_its_name(text):
    assert named(text) == BOTH


@pytest.mark.parametrize(
    ("text", "songs"),
    [
        ("**Slow start**\n1. Ada – Home\n2. Ben – Away\n", ["Ada – Home", "Ben – Away"]),
        ("### Playlist\n- Ada - Home\n- Ben - Away\n", ["Ada - Home", "Ben - Away"]),
        ("Setlist\n1.\nHome\n2.\nAway\n(Ben Oak cover)\nEncore:\n3.\nFern\n", ["Home", "Away", "Fern"]),
        ("Ada - Home\nID - ID\nBen - Away\n", ["Ada - Home", "Ben - Away"]),
        ("From: a@b.example\nSubject: songs\n\nAda - Home\nBen - Away\n", ["Ada - Home", "Ben - Away"]),
        ("22\n1979\n7\n", ["22", "1979", "7"]),  # titles, as they don't count from one on
        ("Band: Home\nBen: Away\n", ["Band: Home", "Ben: Away"]),
    ],
)
def test_words_around_songs_are_no_songs(text, songs):
    assert [row.label for row in rows(text) if not row.is_unclear] == songs


AIMP = (
    "#-----SUMMARY-----#\nID={A}\nName=Kitchen\n\n#-----SETTINGS-----#\nFlags=0\n\n#-----CONTENT-----#\n"
    "-D:\\Music\\\nD:\\Music\\1.mp3|Home|Ada Byrne|Rooms||Pop|2001|1|||||320|44100|201000|9000000|||\n"
    "D:\\Music\\Ben Oak - Away.mp3||||||||||||||||||\n"
)
AUDACIOUS = (
    "title=Kitchen\nuri=file:///m/1.mp3\nartist=Ada%20Byrne\nalbum=Rooms\ntitle=Home\nlength=201000\n"
    "uri=file:///m/Ben%20Oak%20-%20Away.mp3\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "Title,Artist,Path\nHome,Ada,C:\\Music\\1.mp3\nAway,Ben,C:\\Music\\2.mp3\n",
        "#;Titel;Interpret;Datei\n1;Home;Ada;/music/1.flac\n2;Away;Ben;/music/2.flac\n",
        "Name\tArtist\tLocation\nHome\tAda\tmusic/1.m4a\nAway\tBen\tmusic/2.m4a\n",
        '[{"title":"Home","artist":"Ada"},{"title":"Away","artist":"Ben","x":"#-----CONTENT-----#"}]',
    ],
)
def test_what_a_cell_holds_makes_no_other_format_of_a_table(text):
    assert named(text.encode()) == ["Home / Ada", "Away / Ben"]


def test_columns_of_words_and_files_without_a_heading_are_asked_about():
    assert read(b"Home\tAda\tmusic/1.mp3\nAway\tBen\tmusic/2.mp3\n").unclear


@pytest.mark.parametrize("data", [AIMP.encode("utf-16"), AUDACIOUS.encode()])
def test_lists_of_two_more_players(data):
    (one,) = read(data).lists
    assert (one.name, one.rows[0].album, one.rows[0].duration_ms) == ("Kitchen", "Rooms", 201_000)
    assert named(data) == ["Home / Ada Byrne", "Ben Oak - Away"]


HEADINGS = [
    "Ad,Sanatçı,Albüm", "Όνομα,Καλλιτέχνης,Άλμπουμ", "الاسم,الفنان,الألبوم", "ชื่อ,ศิลปิน,อัลบั้ม",
    "Nume,Artist,Album", "Naziv,Izvođač,Album", "Tên,Nghệ sĩ,Album", "Nama,Artis,Album",
    "Име,Изпълнител,Албум",
    "歌曲标题,歌手,专辑", "歌名,演出者,專輯", "Song,Singers,Album", "Daina,Atlikėjas,Albumas",
    "Dziesma,Izpildītājs,Albums", "Lugu,Esitaja,Album", "Skladba,Izvajalec,Album", "Песма,Извођач,Албум",
    "Lag,Flytjandi,Plata", "Abestia,Artista,Albuma", "სიმღერა,შემსრულებელი,ალბომი", "Երգ,Կատարող,Ալբոմ",
    "Mahnı,İfaçı,Albom", "Ән,Орындаушы,Альбом", "Kënga,Artisti,Albumi", "Liedjie,Kunstenaar,Album",
]  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings_of_more_languages(heading):
    (row,) = rows(f"{heading}\nHome,Ada,Rooms\n", "a.csv")
    assert (row.title, row.artists, row.album) == ("Home", ("Ada",), "Rooms")


def test_a_day_is_no_album():
    (row,) = rows("#,Title,Artist,Release,BPM,Length\n1,Home,Ada,2001-05-03,120,3:21\n")
    assert (row.title, row.album, row.release_date) == ("Home", "", "2001-05-03")


def test_a_rule_for_a_list_is_no_song():
    with pytest.raises(UnreadableFile) as refused:
        read('{"name":"Recently","all":[{"inTheLast":{"lastPlayed":30}}],"limit":100}', "a.nsp")
    assert refused.value.fault == FileFault.UNKNOWN
