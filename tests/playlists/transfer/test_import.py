"""Lists from elsewhere: what is found for each line, what a member decides, and where it ends up."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.tokens import spotify_for
from library.catalogue import store
from playlists.models import Edit, ImportLine, ImportRun
from playlists.transfer.formats.rows import MAX_FILE_BYTES
from spotweb.jobs import runner
from spotweb.jobs.models import Job
from spotweb.spotify import catalog
from spotweb.web import uploads
from tests.playlists.conftest import work
from tests.support.database import environment_of_process
from tests.support.undo import press_undo

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
State = ImportLine.State


def said(answer):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.text).split()))


def bring(person, lines=None, *, data=None, name="list.csv", **sent):  # noqa: ANN003
    """Send a file or pasted lines; returns the newest import."""
    if data is not None:
        sent["file"] = SimpleUploadedFile(name, data)
    answer = person.post("/playlists/import/", {"lines": lines or "", **sent})
    assert answer.status_code == 302, said(answer)
    return ImportRun.objects.first()


def states(run):
    return list(ImportLine.objects.filter(run=run).values_list("state", flat=True))


def uris(run):
    return list(ImportLine.objects.filter(run=run).values_list("uri", flat=True))


def page(person, run, **sent):  # noqa: ANN003
    return said(person.get(f"/playlists/imports/{run.pk}/", sent))


@pytest.fixture
def songs(sandbox):
    """Songs whose titles say who sings them: as Spotify's own search tells of them."""
    found = []
    for one in sandbox.control("GET", "catalog?type=track&limit=400"):
        if re.fullmatch(r"[A-Za-z' ]{4,}", one["name"]) and one["name"] not in {
            song["name"] for song in found
        }:
            found.append(one)
    return found


@pytest.fixture
def facts(sandbox, ada):
    """Title, artists and length of a song."""

    def tell(song):
        return catalog.get_track(spotify_for(ada.member), song["id"])

    return tell


def line_of(track):
    return f"{track.artists[0].name} - {track.name}"


def test_links_are_taken_as_they_are(ada, sandbox, songs):
    run = bring(ada, f"{songs[0]['uri']}\nhttps://open.spotify.com/track/{songs[1]['id']}?si=x")
    work()
    assert states(run) == [State.SURE, State.SURE]
    assert uris(run) == [songs[0]["uri"], songs[1]["uri"]]
    assert not sandbox.requests("search")
    assert songs[0]["name"] in page(ada, run, show="sure")


def test_a_link_that_leads_nowhere_is_refused(ada, songs):
    run = bring(
        ada,
        f"spotify:track:{'0' * 22}\nspotify:album:{'1' * 22}\nhttps://spotify.link/abc\n{songs[0]['uri']}",
    )
    work()
    assert states(run) == [State.REFUSED, State.REFUSED, State.REFUSED, State.SURE]
    shown = page(ada, run, show="refused")
    assert "Spotify doesn’t have it" in shown
    assert "neither a song nor an episode" in shown


def test_words_are_searched_for_and_sorted_into_groups(ada, sandbox, songs, facts):
    track = facts(songs[0])
    run = bring(ada, f"{line_of(track)}\n{track.name}\nXyzzy Nobody - Qwertyuiop Asdfgh")
    assert "Looked for 0 of 3 lines" in page(ada, run)
    work()
    assert states(run) == [State.SURE, State.UNSURE, State.MISSING]
    assert uris(run)[0] == track.uri
    shown = page(ada, run)
    assert "Unsure 1" in shown
    assert "Not found 1" in shown
    assert "Found 1" in shown


def test_what_was_found_can_be_looked_at_meanwhile(ada, sandbox, songs, facts):
    store.save_items([facts(songs[0])])
    run = bring(ada, f"{songs[0]['uri']}\nXyzzy Nobody - Qwertyuiop")
    shown = page(ada, run)
    assert "Looked for 1 of 2 lines" in shown
    assert "Add 1 song" in shown
    assert songs[0]["name"] in shown
    poll = ada.get(f"/playlists/imports/{run.pk}/", {"poll": 1}, **PART)
    assert "import-progress" in poll.text
    assert "row-line-1" not in poll.text  # what is looked at stays as it is
    work()
    assert (
        "row-line-1"
        not in ada.get(f"/playlists/imports/{run.pk}/", {"poll": 1, "show": "missing"}, **PART).text
    )


def test_what_the_household_knows_costs_nothing(ada, sandbox, songs, facts):
    track = facts(songs[0])
    store.save_items([track])
    sandbox.forget_requests()
    run = bring(ada, line_of(track))
    work()
    assert uris(run) == [track.uri]
    assert not sandbox.requests("search")


def test_each_version_of_a_song_is_itself(ada, sandbox, facts):
    """Also when the household knows another one: remixes, parts, live, languages, edits."""
    versions = [facts(one) for one in sandbox.control("GET", "catalog?odd=versions")]
    assert len(versions) == 15
    store.save_items(versions[:3])
    lines = "Title,Artist\n" + "\n".join(f'"{one.name}","{one.artists[0].name}"' for one in versions)
    run = bring(ada, data=lines.encode())
    work()
    assert uris(run) == [one.uri for one in versions]
    assert set(states(run)) == {State.SURE}


def test_a_version_that_is_not_there_is_a_guess(ada, sandbox, facts):
    known = [facts(one) for one in sandbox.control("GET", "catalog?odd=versions")]
    artist = known[0].artists[0].name
    store.save_items(known)
    run = bring(
        ada, f"{artist} - Ferry Song (Another Remix)\n{artist} - Slow Tide, Pt. 3\n{artist} - 灯台 (Remix)"
    )
    work()
    assert states(run) == [State.UNSURE] * 3


def test_the_same_line_is_searched_for_once(ada, sandbox):
    run = bring(ada, "Xyzzy - Qwertyuiop\n" * 5)
    work()
    assert states(run) == [State.MISSING] * 5
    assert len(sandbox.requests("search")) == 2  # exact, then plain


def test_a_member_decides_line_by_line(ada, sandbox, songs, facts):
    track = facts(songs[0])
    run = bring(ada, f"{track.name}\nXyzzy Nobody - Qwertyuiop\nXyzzy Somebody - Asdfgh")
    work()
    address = f"/playlists/imports/{run.pk}/lines"
    ada.post(f"{address}/1/choose/", {"uri": track.uri}, **PART)
    found = ada.get(f"{address}/2/", {"q": line_of(facts(songs[3]))}, **PART)
    assert songs[3]["uri"] in found.text
    assert "<html" not in found.text
    answer = ada.post(f"{address}/2/choose/", {"uri": songs[3]["uri"]}, **PART)
    assert "Add 2 songs" in said(answer)
    ada.post(f"{address}/3/leave/", **PART)
    assert states(run) == [State.SURE, State.SURE, State.LEFT_OUT]
    ada.post(f"{address}/3/reconsider/", **PART)
    ada.post(f"{address}/1/reconsider/", **PART)
    assert states(run) == [State.UNSURE, State.SURE, State.MISSING]
    assert ada.post(f"{address}/1/choose/", {"uri": "nonsense"}, **PART).status_code == 422
    assert ada.post(f"{address}/9/choose/", {"uri": track.uri}, **PART).status_code == 404


def test_all_best_guesses_at_once_and_back(ada, songs, facts):
    run = bring(ada, "\n".join(facts(song).name for song in songs[:3]))
    work()
    assert states(run) == [State.UNSURE] * 3
    answer = ada.post(f"/playlists/imports/{run.pk}/guesses/", **PART)
    assert "Took the best guesses for 3 lines." in said(answer)
    assert states(run) == [State.SURE] * 3
    press_undo(ada, answer.text, **PART)
    assert states(run) == [State.UNSURE] * 3


def test_into_a_new_playlist(ada, sandbox, songs):
    run = bring(ada, "\n".join(song["uri"] for song in songs[:5]))
    work()
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", {"name": "Brought in", "skip_there": "on"})
    made = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "Brought in")
    assert answer.headers["Location"] == f"/playlists/{made['id']}/"
    assert sandbox.control("GET", f"playlists/{made['id']}")["items"] == [song["uri"] for song in songs[:5]]
    assert Edit.objects.get().description.startswith("Imported 5 items")
    run.refresh_from_db()
    assert run.added == 5


def test_into_a_list_that_is_there(ada, lists, songs):
    wanted = [song["uri"] for song in songs[:4]]
    playlist_id = lists.make(ada, [wanted[0], "spotify:local:A:B:C:100", wanted[0]])
    ada.get("/playlists/import/")
    run = bring(ada, "\n".join([*wanted, wanted[1]]), into=playlist_id)
    work()
    sent = {"into": playlist_id, "skip_there": "on"}
    assert "1 line repeats an earlier one" in page(ada, run)
    ada.post(f"/playlists/imports/{run.pk}/add/", {**sent, "once": "on"})
    assert lists.items(playlist_id) == [wanted[0], "spotify:local:A:B:C:100", wanted[0], *wanted[1:]]
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", sent)
    assert answer.status_code == 422
    assert "all of it is in that playlist" in said(answer)


def test_pressing_twice_adds_once(ada, sandbox, songs):
    run = bring(ada, songs[0]["uri"])
    work()
    sent = {"name": "Only one", "seen": "0"}
    assert ada.post(f"/playlists/imports/{run.pk}/add/", sent).status_code == 302
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", sent)
    assert answer.status_code == 409
    assert "added a moment ago" in said(answer)
    assert [one["name"] for one in sandbox.control("GET", "playlists")].count("Only one") == 1


def test_what_spotify_refused_can_be_tried_again_in_the_same_list(ada, sandbox, songs):
    run = bring(ada, songs[0]["uri"])
    work()
    sandbox.fault("/v1/playlists/*/items", "rate_limit", retry_after=30, method="POST")
    sandbox.fault("/v1/playlists/*/tracks", "rate_limit", retry_after=30, method="POST")
    ada.post(f"/playlists/imports/{run.pk}/add/", {"name": "Once made"}, **PART)
    sandbox.control("DELETE", "faults")
    made = [one for one in sandbox.control("GET", "playlists") if one["name"] == "Once made"]
    assert len(made) == 1
    run.refresh_from_db()
    assert run.playlist_id == made[0]["id"]


def test_many_are_added_in_the_background(ada, lists):
    run = bring(ada, "\n".join(lists.tracks[n % 400] for n in range(1050)))
    ImportLine.objects.filter(run=run).update(state=State.SURE)
    Job.objects.filter(pk=run.job_id).update(state=Job.State.DONE)
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", {"name": "Many"})
    assert answer.status_code == 302
    assert "1,050 items are being added to “Many”." in said(ada.get(answer.headers["Location"]))
    work()
    made = next(one for one in lists.sandbox.control("GET", "playlists") if one["name"] == "Many")
    assert lists.items(made["id"]) == [lists.tracks[n % 400] for n in range(1050)]


def test_into_a_list_of_somebody_else(ada, sandbox, songs):
    run = bring(ada, songs[0]["uri"])
    work()
    foreign = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "For Mam")
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", {"into": foreign["id"]}, **PART)
    assert answer.status_code in {403, 404}
    assert "import-add" in answer.text  # what was chosen is still there
    assert len(sandbox.control("GET", f"playlists/{foreign['id']}")["items"]) == 52


def test_a_list_without_a_name(ada, songs):
    run = bring(ada, songs[0]["uri"])
    work()
    answer = ada.post(f"/playlists/imports/{run.pk}/add/", {"name": " "}, **PART)
    assert answer.status_code == 422
    assert "Give the new playlist a name." in said(answer)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_there_and_back_is_the_same_list(ada, lists, songs, form):
    wanted = [song["uri"] for song in songs[:30]] + [songs[0]["uri"]]
    playlist_id = lists.make(ada, wanted, name="=1+1 & <b>")
    answer = ada.get(f"/playlists/{playlist_id}/export/{form}/")
    run = bring(ada, data=b"".join(answer.streaming_content), name=f"x.{form}")
    assert run.job.state == Job.State.DONE  # nothing had to be asked
    ada.post(f"/playlists/imports/{run.pk}/add/", {"name": "Again"})
    made = next(one for one in lists.sandbox.control("GET", "playlists") if one["name"] == "Again")
    assert lists.items(made["id"]) == wanted


def test_local_files_are_named_and_left(ada, lists, songs):
    playlist_id = lists.make(ada, ["spotify:local:Ada:Home+tapes:Kitchen+song:100", songs[0]["uri"], None])
    answer = ada.get(f"/playlists/{playlist_id}/export/json/")
    run = bring(ada, data=b"".join(answer.streaming_content), name="x.json")
    assert states(run) == [State.REFUSED, State.SURE, State.REFUSED]
    shown = page(ada, run, show="refused")
    assert "Kitchen song" in shown
    assert "Spotify lets no app add it" in shown
    assert "had vanished from Spotify" in shown


def test_a_file_with_several_lists_becomes_several_imports(ada, songs):
    lists = [
        {"name": name, "items": [{"track": {"trackUri": song["uri"]}}]}
        for name, song in zip("ab", songs, strict=False)
    ]
    answer = ada.post(
        "/playlists/import/",
        {"file": SimpleUploadedFile("p.json", json.dumps({"playlists": lists}).encode())},
    )
    assert answer.headers["Location"] == "/playlists/import/"
    assert sorted(ImportRun.objects.values_list("name", flat=True)) == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is nothing in it."),
        (b"\x00\x01\x02\x03" * 100, "This is no list"),
        (b"PK\x03\x04", "This is an archive."),
        (b'{"format": "spotweb-playlist"', "damaged or cut off"),
        (b'{"format": "spotweb-playlist", "version": 9}', "A newer version"),
        (b"{}", "No list of songs"),
        (b"x" * (MAX_FILE_BYTES + 1), "Files of up to 10 MB are taken"),
        (b"x" * (uploads.MAX_UPLOAD_BYTES + 1), "Files of up to 10 MB are taken"),
        (b"a - b\n" * 10_001, "Up to 10,000 lines in 50 lists are taken at once; these are 10,001."),
    ],
)
def test_files_that_are_none_are_refused_kindly(ada, data, words):
    answer = ada.post("/playlists/import/", {"file": SimpleUploadedFile("x.bin", data)}, **PART)
    assert answer.status_code == 422
    assert words in said(answer)
    assert not ImportRun.objects.exists()


def test_what_was_typed_stays_when_it_is_too_much(ada):
    answer = ada.post("/playlists/import/", {"lines": "Ada - Home\n" * 10_001})
    assert answer.status_code == 422
    assert answer.text.count("Ada - Home") == 10_001


def test_ten_thousand_lines_are_taken_in_and_shown_by_the_page(ada, lists, django_assert_max_num_queries):
    run = bring(ada, "\n".join(lists.tracks[n % 200] for n in range(10_000)))
    assert run.job.total == 10_000
    runner.finish_job(run.job, Job.State.DONE)  # as if all had been looked for
    ImportLine.objects.filter(run=run).update(state=State.SURE)
    with django_assert_max_num_queries(40):
        shown = page(ada, run, show="sure", page=200)
    assert "Page 200 of 200" in shown
    assert "As in line 151" in shown


def test_hostile_lines_are_only_text(ada):
    run = bring(ada, "<script>alert(1)</script> - <img src=x onerror=alert(2)>\n\u202eevil - \x00name")
    work()
    text = ada.get(f"/playlists/imports/{run.pk}/", {"show": "missing"}).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_imports_are_their_members_alone(ada, ben, songs):
    run = bring(ada, songs[0]["uri"])
    for address in ("", "lines/1/"):
        assert ben.get(f"/playlists/imports/{run.pk}/{address}").status_code == 404
    for address in (
        "cancel/",
        "go-on/",
        "forget/",
        "guesses/",
        "add/",
        "lines/1/choose/",
        "lines/1/leave/",
    ):
        assert ben.post(f"/playlists/imports/{run.pk}/{address}", {"uri": songs[1]["uri"]}).status_code == 404


def test_an_import_that_was_removed_comes_back_with_all_that_was_chosen(ada, ben, songs):
    run = bring(ada, songs[0]["uri"])
    work()
    ada.post(f"/playlists/imports/{run.pk}/lines/1/leave/")
    removed = ada.client.post(f"/playlists/imports/{run.pk}/forget/", follow=True)
    assert f"/playlists/imports/{run.pk}/" not in removed.text.split('class="toast')[0]
    assert press_undo(ben, removed.text).status_code == 403
    assert press_undo(ada, removed.text).url == f"/playlists/imports/{run.pk}/"
    assert f"/playlists/imports/{run.pk}/" in ada.get("/playlists/import/").text
    assert states(run) == [State.LEFT_OUT]


def test_cancel_and_look_for_the_rest(ada, sandbox):
    run = bring(ada, "Xyzzy - One\nXyzzy - Two")
    ada.post(f"/playlists/imports/{run.pk}/cancel/", **PART)
    work()
    assert "Cancelled after 0 of 2 lines" in page(ada, run)
    ada.post(f"/playlists/imports/{run.pk}/go-on/", **PART)
    work()
    assert states(run) == [State.MISSING, State.MISSING]


@pytest.mark.parametrize("fault", ["rate_limit", "quota"])
def test_spotifys_refusals_are_waited_out(ada, sandbox, fault):
    run = bring(ada, "Xyzzy - One\nXyzzy - Two")
    sandbox.fault("/v1/search", fault, retry_after=600)
    work()
    run.refresh_from_db()
    assert run.job.state == Job.State.QUEUED
    assert "it goes on by itself then" in page(ada, run)
    sandbox.control("DELETE", "faults")
    with time_machine.travel(run.job.run_after + timedelta(seconds=1)):
        work()
    assert states(run) == [State.MISSING, State.MISSING]


def test_an_outage_is_waited_for_and_said(ada, sandbox, songs, facts):
    line = line_of(facts(songs[0]))
    run = bring(ada, f"{line}\nXyzzy - Two")
    sandbox.fault("/v1/search", "status", status=503)
    work()
    run.refresh_from_db()
    assert run.job.state == Job.State.QUEUED
    assert "Spotify can’t be reached" in page(ada, run)
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        work()
    assert states(run) == [State.SURE, State.MISSING]


def test_a_worker_that_was_killed_is_replaced_and_nothing_is_asked_twice(ada, sandbox):
    run = bring(ada, "\n".join(f"Xyzzy - Song{n}" for n in range(12)))
    sandbox.control("PUT", "settings", {"latency_ms": 80})
    with a_worker() as process:
        while states(run).count(State.MISSING) < 3:  # ends with the worker at the latest
            assert process.poll() is None
        process.kill()
    settled = states(run).count(State.MISSING)
    assert 3 <= settled < 12
    run.refresh_from_db()
    assert run.job.state == Job.State.RUNNING
    sandbox.control("PUT", "settings", {"latency_ms": 0})
    sandbox.forget_requests()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        ada.get(f"/playlists/imports/{run.pk}/")  # somebody looks
        work()
    assert states(run) == [State.MISSING] * 12
    # What was on its way when the worker was killed may have arrived since.
    assert len(sandbox.requests("search")) in {2 * (12 - settled), 2 * (12 - settled) + 1}


@contextmanager
def a_worker():
    """A process of its own on the test's database."""
    command = [sys.executable, "manage.py", "worker", "--no-startup-delay", "--interval", "0.1", "-v0"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment_of_process())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_slice_ends_and_the_next_is_due(ada, sandbox):
    run = bring(ada, "\n".join(f"Xyzzy - Song{n}" for n in range(4)))
    runner.run_slice(run.job.pk, run.job.attempt, slice_s=0)
    run.refresh_from_db()
    assert run.job.state == Job.State.QUEUED
    assert states(run) == [State.WAITING] * 4
    work()
    assert states(run) == [State.MISSING] * 4


def test_edits_do_not_wait_behind_imports(ada):
    bring(ada, "Xyzzy - Song")
    assert DBTaskResult.objects.get().priority < 0
