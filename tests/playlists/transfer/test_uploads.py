"""Several files, many lists, tables to ask about, histories, and libraries that are saved: through HTTP."""

import json
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.utils import timezone

from library.saved import actions
from playlists.models import ImportFile, ImportLine, ImportList, ImportRun, ImportUpload
from playlists.transfer import imports, uploads
from spotweb.jobs.models import Job
from tests.playlists.conftest import work
from tests.playlists.transfer.file_readings import packed
from tests.playlists.transfer.test_import import PART, page, said, states, uris

State, Reason = ImportLine.State, ImportLine.Reason


def send(person, *files, into=""):  # noqa: ANN002
    """Send files; returns the address that it leads to."""
    sent = [
        SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode()) for name, data in files
    ]
    answer = person.post("/playlists/import/", {"file": sent, "lines": "", "into": into})
    assert answer.status_code == 302, said(answer)
    return answer.headers["Location"]


def playlists_file(count, uri, *, rows=1):
    lists = [
        {
            "name": f"List {n}",
            "lastModifiedDate": "2026-01-02",
            "items": [{"track": {"trackName": f"Song {n}", "artistName": "Ada", "trackUri": uri}}] * rows,
        }
        for n in range(count)
    ]
    return json.dumps({"playlists": lists}, indent=2)


def count_marked(answer):
    return len(re.findall(r'name="list" value="[0-9]+"\s+checked', answer.text))


def test_more_than_fifty_lists_are_chosen_from(ada, lists):
    address = send(ada, ("Playlist1.json", playlists_file(120, lists.tracks[0])))
    shown = said(ada.get(address))
    assert "Spotify’s copy of your data: playlists" in shown
    assert "120 lists with 120 rows together." in shown
    assert not ImportRun.objects.exists()
    assert count_marked(ada.get(address)) == 0
    assert count_marked(ada.get(f"{address}?mark=all")) == 120
    only = ada.get(f"{address}?q=list+11").text
    assert only.split('id="main"')[1].count('name="list"') == 11  # List 11, and 110 to 119
    every = list(ImportList.objects.values_list("pk", flat=True))
    answer = ada.post(f"{address}start/", {"list": every})
    assert answer.headers["Location"] == address
    assert ImportRun.objects.count() == uploads.MAX_LISTS
    shown = said(ada.get(address))
    assert "Importing 50 lists. 70 more were marked; they stay here for the next round." in shown
    assert "50 are imported already" in shown
    assert "70 lists not imported yet" in said(ada.get("/playlists/import/"))
    rest = list(ImportList.objects.filter(is_started=False).values_list("pk", flat=True))
    ada.post(f"{address}start/", {"list": rest[:50]})
    ada.post(f"{address}start/", {"list": rest[50:]})
    assert ImportRun.objects.count() == 120
    assert "All of it is imported." in said(ada.get(address))


def test_a_list_is_imported_once_however_often_it_is_pressed(ada, lists):
    address = send(ada, ("Playlist1.json", playlists_file(60, lists.tracks[0])))
    first = ImportList.objects.first()
    assert ada.post(f"{address}start/", {"list": [first.pk]}).status_code == 302
    answer = ada.post(f"{address}start/", {"list": [first.pk]}, **PART)
    assert answer.status_code == 422
    assert "is being imported already" in said(answer)
    assert ImportRun.objects.count() == 1
    assert "Mark at least one list." in said(ada.post(f"{address}start/", {}, **PART))


def test_several_files_and_an_archive_at_once(ada, lists):
    archive = packed(
        {
            "my_spotify_data/Spotify Account Data/Playlist1.json": playlists_file(3, lists.tracks[0]),
            "my_spotify_data/Spotify Account Data/Userdata.json": '{"username": "ada"}',
            "my_spotify_data/Read_Me_First.pdf": b"%PDF-1.4",
            "my_spotify_data/more.zip": packed({"a.txt": "Ada - Home", "b.zip": packed({"c.txt": "x"})}),
            "__MACOSX/._Playlist1.json": b"\x00\x05",
        }
    )
    address = send(
        ada,
        ("my_spotify_data.zip", archive),
        ("mine.csv", "Title,Artist\nHome,Ada\n"),
        ("photo.png", b"\x89PNG\r\n"),
    )
    shown = said(ada.get(address))
    assert "Playlist1.json Spotify’s copy of your data: playlists · 3 lists" in shown
    assert "mine.csv Table · 1 list Title: “ Title ” · Artist: “ Artist ”" in shown
    assert "4 files weren’t read" in shown
    assert "Userdata.json : Part of Spotify’s copy of your data, but it holds no songs to import." in shown
    assert "photo.png : This is a picture." in shown
    assert "b.zip : An archive inside the archive." in shown
    assert "a.txt Lines of text · 1 list" in shown
    assert ImportList.objects.count() == 5


def test_files_that_are_all_of_no_use_are_refused_together(ada):
    files = [
        SimpleUploadedFile("a.pdf", b"%PDF-1.4"),
        SimpleUploadedFile("b.xlsx", packed({"xl/workbook.xml": "x"})),
    ]
    answer = ada.post("/playlists/import/", {"file": files}, **PART)
    assert answer.status_code == 422
    assert "a.pdf: This is a PDF." in said(answer)
    assert "b.xlsx: This spreadsheet is damaged, or locked with a password." in said(answer)
    assert not ImportUpload.objects.exists()


TABLE = "Aaa,Bbb,Ccc\nRooms,Home,Ada\nRoofs,Away,Ben\n"


def test_which_column_is_the_title(ada, sandbox):
    address = send(ada, ("odd.csv", TABLE))
    shown = said(ada.get(address))
    assert "Which column is the title?" in shown
    assert "Roofs Away Ben" in shown
    assert not ImportRun.objects.exists()
    assert not sandbox.requests("search")
    columns = f"{address}{ImportFile.objects.get().pk}/columns/"
    answer = ada.post(columns, {"title": "", "artists": "2"}, **PART)
    assert answer.status_code == 422
    assert "Choose the column with the titles." in said(answer)
    answer = ada.post(columns, {"title": "1", "artists": "2", "album": "0", "has_heading": "on"})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"/playlists/imports/{run.pk}/"
    first, second = ImportLine.objects.filter(run=run)
    assert (first.row["title"], first.row["artists"], first.row["album"]) == ("Home", ["Ada"], "Rooms")
    assert second.label == "Ben - Away"
    assert "Title: “ Bbb ” · Artist: “ Ccc ”" in page(ada, run)


def test_a_pasted_table_is_asked_about_too(ada):
    answer = ada.post("/playlists/import/", {"lines": "1\tHome\tAda\t3:21\n2\tAway\tBen\t4:01\n"})
    address = answer.headers["Location"]
    assert "Which column is the title?" in said(ada.get(address))
    ada.post(
        f"{address}{ImportFile.objects.get().pk}/columns/", {"title": "1", "artists": "2", "duration": "3"}
    )
    assert list(ImportLine.objects.values_list("label", flat=True)) == ["Ada - Home", "Ben - Away"]
    assert ImportLine.objects.first().row["duration_ms"] == 201_000


@pytest.mark.parametrize("value", ["x", "-1", "99", "\x00"])
def test_columns_that_are_not_there_are_refused(ada, value):
    address = send(ada, ("odd.csv", TABLE))
    answer = ada.post(f"{address}{ImportFile.objects.get().pk}/columns/", {"title": value}, **PART)
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()


def test_a_history_is_offered_as_a_list_of_the_most_played(ada, lists):
    def plays(names):
        return json.dumps(
            [
                {"endTime": "2026-03-01 08:10", "artistName": "Ada", "trackName": n, "msPlayed": 99_000}
                for n in names
            ]
        )

    address = send(
        ada,
        ("StreamingHistory_music_0.json", plays(["Home", "Away", "Home"])),
        ("StreamingHistory_music_1.json", plays(["Away", "Away", "Roof"])),
    )
    shown = said(ada.get(address))
    assert "3 different songs from your listening history" in shown
    assert "counted in the list of what you played" in shown
    assert not ImportRun.objects.exists()
    one = ImportList.objects.get()
    assert ada.post(f"{address}start/", {"list": [one.pk], "max_played": "0"}, **PART).status_code == 422
    answer = ada.post(f"{address}start/", {"list": [one.pk], "max_played": "2"})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"/playlists/imports/{run.pk}/"
    assert list(ImportLine.objects.values_list("label", flat=True)) == ["Ada - Away", "Ada - Home"]


def test_every_row_of_a_playlist_has_a_line_that_says_what_happens(ada, lists):
    empty = dict.fromkeys(("track", "episode", "audiobook", "localTrack"))
    items = [
        {**empty, "track": {"trackName": "A", "artistName": "B", "trackUri": lists.tracks[0]}},
        {**empty, "localTrack": {"uri": "spotify:local:Ada:Tapes:Kitchen+song:180"}},
        {**empty, "audiobook": {"audiobookName": "My book", "audiobookUri": f"spotify:show:{'2' * 22}"}},
        empty,
    ]
    data = {"playlists": [{"name": "K", "lastModifiedDate": "2026-01-02", "items": items}]}
    send(ada, ("Playlist1.json", json.dumps(data)))
    run = ImportRun.objects.get()
    reasons = list(ImportLine.objects.filter(run=run).values_list("reason", flat=True))
    assert reasons == ["", Reason.LOCAL, Reason.BOOK, Reason.VANISHED]
    shown = page(ada, run, show="refused")
    assert "Ada - Kitchen song" in shown
    assert "An audiobook: playlists can’t hold it." in shown


# --- A library --------------------------------------------------------------------------------------------


@pytest.fixture
def things(sandbox):
    """URIs of the catalogue that Ada has not saved, by kind."""
    saved = sandbox.control("GET", "library/ada")

    def find(kind):
        found = sandbox.control("GET", f"catalog?type={kind}&limit=400")
        return [one["uri"] for one in found if one["id"] not in saved[kind]]

    return {kind: find(kind) for kind in ("track", "album", "show", "episode", "artist")}


def library_file(things, *, tracks):
    return json.dumps(
        {
            "tracks": [
                {"artist": "A", "album": "B", "track": f"T{n}", "uri": uri} for n, uri in enumerate(tracks)
            ],
            "albums": [{"artist": "A", "album": "B", "uri": things["album"][0]}],
            "shows": [{"name": "S", "publisher": "P", "uri": things["show"][0]}],
            "episodes": [{"name": "E", "show": "S", "uri": things["episode"][0]}],
            "bannedTracks": [{"artist": "X", "track": "No", "uri": things["track"][-1]}],
            "artists": [{"name": "A", "uri": things["artist"][0]}],
            "bannedArtists": [],
            "other": [],
        },
        indent=2,
    )


def saved_uris(sandbox, kind):
    return [f"spotify:{kind}:{one}" for one in sandbox.control("GET", "library/ada")[kind]]


def test_a_library_is_saved_in_its_order(ada, sandbox, things):
    tracks = things["track"][:90]
    send(ada, ("YourLibrary.json", library_file(things, tracks=tracks)))
    run = ImportRun.objects.get()
    assert states(run).count(State.SURE) == 94
    shown = page(ada, run)
    assert "Recognised as: Spotify’s copy of your data: Your Library" in shown
    for words in ("90 songs to Liked Songs", "1 album", "1 podcast", "1 episode", "Follow 1 artist"):
        assert words in shown
    assert "Blocked in Spotify." in page(ada, run, show="refused")
    address = f"/playlists/imports/{run.pk}/add/"
    assert ada.post(address, {"into": "library"}, **PART).status_code == 422
    answer = ada.post(
        address, {"into": "library", "kinds": ["track", "album", "show", "episode", "artist"]}, **PART
    )
    assert "Saved 0 of 94." in said(answer)
    work()
    assert saved_uris(sandbox, "track")[:90] == tracks
    for kind in ("album", "show", "episode", "artist"):
        assert things[kind][0] in saved_uris(sandbox, kind)
    assert things["track"][-1] not in saved_uris(sandbox, "track")
    assert "Saved to Your Library." in page(ada, run)


def test_only_what_is_marked_is_saved(ada, sandbox, things):
    send(ada, ("YourLibrary.json", library_file(things, tracks=things["track"][:2])))
    run = ImportRun.objects.get()
    ada.post(f"/playlists/imports/{run.pk}/add/", {"into": "library", "kinds": ["album"]})
    work()
    assert things["album"][0] in saved_uris(sandbox, "album")
    assert things["track"][0] not in saved_uris(sandbox, "track")


def test_an_album_that_was_left_out_can_be_taken_after_all(ada, things):
    send(ada, ("YourLibrary.json", library_file(things, tracks=things["track"][:1])))
    run = ImportRun.objects.get()
    album = ImportLine.objects.get(run=run, uri=things["album"][0])
    assert "Album: can be saved to Your Library" in page(ada, run)
    ada.post(f"/playlists/imports/{run.pk}/lines/{album.number}/leave/", **PART)
    assert "Take it after all" in page(ada, run, show="left")
    ada.post(f"/playlists/imports/{run.pk}/lines/{album.number}/reconsider/", **PART)
    album.refresh_from_db()
    assert (album.state, album.uri) == (State.SURE, things["album"][0])


def test_what_spotify_does_not_have_costs_no_other_song(ada, sandbox, things):
    tracks = [*things["track"][:3], f"spotify:track:{'0' * 22}", *things["track"][3:6]]
    old = saved_uris(sandbox, "track")[5]
    send(ada, ("YourLibrary.json", library_file(things, tracks=[*tracks, old])))
    run = ImportRun.objects.get()
    ada.post(f"/playlists/imports/{run.pk}/add/", {"into": "library", "kinds": ["track"]})
    work()
    assert saved_uris(sandbox, "track")[:6] == things["track"][:6]
    shown = page(ada, run)
    assert "1 isn’t on Spotify any more." in shown
    assert "1 was there before." in shown
    assert ImportLine.objects.get(run=run, uri=tracks[3]).reason == Reason.GONE


def test_saving_goes_on_after_a_refusal_and_saves_nothing_twice(ada, sandbox, things):
    tracks = things["track"][:90]
    send(ada, ("YourLibrary.json", library_file(things, tracks=tracks)))
    run = ImportRun.objects.get()
    sandbox.fault("/v1/me/library", "status", status=503, method="PUT", after=1)
    ada.post(f"/playlists/imports/{run.pk}/add/", {"into": "library", "kinds": ["track"]})
    work()
    run.refresh_from_db()
    assert (run.save_job.done, run.save_job.error_code) == (40, "unavailable")
    assert run.save_job.state != Job.State.DONE
    sandbox.control("DELETE", "faults")
    with time_machine.travel(
        timezone.now() + timedelta(minutes=5)
    ):  # whether it goes on by itself or is told to
        ada.post(f"/playlists/imports/{run.pk}/save/go-on/")
        work()
    assert saved_uris(sandbox, "track")[:90] == tracks


def test_a_library_can_become_a_playlist_too(ada, lists, things):
    send(ada, ("YourLibrary.json", library_file(things, tracks=things["track"][:3])))
    run = ImportRun.objects.get()
    assert imports.list_uris(run) == [*things["track"][:3], things["episode"][0]]
    ada.post(f"/playlists/imports/{run.pk}/add/", {"name": "All of it"})
    made = next(one for one in lists.sandbox.control("GET", "playlists") if one["name"] == "All of it")
    assert lists.items(made["id"]) == imports.list_uris(run)


def test_any_list_can_go_to_liked_songs(ada, sandbox, things):
    ada.post("/playlists/import/", {"lines": "\n".join(things["track"][:2])})
    run = ImportRun.objects.get()
    work()
    assert "Liked Songs" in page(ada, run)
    ada.post(f"/playlists/imports/{run.pk}/add/", {"into": "library", "kinds": ["track"]})
    work()
    assert saved_uris(sandbox, "track")[:2] == uris(run) == things["track"][:2]


def test_our_own_copy_of_a_library_is_one(ada, sandbox):
    for kind in ("track", "album", "artist"):
        thing = sandbox.control("GET", f"catalog?type={kind}&limit=1")[0]
        ada.get(f"/{kind}s/{thing['id']}/")
        actions.set_saved(ada.member, [thing["uri"]], saved=True)
    answer = ada.get("/library/export/library.zip")
    archive = b"".join(answer.streaming_content)
    address = send(ada, ("library.zip", archive))
    kinds = dict(ImportList.objects.values_list("file__name", "kind"))
    assert "JSON file of this app" in said(ada.get(address))
    assert kinds["library.json"] == kinds["albums.csv"] == kinds["artists.csv"] == "library"
    assert kinds["tracks.csv"] == "playlist"


def test_a_library_longer_than_one_import_comes_in_parts_the_oldest_first(ada, lists):
    tracks = [
        {"artist": "A", "album": "B", "track": f"T{n}", "uri": lists.tracks[n % 400]} for n in range(10_001)
    ]
    send(ada, ("YourLibrary.json", json.dumps({"tracks": tracks, "albums": []})))
    parts = list(ImportList.objects.values_list("name", "total"))
    assert parts == [("YourLibrary (2/2)", 1), ("YourLibrary (1/2)", 10_000)]


def test_a_table_longer_than_one_import_comes_in_parts(ada):
    address = send(ada, ("liked.csv", "Title,Artist\n" + "Home,Ada\n" * 10_001))
    assert "2 lists with 10,001 rows together." in said(ada.get(address))
    assert not ImportRun.objects.exists()


def test_all_imports_can_be_reached(ada, lists):
    send(ada, ("Playlist1.json", playlists_file(40, lists.tracks[0])))
    first = said(ada.get("/playlists/import/"))
    assert "Page 1 of 2" in first
    assert "List 39" in first
    assert "List 5 " in said(ada.get("/playlists/import/?page=2"))


def test_zeros_within_our_own_files_reach_no_database(ada):
    row = {"title": "Ho\x00me" + "x" * 10_000, "artists": ["A\x00da"] * 90, "words": "\x00"}
    data = {"format": "spotweb-playlist", "version": 1, "playlist": {"name": "K\x00"}, "items": [row]}
    send(ada, ("x.json", json.dumps(data)))
    line = ImportLine.objects.get()
    assert "\x00" not in json.dumps(line.row, ensure_ascii=False)
    assert line.row["title"].startswith("Homex")
    assert len(line.row["title"]) == 400
    assert ImportRun.objects.get().name == "K"


# --- Others, and hostile input ----------------------------------------------------------------------------


def test_uploads_are_their_members_alone(ada, ben):
    address = send(ada, ("odd.csv", TABLE))
    file = ImportFile.objects.get()
    assert ben.get(address).status_code == 404
    for path in ("start/", "remove/", f"{file.pk}/columns/"):
        assert ben.post(f"{address}{path}", {"title": "0", "list": "1"}).status_code == 404
    assert ada.post(f"{address}remove/").headers["Location"] == "/playlists/import/"
    assert ada.get(address).status_code == 404


def test_old_uploads_go(ada):
    for _ in range(uploads.MAX_UPLOADS + 1):
        send(ada, ("odd.csv", TABLE))
    assert ImportUpload.objects.count() == uploads.MAX_UPLOADS


@contextmanager
def refused_rows(table):
    """The database takes no rows for this table, as after a fault in the middle of an act."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        yield
        cursor.execute("DROP TRIGGER refused")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="writes a trigger as SQLite has them")
def test_a_list_whose_import_was_not_made_still_waits(ada, lists):
    address = send(ada, ("Playlist1.json", playlists_file(60, lists.tracks[0])))
    first = ImportList.objects.first()
    with refused_rows("playlists_importrun"), pytest.raises(IntegrityError):
        ada.post(f"{address}start/", {"list": [first.pk]})
    assert not ImportList.objects.filter(is_started=True).exists()
    assert ada.post(f"{address}start/", {"list": [first.pk]}).status_code == 302
    assert ImportList.objects.get(pk=first.pk).run


@pytest.mark.skipif(connection.vendor != "sqlite", reason="writes a trigger as SQLite has them")
def test_what_was_not_added_does_not_count_as_added(ada, lists):
    own = lists.make(ada, lists.tracks[1:3])
    ada.post("/playlists/import/", {"lines": lists.tracks[0]})
    work()
    run = ImportRun.objects.get()
    with refused_rows("playlists_edit"), pytest.raises(IntegrityError):
        ada.post(f"/playlists/imports/{run.pk}/add/", {"into": own})
    run.refresh_from_db()
    assert run.added == 0


def test_a_library_may_name_people_of_any_length(ada):
    """PostgreSQL holds a column to its length."""
    people = [f"spotify:user:{'é' * 120}", "spotify:user:ada"]
    library = json.dumps({"tracks": [], "albums": [], "artists": [], "other": people})
    send(ada, ("YourLibrary.json", library))
    assert [(line.state, line.uri) for line in ImportLine.objects.all()] == [(State.REFUSED, "")] * 2


def test_too_many_files_are_refused_kindly(ada):
    files = [SimpleUploadedFile(f"{n}.txt", b"Ada - Home") for n in range(uploads.MAX_FILES + 1)]
    answer = ada.post("/playlists/import/", {"file": files}, **PART)
    assert answer.status_code == 422
    assert "Up to 100 files are taken at once." in said(answer)


def test_hostile_names_and_cells_are_only_text(ada):
    name = "<img src=x onerror=alert(1)>" + "x" * 400 + ".csv"
    long = "<b>" + "y" * 10_000
    address = send(
        ada, (name, f"Aaa,Bbb,Ccc\n{long},=cmd(),Ada\n\u202e,Away,Ben\n"), ("b.csv", "Title\n\U0001f600\n")
    )
    text = ada.get(address).text
    assert "<img src=x" not in text
    assert "<b>yyy" not in text
    assert len(text) < 60_000
    file = ImportFile.objects.get(is_clear=False)
    ada.post(f"{address}{file.pk}/columns/", {"title": "0", "artists": "2"})
    assert ImportList.objects.count() == 2
    assert ada.get(f"{address}?q=%00%ff&page=x&mark=y").status_code == 200
