"""Each tool through its page, without a script: choose, see, apply, undo."""

import re
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from playlists.models import Edit, PlaylistMirror
from playlists.sync import access
from playlists.sync.index import get_playlists
from playlists.tools.operations import ToolSubject
from playlists.tools.registry import TOOLS
from tests.playlists.conftest import work
from tests.support.undo import press_undo, undo_values

LOCAL = "spotify:local:Somebody:An+album:A+song:120"


@pytest.fixture
def tool(ada, lists):
    """Uses a tool as a browser without a script would."""
    return Tools(ada, lists)


def later():
    """When a list is looked at again."""
    return time_machine.travel(timezone.now() + timezone.timedelta(minutes=2))


class Tools:
    def __init__(self, person, lists) -> None:
        self.person, self.lists = person, lists

    def make(self, items, **details: Any):
        playlist_id = self.lists.make(self.person, items, **details)
        get_playlists(self.person.member, refresh=True)
        return playlist_id

    def preview(self, playlist_id, slug, **chosen: Any):
        sent = {"go": "1", **chosen} if chosen else None
        return self.person.get(f"/playlists/{playlist_id}/tools/{slug}/", sent)

    def apply(self, page, playlist_id, slug, **more: Any):
        """Sends what stands in the form of the preview."""
        text = page.content.decode()
        form = text[text.index('<form class="stack"') :]
        form = form[: form.index("</form>")]
        sent = {}
        for tag in re.findall(r"<input type=\"hidden\"[^>]*>", form):
            name, value = re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)[1]
            sent.setdefault(name, []).append(value)
        return self.person.post(f"/playlists/{playlist_id}/tools/{slug}/", {**sent, **more})

    def use(self, playlist_id, slug, **chosen: Any):
        page = self.preview(playlist_id, slug, **chosen)
        assert page.status_code == 200
        answer = self.apply(page, playlist_id, slug)
        assert answer.status_code == 302, answer.content.decode()[:500]
        work()
        return page.content.decode()

    def undo(self, playlist_id):
        edit = Edit.objects.filter(playlist__spotify_id=playlist_id).latest("pk")
        self.person.post(f"/playlists/{playlist_id}/edit/", {"edit": edit.pk, "do": "undo"})
        work()


def test_the_menu_offers_every_tool(ada, tool):
    playlist_id = tool.make(tool.lists.tracks[:3])
    page = ada.get(f"/playlists/{playlist_id}/tools/").content.decode()
    for slug in TOOLS:
        assert f"/tools/{slug}/" in page


def test_duplicates_go_and_come_back(tool):
    t = tool.lists.tracks
    items = [t[0], t[1], t[0], LOCAL, t[2], t[1]]
    playlist_id = tool.make(items)
    page = tool.use(playlist_id, "duplicates")
    assert "2 items removed" in page
    assert "2 items get today’s date and your name" in page
    assert tool.lists.items(playlist_id) == [t[0], t[1], LOCAL, t[2]]
    tool.undo(playlist_id)
    assert tool.lists.items(playlist_id) == items


def test_what_cannot_be_played_goes_but_not_what_spotify_cannot_remove(tool, sandbox):
    off = sandbox.control("GET", "catalog?type=track&odd=unplayable&limit=2")[0]["uri"]
    t = tool.lists.tracks
    playlist_id = tool.make([t[0], off, None, t[1]])
    page = tool.use(playlist_id, "unavailable")
    assert "1 item removed" in page
    assert "Stays: Spotify removes neither local files" in page
    assert tool.lists.items(playlist_id) == [t[0], None, t[1]]


def test_sorting_keeps_the_dates_unless_the_fast_way_is_chosen(tool, ada):
    playlist_id = tool.make(tool.lists.tracks[:40])
    page = tool.preview(playlist_id, "sort", first="title")
    assert "Keep the dates" in page.content.decode()
    assert "40 items get today’s date and your name" in page.content.decode()
    before = access.open_playlist(ada.member, playlist_id).contents
    tool.apply(page, playlist_id, "sort", way="keeping")
    work()
    after = access.open_playlist(ada.member, playlist_id).contents
    assert {entry.added_at for entry in after.entries} == {entry.added_at for entry in before.entries}
    names = [row["name"] for row in names_of(tool, playlist_id)]
    assert names == sorted(names, key=str.casefold)
    assert tool.preview(playlist_id, "sort", first="title").content.decode().count("Nothing would change")


def names_of(tool, playlist_id):
    known = {one["uri"]: one for one in tool.lists.sandbox.control("GET", "catalog?type=track&limit=400")}
    return [known[uri] for uri in tool.lists.items(playlist_id)]


def test_the_fast_way_is_what_it_says(tool, sandbox):
    items = tool.lists.tracks[:40]
    playlist_id = tool.make(items)
    page = tool.preview(playlist_id, "reverse")
    sandbox.forget_requests()
    tool.apply(page, playlist_id, "reverse", way="fast")
    assert len([one for one in sandbox.requests() if one["method"] != "GET"]) == 1
    assert tool.lists.items(playlist_id) == items[::-1]
    tool.undo(playlist_id)
    assert tool.lists.items(playlist_id) == items


def test_random_order_is_the_one_that_was_shown(tool):
    items = tool.lists.tracks[:30]
    playlist_id = tool.make(items)
    page = tool.preview(playlist_id, "shuffle")
    seed = re.search(r'name="seed" value="(\d+)"', page.content.decode())[1]
    tool.apply(page, playlist_id, "shuffle", way="fast")
    once = tool.lists.items(playlist_id)
    assert once != items
    assert sorted(once) == sorted(items)
    tool.undo(playlist_id)
    tool.use(playlist_id, "shuffle", seed=seed)
    assert tool.lists.items(playlist_id) == once


def test_artists_are_spread(tool):
    playlist_id = tool.make(tool.lists.tracks[:40])
    tool.use(playlist_id, "spread")
    opened = access.open_playlist(tool.person.member, playlist_id)
    facts = ToolSubject(tool.person.member, opened.playlist, opened.contents).facts
    assert all(one.artist != other.artist for one, other in pairwise(facts))


def test_lists_are_merged_without_what_is_there_already(tool):
    t = tool.lists.tracks
    own, other, third = tool.make(t[:3]), tool.make([*t[2:5], LOCAL]), tool.make([t[4], t[9]])
    page = tool.use(own, "merge", lists=[other, third], how="id", place="end", into="this")
    assert "3 items are new" in page
    assert "2 items are left out: they are there already" in page
    assert "1 item can’t be added" in page
    assert tool.lists.items(own) == [*t[:5], t[9]]
    tool.undo(own)
    assert tool.lists.items(own) == t[:3]


def test_lists_are_merged_into_a_new_one_also_by_those_who_may_not_edit(tool, ben, ada):
    t = tool.lists.tracks
    theirs = tool.lists.make(ben, t[:2], name="Ben's", collaborative=False, public=False, invited=["ada"])
    own = tool.make(t[2:4])
    page = tool.preview(own, "merge", lists=[own], how="id", place="end", into="new", name="Both")
    assert "Choose at least one playlist" in page.content.decode()
    other = tool.make(t[3:6])
    answer = tool.apply(
        tool.preview(own, "merge", lists=[other], how="id", place="end", into="new", name="Both"),
        own,
        "merge",
    )
    new = answer.headers["Location"].strip("/").split("/")[-1]
    assert tool.lists.items(new) == t[2:6]
    assert tool.lists.items(own) == t[2:4]
    assert theirs


def test_a_new_list_needs_a_name(tool):
    own, other = tool.make(tool.lists.tracks[:2]), tool.make(tool.lists.tracks[2:4])
    page = tool.preview(own, "merge", lists=[other], how="id", place="end", into="new", name=" ")
    assert "Give it a name." in page.content.decode()
    assert "Make them" not in page.content.decode()


def test_a_list_is_split_and_stays(tool, ada):
    items = tool.lists.tracks[:25]
    playlist_id = tool.make(items, name="Road")
    page = tool.use(playlist_id, "split", by="count", size="10")
    assert "Road · 3/3" in page
    entries = {entry.playlist.name: entry.playlist.spotify_id for entry in get_playlists(ada.member)}
    parts = [tool.lists.items(entries[f"Road · {number}/3"]) for number in (1, 2, 3)]
    assert parts == [items[:10], items[10:20], items[20:]]
    assert tool.lists.items(playlist_id) == items


def test_what_was_made_is_taken_back(tool, ada):
    playlist_id = tool.make(tool.lists.tracks[:4], name="Road")
    tool.use(playlist_id, "split", by="count", size="2")
    page = ada.get("/playlists/").content.decode()
    assert "Made 2 playlists." in page
    answer = press_undo(ada, page)
    assert answer.status_code == 302
    names = [entry.playlist.name for entry in get_playlists(ada.member, refresh=True)]
    assert not [name for name in names if name.startswith("Road ·")]
    assert "Road" in names


def test_a_split_that_ends_midway_says_how_far_it_came(tool, ada, sandbox):
    playlist_id = tool.make(tool.lists.tracks[:6], name="Road")
    page = tool.preview(playlist_id, "split", by="count", size="2")
    # The first list is made, and then Spotify has had enough.
    sandbox.fault("/v1/playlists/*/items", "quota", method="POST", retry_after=3600)
    answer = tool.apply(page, playlist_id, "split")
    shown = ada.get(answer.headers["Location"]).content.decode()
    assert "1 of 3 playlists were made, and the last of these may lack items" in shown
    assert len(undo_values(shown)["lists"].split(",")) == 1
    assert tool.lists.items(playlist_id) == tool.lists.tracks[:6]


def test_a_split_that_cannot_begin_makes_nothing(tool, sandbox):
    playlist_id = tool.make(tool.lists.tracks[:6], name="Road")
    page = tool.preview(playlist_id, "split", by="count", size="2")
    sandbox.fault("/v1/me/playlists", "quota", method="POST", retry_after=3600)
    before = len(sandbox.control("GET", "playlists"))
    assert tool.apply(page, playlist_id, "split").status_code == 503
    assert len(sandbox.control("GET", "playlists")) == before


@pytest.mark.parametrize("by", ["minutes", "artist", "year", "decade"])
def test_other_ways_to_split_leave_nothing_out(tool, by):
    playlist_id = tool.make(tool.lists.tracks[:25])
    page = tool.preview(playlist_id, "split", by=by, size="2" if by == "artist" else "30").content.decode()
    counts = [int(count) for count in re.findall(r'<small class="num">(\d+) items?', page)]
    assert sum(counts) == 25


def test_too_many_parts_are_shown_but_not_made(tool):
    playlist_id = tool.make(tool.lists.tracks[:25])
    page = tool.preview(playlist_id, "split", by="count", size="1")
    assert "At most 20 playlists are made at once" in page.content.decode()
    before = len(tool.lists.sandbox.control("GET", "playlists"))
    tool.apply(page, playlist_id, "split")
    assert len(tool.lists.sandbox.control("GET", "playlists")) == before


def test_one_list_is_subtracted_from_another(tool):
    t = tool.lists.tracks
    own, other = tool.make(t[:6]), tool.make([t[1], t[4], t[8]], name="Heard")
    page = tool.use(own, "subtract", other=other, how="id")
    assert "2 items removed" in page
    assert tool.lists.items(own) == [t[0], t[2], t[3], t[5]]
    edit = Edit.objects.latest("pk")
    assert edit.description == "Removed 2 items that “Heard” holds"
    tool.undo(own)
    assert tool.lists.items(own) == t[:6]


def test_a_list_is_kept_in_step_on_demand(tool, ada):
    t = tool.lists.tracks
    source, minus, own = (
        tool.make(t[:6], name="All"),
        tool.make(t[2:4], name="Not these"),
        tool.make([t[5], t[9], LOCAL]),
    )
    tool.use(own, "mirror", source=source, minus=minus, how="id")
    assert tool.lists.items(own)[:4] == [t[0], t[1], t[4], t[5]]
    assert LOCAL in tool.lists.items(own)
    tool.lists.change(source, [t[7], *t[:6]])
    page = ada.get(f"/playlists/{own}/tools/").content.decode()
    assert "Kept in step with" in page
    with later():
        tool.apply(tool.preview(own, "mirror"), own, "mirror")
        work()
    assert tool.lists.items(own)[:5] == [t[7], t[0], t[1], t[4], t[5]]
    ada.post(f"/playlists/{own}/tools/mirror/forget/")
    assert not PlaylistMirror.objects.exists()
    assert tool.lists.items(own)[:5] == [t[7], t[0], t[1], t[4], t[5]]


def test_what_others_added_between_preview_and_apply_stays(tool):
    t = tool.lists.tracks
    playlist_id = tool.make(t[:5])
    page = tool.preview(playlist_id, "reverse")
    tool.lists.change(playlist_id, [*t[:5], t[20]])
    with later():
        tool.apply(page, playlist_id, "reverse")
        work()
    assert t[20] in tool.lists.items(playlist_id)
    assert set(tool.lists.items(playlist_id)) == {*t[:5], t[20]}


def test_of_others_lists_new_ones_can_be_made_and_nothing_else(tool, ben, ada, lists):
    theirs = lists.make(ben, lists.tracks[:4], name="Ben's own")
    page = ada.get(f"/playlists/{theirs}/tools/")
    assert page.status_code in {200, 403}
    answer = ada.post(f"/playlists/{theirs}/tools/reverse/", {"go": "1", "seen": "1"})
    assert answer.status_code in {302, 403, 404}
    assert lists.items(theirs) == lists.tracks[:4]


@pytest.mark.parametrize(
    ("slug", "sent"),
    [
        ("sort", {"first": "price"}),
        ("split", {"by": "count", "size": "0"}),
        ("split", {"by": "count", "size": "x"}),
        ("subtract", {"other": "nobodys", "how": "id"}),
        ("merge", {"place": "end"}),
        ("duplicates", {"how": "x", "keep": "y"}),
        ("mirror", {"source": "", "how": "id"}),
    ],
)
def test_bad_input_is_said_and_changes_nothing(tool, ada, slug, sent):
    playlist_id = tool.make(tool.lists.tracks[:4])
    page = tool.preview(playlist_id, slug, **sent)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    ada.post(f"/playlists/{playlist_id}/tools/{slug}/", {"go": "1", "seen": "1", **sent})
    assert tool.lists.items(playlist_id) == tool.lists.tracks[:4]


def test_there_is_no_tool_of_another_name(tool, ada):
    playlist_id = tool.make(tool.lists.tracks[:4])
    assert ada.get(f"/playlists/{playlist_id}/tools/burn/").status_code == 404
