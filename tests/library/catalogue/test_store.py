import pytest
from msgspec import structs

from library.catalogue import store
from library.models import Album, Artist, Item
from spotweb.spotify.models import Album as AlbumThing
from spotweb.spotify.models import Artist as ArtistThing
from spotweb.spotify.models import Episode, Image, Show, Track
from spotweb.spotify.models.basics import ExternalIds, ExternalUrls, Restrictions
from tests.library.things import album, track

pytestmark = pytest.mark.django_db


def test_what_was_kept_comes_back_as_spotify_sent_it():
    sent = track(
        "One",
        album=album("Record", images=(Image(url="https://i.scdn.co/image/a", width=640, height=640),)),
        explicit=True,
        is_playable=False,
        disc_number=2,
        track_number=7,
        external_ids=ExternalIds(isrc="IEABC0100001"),
        restrictions=Restrictions(reason="market"),
    )
    pks = store.save_items([sent])
    assert store.get_items(pks.values()) == {pks[sent.uri]: sent}
    assert store.get_items_by_uri([sent.uri, "spotify:track:unknown"]) == {sent.uri: sent}


def test_an_episode_comes_back_with_its_show():
    show = Show(id="s", uri="spotify:show:s", name="Talk", publisher="Us")
    url = ExternalUrls(spotify="https://open.spotify.com/episode/e")
    sent = Episode(
        id="e", uri="spotify:episode:e", name="Part 1", show=show, release_date="2020", external_urls=url
    )
    pks = store.save_items([sent])
    found = store.get_items(pks.values())[pks[sent.uri]]
    assert (found.name, found.show.name, found.show.publisher, found.release_date) == (
        "Part 1",
        "Talk",
        "Us",
        "2020",
    )


def test_a_local_file_keeps_its_names_and_has_no_links():
    long = "spotify:local:Me:Tape:" + "%D0%BF" * 400 + ":123"
    for uri in ("spotify:local:Me:Tape:Song:123", long):
        sent = Track(
            uri=uri,
            name="Song",
            is_local=True,
            artists=(ArtistThing(name="Me"),),
            album=AlbumThing(name="Tape"),
        )
        pks = store.save_items([sent])
        assert store.get_items(pks.values()) == {pks[uri]: sent}
        assert store.get_items_by_uri([uri]) == {uri: sent}
    assert not Artist.objects.exists()
    assert not Album.objects.exists()


def test_what_has_no_uri_is_left_out():
    assert store.save_items([Track(name="gone"), Track(id=None, uri=None)]) == {}


def test_the_same_thing_is_one_row_whoever_brings_it():
    first = store.save_items([track("One", album=album("Record")), track("Two", album=album("Record"))])
    again = store.save_items([track("Two", album=album("Record")), track("One", album=album("Record"))])
    assert first == again
    assert (Item.objects.count(), Album.objects.count(), Artist.objects.count()) == (2, 1, 2)


def test_a_track_within_an_album_takes_nothing_away():
    whole = track(
        "One", album=album("Record"), external_ids=ExternalIds(isrc="IEABC0100001"), is_playable=True
    )
    store.save_items([whole])
    pks = store.save_items([track("One")])
    assert store.get_items(pks.values())[pks[whole.uri]] == whole
    assert Item.objects.get().recording == "IEABC0100001"


def test_pictures_of_an_artist_outlive_being_named_in_a_track():
    picture = Image(url="https://i.scdn.co/image/b")
    band = ArtistThing(id="b", uri="spotify:artist:b", name="Band", images=(picture,))
    store.save_artists([band])
    pks = store.save_artists([ArtistThing(id="b", uri="spotify:artist:b", name="Band, renamed")])
    found = store.get_artists(pks.values())[pks["spotify:artist:b"]]
    assert (found.name, found.images) == ("Band, renamed", (picture,))


def test_seeing_things_again_writes_nothing(django_assert_num_queries):
    things = [track(f"Song {number}", album=album(f"Record {number}")) for number in range(50)]
    store.save_items(things)
    with django_assert_num_queries(3) as seen:  # artists, albums, tracks
        store.save_items(things)
    assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)


def test_hostile_names_are_kept_as_they_are():
    name = "<script>'\"%_\x00\u202e😀" + "x" * 4000
    sent = track("One", album=album("Record"))
    hostile = Track(id=sent.id, uri=sent.uri, name=name)
    pks = store.save_items([hostile])
    assert store.get_items(pks.values())[pks[sent.uri]].name == name.replace("\x00", "")


ISRC = "IEABC0100001"


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        pytest.param("Harbour", "Harbour", True, id="another release"),
        pytest.param("Harbour", "Harbour - 2011 Remaster", True, id="remastered"),
        pytest.param("Harbour", "Harbour (Live)", False, id="live"),
        pytest.param("Harbour, Pt. 1", "Harbour, Pt. 2", False, id="parts"),
        pytest.param("Harbour", "Harbour (Nordlys Remix)", False, id="remix"),
        pytest.param("Hafen", "Harbour", True, id="in another language"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_one_isrc_is_one_recording_unless_the_titles_say_otherwise(first, second, is_one, together):
    one, two = (
        track(name, isrc=ISRC, artists=(ArtistThing(name="Band", uri="spotify:artist:b"),))
        for name in (first, second)
    )
    two = structs.replace(two, id="two", uri="spotify:track:two")
    pks = store.save_items([one, two]) if together else store.save_items([one]) | store.save_items([two])
    named = store.get_recordings(pks.values())
    assert (named[pks[one.uri]] == named[pks[two.uri]]) is is_one
    assert named[pks[one.uri]] == ISRC
    store.save_items([two, one])
    assert store.get_recordings(pks.values()) == named, "seen again, they stay what they are"


def test_far_apart_in_length_or_made_by_others_is_another_recording():
    one = track("Harbour", isrc=ISRC, duration_ms=200_000)
    long = structs.replace(one, id="long", uri="spotify:track:long", duration_ms=400_000)
    again = structs.replace(long, id="again", uri="spotify:track:again")
    other = structs.replace(
        one, id="x", uri="spotify:track:x", name="Rain", artists=(ArtistThing(name="Nobody"),)
    )
    pks = store.save_items([one, long, again, other])
    named = {uri: store.get_recordings([pk])[pk] for uri, pk in pks.items()}
    assert named == {one.uri: ISRC, long.uri: long.uri, again.uri: long.uri, other.uri: other.uri}


def test_an_isrc_is_written_in_several_ways():
    one, two = track("One", isrc="IE-ABC-01-00001"), track("One", isrc="ieabc 0100001")
    two = structs.replace(two, id="two", uri="spotify:track:two")
    pks = store.save_items([one, two])
    assert set(store.get_recordings(pks.values()).values()) == {ISRC}
