"""The index against Spotify: what it costs, and what it never does."""

from library.models import SavedIndex
from library.sync import actions as sync_actions
from library.sync.progress import get_progress
from tests.library.conftest import at_spotify, here

KINDS = ("track", "album", "show", "episode", "audiobook", "artist")


def counted(sandbox):
    found = {}
    for one in sandbox.requests():
        if one["operation"] != "token":
            found[one["operation"]] = found.get(one["operation"], 0) + 1
    return found


def test_the_first_fifty_are_there_after_one_request(ada, sandbox):
    sync_actions.visit_index(ada.member, "track")
    assert counted(sandbox) == {"get-users-saved-tracks": 1}
    assert 40 <= len(here(ada.member, "track")) <= 50
    told = get_progress(ada.member, "track")
    assert (told.state, told.total, told.is_first) == ("waiting", 400, True)


def test_everything_is_read_in_the_background(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    work()
    for kind in KINDS:
        told = get_progress(ada.member, kind)
        assert (kind, told.state, told.error_code) == (kind, "", "")
        assert here(ada.member, kind) <= set(at_spotify(sandbox, "ada", kind))
        assert not told.is_first
    lost = 7
    assert len(here(ada.member, "track")) == 400 - lost
    assert SavedIndex.objects.get(member=ada.member, kind="track").missing_count == lost


def test_an_unchanged_library_costs_one_request_for_each_kind(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    work()
    SavedIndex.objects.update(checked_at=None)
    sandbox.forget_requests()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert set(counted(sandbox).values()) == {1}
    assert len(counted(sandbox)) == len(KINDS)
