"""Saving and removing: at Spotify and in the index alike, as far as it came."""

import pytest

from library.models import OwnWrite, SavedIndex, SavedItem
from library.saved import actions, browse
from library.sync import actions as sync_actions
from spotweb.spotify.errors import SpotifyError
from tests.library.conftest import at_spotify, here

WRITE, REMOVE, CHECK = "save-library-items", "remove-library-items", "check-library-contains"


def read(person, work, kind="track"):
    sync_actions.visit_index(person.member, kind)
    work()


def not_saved(sandbox, kind, number, name="ada"):
    mine = set(at_spotify(sandbox, name, kind))
    some = sandbox.control("GET", f"catalog?type={kind}&limit=500")
    return [one["uri"] for one in some if one["uri"] not in mine][:number]


@pytest.mark.parametrize("kind", ["track", "album", "show", "episode", "audiobook", "artist"])
def test_any_kind_is_saved_and_removed(ada, sandbox, work, kind):
    read(ada, work, kind)
    uri = at_spotify(sandbox, "ada", kind)[0]
    actions.set_saved(ada.member, [uri], saved=False)
    assert uri not in at_spotify(sandbox, "ada", kind)
    assert uri not in here(ada.member, kind)
    assert actions.get_known_saved(ada.member, [uri]) == {uri: False}
    actions.set_saved(ada.member, [uri], saved=True)
    assert uri in at_spotify(sandbox, "ada", kind)
    assert uri in here(ada.member, kind)
    assert actions.get_known_saved(ada.member, [uri]) == {uri: True}


def test_what_nobody_here_has_seen_is_known_to_be_saved_all_the_same(ada, sandbox, work):
    read(ada, work)
    (uri,) = not_saved(sandbox, "track", 1)
    actions.set_saved(ada.member, [uri], saved=True)
    assert actions.get_known_saved(ada.member, [uri]) == {uri: True}
    sync_actions.visit_index(ada.member, "track")
    work()
    assert uri in here(ada.member, "track")


def test_a_write_that_stops_midway_shows_just_what_was_done(ada, sandbox, work):
    read(ada, work)
    known = here(ada.member, "track")
    uris = [uri for uri in at_spotify(sandbox, "ada", "track") if uri in known][:100]
    sandbox.control("PUT", "settings", {"window_requests": 2, "window_s": 30})
    with pytest.raises(SpotifyError) as failed:
        actions.set_saved(ada.member, uris, saved=False)
    done = failed.value.written.done
    assert len(done) == 80
    assert set(uris) & set(at_spotify(sandbox, "ada", "track")) == set(uris) - set(done)
    assert actions.get_known_saved(ada.member, uris) == {uri: uri not in done for uri in uris}
    assert set(uris) & here(ada.member, "track") == set(uris) - set(done)


def test_a_batch_in_doubt_is_looked_at_again(ada, sandbox, work):
    """Its answer was lost: it may be saved or not, and nothing is spotify_total."""
    read(ada, work)
    uris = at_spotify(sandbox, "ada", "track")[:3]
    sandbox.fault("/v1/me/library*", "reset", method="DELETE", handled=True)
    with pytest.raises(SpotifyError):
        actions.set_saved(ada.member, uris, saved=False)
    sandbox.control("DELETE", "faults")
    assert SavedIndex.objects.get(member=ada.member, kind="track").checked_at is None
    sync_actions.visit_index(ada.member, "track")
    work()
    assert not set(uris) & here(ada.member, "track")


def test_a_hundred_are_written_in_forties_and_in_order(ada, sandbox, work):
    read(ada, work)
    uris = not_saved(sandbox, "track", 100)
    sandbox.forget_requests()
    actions.set_saved(ada.member, uris, saved=True)
    assert len(sandbox.requests(WRITE)) == 3
    assert set(uris) <= set(at_spotify(sandbox, "ada", "track"))


def test_what_is_known_is_not_asked_for(ada, sandbox, work):
    read(ada, work)
    uris = [*at_spotify(sandbox, "ada", "track")[:30], *not_saved(sandbox, "track", 30)]
    sandbox.forget_requests()
    found = actions.are_saved(ada.member, uris)
    assert [found[uri] for uri in uris] == [True] * 30 + [False] * 30
    assert sandbox.requests() == []


def test_what_is_not_known_is_asked_for_in_forties(ada, sandbox):
    saved, others = at_spotify(sandbox, "ada", "track")[:30], not_saved(sandbox, "track", 30)
    assert set(actions.get_known_saved(ada.member, saved).values()) == {None}
    found = actions.are_saved(ada.member, [*saved, *others])
    assert [found[uri] for uri in [*saved, *others]] == [True] * 30 + [False] * 30
    assert len(sandbox.requests(CHECK)) == 2


def test_nothing_is_guessed_when_spotify_cannot_be_asked(ada, sandbox):
    (uri,) = at_spotify(sandbox, "ada", "track")[:1]
    sandbox.fault("/v1/me/library*", "status", status=503)
    assert actions.are_saved(ada.member, [uri]) == {}


def test_users_and_playlists_have_no_shelf(ada, sandbox):
    uri = sandbox.control("GET", "playlists")[0]["uri"]
    assert actions.get_known_saved(ada.member, [uri, "nonsense"]) == {uri: None, "nonsense": None}
    assert not SavedIndex.objects.exists()


def test_saving_again_does_not_move_it_up(ada, sandbox, work):
    read(ada, work)
    uri = at_spotify(sandbox, "ada", "track")[20]
    before = browse.get_rows_by_uri(ada.member, "track", [uri])[uri].added_at
    actions.set_saved(ada.member, [uri], saved=True)
    assert browse.get_rows_by_uri(ada.member, "track", [uri])[uri].added_at == before


def test_own_writes_are_forgotten_when_spotify_shows_them(ada, sandbox, work):
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    read(ada, work)
    uri = at_spotify(sandbox, "ada", "track")[3]
    actions.set_saved(ada.member, [uri], saved=False)
    assert OwnWrite.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        read(ada, work)
    assert OwnWrite.objects.count() == 0
    assert actions.get_known_saved(ada.member, [uri]) == {uri: False}


def test_everything_goes_with_the_member(ada, ben, sandbox, work):
    read(ada, work)
    actions.set_saved(ada.member, at_spotify(sandbox, "ada", "track")[:1], saved=False)
    ada.member.delete()
    assert not SavedItem.objects.exists()
    assert not SavedIndex.objects.exists()
    assert not OwnWrite.objects.exists()
