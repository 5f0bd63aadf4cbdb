"""What was saved within one second stands as Spotify lists it: several at once, imports."""

import pytest

from library.models import SavedIndex
from library.saved import actions, browse, jumps
from library.saved.order import Sort
from library.sync import actions as sync_actions
from tests.library.conftest import at_spotify, here
from tests.library.sync.test_changes import at_spotify_save, look_again, read


def unsaved(sandbox, kind, number):
    mine = set(at_spotify(sandbox, "ada", kind))
    some = sandbox.control("GET", f"catalog?type={kind}&limit=500")
    return [one["uri"] for one in some if one["uri"] not in mine][:number]


def shown(person, kind, *, page=7, descending=True):
    """All pages of the list, one after the other."""
    uris, after = [], None
    while True:
        part = browse.get_page(person.member, kind, sort=Sort(descending=descending), after=after, limit=page)
        uris += [row.uri for row in part.rows]
        if part.next is None:
            return uris
        after = part.next


def listed(sandbox, person, kind):
    """As Spotify lists it, without what it says nothing about."""
    known = here(person.member, kind)
    return [uri for uri in at_spotify(sandbox, person.name, kind) if uri in known]


@pytest.mark.parametrize("kind", ["track", "album", "show", "episode"])
def test_first_reading(ada, sandbox, work, kind):
    at_spotify_save(sandbox, ada, unsaved(sandbox, kind, 30))
    read(ada, work, kind)
    assert shown(ada, kind) == listed(sandbox, ada, kind)
    assert shown(ada, kind, descending=False) == listed(sandbox, ada, kind)[::-1]


def test_more_than_a_page_at_once(ada, sandbox, work):
    at_spotify_save(sandbox, ada, unsaved(sandbox, "track", 130))
    read(ada, work)
    assert shown(ada, "track", page=50) == listed(sandbox, ada, "track")


@pytest.mark.parametrize("kind", ["track", "album"])
def test_what_is_saved_later(ada, sandbox, work, kind):
    read(ada, work, kind)
    at_spotify_save(sandbox, ada, unsaved(sandbox, kind, 12))
    look_again(ada, work, sandbox, kind)
    assert shown(ada, kind) == listed(sandbox, ada, kind)


@pytest.mark.parametrize("kind", ["track", "album"])
def test_what_is_saved_here(ada, sandbox, work, kind):
    read(ada, work, kind)
    actions.set_saved(ada.member, unsaved(sandbox, kind, 12), saved=True)
    SavedIndex.objects.update(first_page_digest=b"")
    look_again(ada, work, sandbox, kind)
    assert shown(ada, kind) == listed(sandbox, ada, kind)


def test_a_filtered_list_and_the_jumps(ada, sandbox, work):
    at_spotify_save(sandbox, ada, unsaved(sandbox, "album", 30))
    read(ada, work, "album")
    sync_actions.visit_index(ada.member, "album")
    everything = listed(sandbox, ada, "album")
    for sort in (Sort(), Sort(descending=False)):
        rows = shown(ada, "album", descending=sort.descending)
        for target in jumps.get_jump_targets(ada.member, "album", sort=sort):
            part = browse.get_page(ada.member, "album", sort=sort, after=target.cursor, limit=3)
            assert [row.uri for row in part.rows] == rows[target.position : target.position + 3]
    found = browse.get_page(ada.member, "album", query="a", limit=200)
    assert [row.uri for row in found.rows] == [
        uri for uri in everything if uri in {r.uri for r in found.rows}
    ]
