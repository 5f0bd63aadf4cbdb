"""What changes between two readings: seen with few requests, and nothing is lost for having been missed."""

from django_tasks_db.models import DBTaskResult

from library.models import FirstHad, SavedIndex, SavedItem
from library.saved import actions, browse
from library.saved.order import Sort
from library.sync import actions as sync_actions
from library.sync import reader
from spotweb.jobs.models import Job
from spotweb.jobs.runner import run_job, run_slice
from tests.library.conftest import at_spotify, here

TRACKS = "get-users-saved-tracks"
CHECK = "check-library-contains"


def read(person, work, kind="track"):
    sync_actions.visit_index(person.member, kind)
    work()


def look_again(person, work, sandbox, kind="track"):
    """A visit later on; returns how many requests it took."""
    SavedIndex.objects.filter(kind=kind).update(checked_at=None)
    sandbox.forget_requests()
    sync_actions.visit_index(person.member, kind)
    work()
    return [one["operation"] for one in sandbox.requests() if one["operation"] != "token"]


def at_spotify_save(sandbox, person, uris, *, saved=True):
    """As if with Spotify's own app: nobody here knows."""
    from accounts.tokens import spotify_for
    from spotweb.spotify import library

    (library.save_library_items if saved else library.remove_library_items)(spotify_for(person.member), uris)


def unsaved(sandbox, number):
    mine = set(at_spotify(sandbox, "ada", "track"))
    some = sandbox.control("GET", "catalog?type=track&limit=500")
    return [one["uri"] for one in some if one["uri"] not in mine][:number]


def test_twenty_new_ones_cost_one_request(ada, sandbox, work):
    read(ada, work)
    new = unsaved(sandbox, 20)
    at_spotify_save(sandbox, ada, new)
    assert look_again(ada, work, sandbox) == [TRACKS]
    assert set(new) <= here(ada.member, "track")


def test_fifty_more_cost_one_more(ada, sandbox, work):
    read(ada, work)
    new = unsaved(sandbox, 120)
    at_spotify_save(sandbox, ada, new)
    assert look_again(ada, work, sandbox).count(TRACKS) == 3
    assert set(new) <= here(ada.member, "track")
    assert look_again(ada, work, sandbox) == [TRACKS]


def test_what_was_removed_near_the_front_goes(ada, sandbox, work):
    read(ada, work)
    gone = at_spotify(sandbox, "ada", "track")[2:5]
    at_spotify_save(sandbox, ada, gone, saved=False)
    assert look_again(ada, work, sandbox) == [TRACKS, CHECK]
    assert not set(gone) & here(ada.member, "track")


def test_what_was_removed_deep_down_goes_too(ada, sandbox, work):
    read(ada, work)
    gone = at_spotify(sandbox, "ada", "track")[300:303]
    at_spotify_save(sandbox, ada, gone, saved=False)
    look_again(ada, work, sandbox)
    assert not set(gone) & here(ada.member, "track")
    assert len(here(ada.member, "track")) == 400 - 7 - 3
    assert look_again(ada, work, sandbox) == [TRACKS]


def test_one_came_and_another_went(ada, sandbox, work):
    """Then Spotify counts as many as before."""
    read(ada, work)
    gone, new = at_spotify(sandbox, "ada", "track")[200:201], unsaved(sandbox, 1)
    at_spotify_save(sandbox, ada, gone, saved=False)
    at_spotify_save(sandbox, ada, new)
    look_again(ada, work, sandbox)
    assert set(new) <= here(ada.member, "track")
    assert not set(gone) & here(ada.member, "track")


def test_what_one_reading_misses_stays(ada, sandbox, work):
    """Such as a row at the edge of two pages, while something was removed elsewhere."""
    read(ada, work)
    kept = here(ada.member, "track")
    saved_index = SavedIndex.objects.get(member=ada.member, kind="track")
    SavedItem.objects.filter(index=saved_index).update(generation=0)
    saved_index.needs_full_sync, saved_index.generation, saved_index.position = (
        True,
        saved_index.generation + 1,
        390,
    )
    saved_index.save()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert here(ada.member, "track") == kept
    assert SavedIndex.objects.get(pk=saved_index.pk).missing_count == 7


def test_followed_artists_are_read_anew_when_they_changed(ada, sandbox, work):
    read(ada, work, "artist")
    gone = at_spotify(sandbox, "ada", "artist")[:2]
    at_spotify_save(sandbox, ada, gone, saved=False)
    look_again(ada, work, sandbox, "artist")
    assert here(ada.member, "artist") == set(at_spotify(sandbox, "ada", "artist"))


def test_followed_artists_are_read_in_slices_while_others_wait(ada, sandbox, monkeypatch):
    """A list that is read by cursor goes on where the last slice stopped."""
    artists = [one["uri"] for one in sandbox.control("GET", "catalog?type=artist&limit=400")]
    at_spotify_save(sandbox, ada, artists)
    # Each part is written at once, so that each may end a slice.
    monkeypatch.setattr(reader, "_WRITE_INTERVAL_S", 0)
    sync_actions.visit_index(ada.member, "artist")
    DBTaskResult.objects.all().delete()
    run_job.enqueue(0, 0)  # somebody waits for the worker all the time
    slices = 0
    while (job := SavedIndex.objects.get(kind="artist").job).state == Job.State.QUEUED:
        run_slice(job.pk, job.attempt, slice_s=0)
        slices += 1
        assert slices < 20
    followed = at_spotify(sandbox, "ada", "artist")
    assert job.state == Job.State.DONE
    assert slices > 3
    assert here(ada.member, "artist") == set(followed)
    assert len(followed) > 300


def test_own_writes_show_at_once_and_cost_nothing_more(ada, sandbox, work):
    read(ada, work)
    uri = at_spotify(sandbox, "ada", "track")[10]
    actions.set_saved(ada.member, [uri], saved=False)
    assert uri not in here(ada.member, "track")
    actions.set_saved(ada.member, [uri], saved=True)
    assert browse.get_page(ada.member, "track").rows[0].uri == uri


def test_an_old_list_brings_nothing_back(ada, sandbox, work):
    """Spotify may go on listing for a moment what was just removed here."""
    read(ada, work)
    saved_index = SavedIndex.objects.get(member=ada.member, kind="track")
    row = browse.get_page(ada.member, "track").rows[0]
    actions.set_saved(ada.member, [row.uri], saved=False)
    from library.sync.pages import ListedItem

    reader.write_items(saved_index, [ListedItem(row.uri, row.thing, row.added_at)])
    assert row.uri not in here(ada.member, "track")
    assert actions.get_known_saved(ada.member, [row.uri]) == {row.uri: False}


def test_first_had_outlives_removing_and_saving_again(ada, sandbox, work):
    read(ada, work)
    row = browse.get_page(ada.member, "track", sort=Sort(by="added", descending=False)).rows[0]
    actions.set_saved(ada.member, [row.uri], saved=False)
    actions.set_saved(ada.member, [row.uri], saved=True)
    look_again(ada, work, sandbox)
    again = browse.get_rows_by_uri(ada.member, "track", [row.uri])[row.uri]
    assert again.added_at > row.added_at
    assert again.first_added_at == row.first_added_at
    assert FirstHad.objects.filter(member=ada.member, added_at=row.first_added_at).exists()
