import pytest

from library import opened_things
from library.opened_things import list_opened, record_opened
from tests.support.people import Person


def test_pages_that_were_opened_are_listed_without_asking_spotify(ada: Person, ben: Person, sandbox):
    mine = sandbox.control("GET", "library/ada")
    album, artist, track = (mine[kind][0] for kind in ("album", "artist", "track"))
    playlist = ada.get("/playlists/").context["shown"].groups[0].entries[0].playlist
    for address in (
        f"/albums/{album}/",
        f"/playlists/{playlist.spotify_id}/",
        "/library/",
        f"/tracks/{track}/",
    ):
        assert ada.get(address).status_code == 200, address
    ada.get(f"/artists/{artist}/", **{"HX-Request": "true", "HX-Request-Type": "partial"})  # no page
    ada.get(f"/albums/{album}/")
    sandbox.forget_requests()

    opened = list_opened(ada.member, limit=10)

    assert [one.kind for one in opened] == ["album", "track", "liked", "playlist"]
    assert opened[3].name == playlist.name
    assert opened[3].total == playlist.total
    assert opened[0].by
    assert opened[0].image_url
    assert all(ada.get(one.page_url).status_code == 200 for one in opened[2:3])
    assert [one.kind for one in list_opened(ada.member, limit=10, kinds=["album"])] == ["album"]
    assert not list_opened(ben.member, limit=10)


def test_the_oldest_are_forgotten(ada: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opened_things, "MAX_KEPT", 3)
    for number in range(5):
        record_opened(ada.member, "album", f"spotify:album:{number:022d}", name=str(number))
    assert [one.name for one in list_opened(ada.member, limit=10)] == ["4", "3", "2"]
