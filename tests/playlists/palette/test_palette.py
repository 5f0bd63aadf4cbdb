"""What the palette finds, from the member's own index alone."""

from library.saved.actions import set_saved
from playlists.palette.entries import MAX_ENTRIES, mark_words
from tests.support.menus import PART
from tests.support.people import Person


def find(person: Person, query: str) -> dict[str, list[str]]:
    groups = person.get("/playlists/palette/", {"q": query}, **PART).context["groups"]
    return {group.label: [entry.name for entry in group.entries] for group in groups}


def test_it_finds_what_is_owned_pages_and_actions_without_asking_spotify(ada: Person, ben: Person, sandbox):
    ada.get("/playlists/")
    playlist = ada.member.playlists.select_related("playlist")[0].playlist
    album = sandbox.control("GET", "catalog?type=album&limit=1")[0]
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    sandbox.forget_requests()

    assert find(ada, "") == {"Recently opened": [album["name"]]}
    assert playlist.name in find(ada, playlist.name.upper())["Playlists"]
    assert album["name"] in find(ada, album["name"])["Albums and artists"]
    assert find(ada, "new play")["Actions"] == ["New playlist"]
    assert find(ada, "househ")["Pages"] == ["Household", "Search for “househ”"]
    for letter in "aeionst":
        assert sum(map(len, find(ada, letter).values())) <= MAX_ENTRIES
    assert find(ben, "") == {}
    assert not sandbox.requests()
    assert ada.get("/playlists/palette/", {"q": "a b"})["Location"] == "/search/?q=a+b"


def test_the_letters_that_were_found_are_marked_and_nothing_else_is_markup():
    assert mark_words("Sälto <b>", ["sal"]) == "<mark>Säl</mark>to &lt;b&gt;"
    assert mark_words("no", ["x"]) == "no"
