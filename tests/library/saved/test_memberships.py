import pytest

from library.catalogue import store
from library.models import IndexedPlaylist, PlaylistMembership
from library.saved import memberships
from tests.library.things import member, save, track

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return member("ada")


def kept(*names: str):
    tracks = [track(name) for name in names]
    return tracks, store.save_items(tracks)


def test_an_item_is_found_in_all_playlists_that_hold_it(ada):
    (one, two, three), pks = kept("one", "two", "three")
    memberships.record_playlist(ada, "p2", name="Beta", item_pks=[pks[one.uri], pks[two.uri]])
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=[pks[one.uri], pks[one.uri]])
    found = memberships.get_playlists_holding(ada, [one.uri, two.uri, three.uri, "spotify:track:unknown"])
    assert {uri: [each.name for each in holding] for uri, holding in found.items()} == {
        one.uri: ["Alpha", "Beta"],
        two.uri: ["Beta"],
    }
    assert found[one.uri][0].playlist_id == "p1"


def test_what_left_a_playlist_is_no_longer_found_there(ada):
    (one, two), pks = kept("one", "two")
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=list(pks.values()))
    memberships.record_playlist(ada, "p1", name="Renamed", item_pks=[pks[two.uri]])
    found = memberships.get_playlists_holding(ada, [one.uri, two.uri])
    assert list(found) == [two.uri]
    assert found[two.uri][0].name == "Renamed"


def test_an_unchanged_playlist_writes_nothing(ada, django_assert_num_queries):
    _, pks = kept(*(f"song {number}" for number in range(300)))
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=list(pks.values()))
    with django_assert_num_queries(2) as seen:
        memberships.record_playlist(ada, "p1", name="Alpha", item_pks=list(pks.values()))
    assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)


def test_playlists_of_others_do_not_count(ada):
    ben = member("ben")
    (one,), pks = kept("one")
    memberships.record_playlist(ben, "p1", name="Ben's", item_pks=list(pks.values()))
    assert memberships.get_playlists_holding(ada, [one.uri]) == {}
    memberships.delete_playlist(ada, "p1")
    assert memberships.get_playlists_holding(ben, [one.uri])


def test_forgetting_a_playlist_leaves_nothing_of_it(ada):
    (one,), pks = kept("one")
    save(ada, [one])
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=list(pks.values()))
    memberships.delete_playlist(ada, "p1")
    memberships.delete_playlist(ada, "never heard of")
    assert not PlaylistMembership.objects.exists()
    assert not IndexedPlaylist.objects.exists()


def test_a_long_playlist_is_noted_in_pieces(ada):
    _, pks = kept(*(f"song {number}" for number in range(2500)))
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=list(pks.values()))
    assert PlaylistMembership.objects.count() == 2500
    memberships.record_playlist(ada, "p1", name="Alpha", item_pks=[])
    assert PlaylistMembership.objects.count() == 0
