"""What the filter "in no playlist" says it rests on."""

import re
from html import unescape

from playlists.index.actions import unfollow_playlist
from playlists.models import MemberPlaylist, Playlist
from playlists.sync import access
from playlists.sync.index import get_playlists
from playlists.sync.job import resume_read
from tests.library.saved_pages.test_pages import read_all
from tests.player.parts import PART
from tests.playlists.conftest import work


def filters(person):
    """The words of the filters by playlist, on the page and in what a poll of it brings."""
    page, poll = person.get("/library/"), person.get("/library/track/sync/?seen=1-393-50", **PART)
    said = {_filters(page.text), _filters(poll.text)}
    assert len(said) == 1, "the page and its poll agree"
    return said.pop()


def _filters(text):
    group = re.search(
        r'<fieldset[^>]*id="facets-\d-only">(?:(?!</fieldset>).)*Playlists.*?</fieldset>', text, re.S
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", group[0])).split())


def test_it_says_how_many_of_how_many_playlists_were_read(ada, lists):
    read_all(ada)
    assert "In no playlist so far 393" in filters(ada)
    assert "Your playlists haven’t been read yet." in filters(ada)
    playlist_id = lists.make(ada, lists.tracks[:1], name="Opened")
    total = len(get_playlists(ada.member))
    assert f"0 of {total} playlists read." in filters(ada)
    access.open_playlist(ada.member, playlist_id)
    assert f"1 of {total} playlists read." in filters(ada)
    assert "In no playlist so far" in filters(ada)


def test_only_when_all_of_them_were_read_it_claims_to_be_complete(ada, lists):
    read_all(ada)
    opened = [access.open_playlist(ada.member, one.playlist.spotify_id) for one in get_playlists(ada.member)]
    withheld = [one.playlist.spotify_id for one in opened if not one.is_readable]
    if withheld:
        assert f"{len(withheld)} can’t be read." in filters(ada)
        assert "In no playlist so far" in filters(ada)
    for playlist_id in withheld:
        unfollow_playlist(ada.member, playlist_id)
    total = MemberPlaylist.objects.filter(member=ada.member).count()
    assert f"{total} of {total} playlists read." in filters(ada)
    assert "so far" not in filters(ada)


def test_what_is_being_read_or_could_not_be_is_not_counted(ada, lists, sandbox):
    read_all(ada)
    playlist_id = lists.make(ada, lists.tracks[:400] * 2, name="Long")
    total = len(get_playlists(ada.member))
    access.open_playlist(ada.member, playlist_id)
    assert f"0 of {total} playlists read, 1 not finished." in filters(ada)
    sandbox.fault("/v1/playlists/*", "status", status=404)
    work()
    assert f"0 of {total} playlists read" in filters(ada)
    sandbox.control("DELETE", "faults")
    resume_read(ada.member, Playlist.objects.get(spotify_id=playlist_id))
    work()
    assert f"1 of {total} playlists read." in filters(ada)


def test_a_playlist_that_has_grown_since_is_not_counted(ada, lists):
    read_all(ada)
    playlist_id = lists.make(ada, lists.tracks[:1], name="Growing")
    access.open_playlist(ada.member, playlist_id)
    total = len(get_playlists(ada.member))
    access.open_playlist(ada.member, playlist_id)
    assert f"1 of {total} playlists read." in filters(ada)
    lists.change(playlist_id, lists.tracks[:3])
    get_playlists(ada.member, refresh=True)
    assert f"0 of {total} playlists read." in filters(ada)
