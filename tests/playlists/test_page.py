"""The page of a playlist: what it shows, and what is done to its rows."""

from tests.playlists.pages import PlaylistPage, items_of, make, seen_in, titles_in, undo_of


def test_the_page_shows_what_is_in_the_list(ada, sandbox):
    playlist = make(sandbox, count=5)
    page = PlaylistPage(ada, playlist)
    assert len(titles_in(page.answer.text)) == 5
    assert "5 items" in page.answer.text


def test_rows_are_moved_and_put_back(ada, sandbox):
    playlist = make(sandbox, count=5)
    before = items_of(sandbox, playlist)
    page = PlaylistPage(ada, playlist)
    answer = page.act("move", positions="3-4", to="top")
    assert answer.status_code == 200, answer.text
    assert items_of(sandbox, playlist) == [*before[3:], *before[:3]]
    assert seen_in(answer.text) != page.seen
    assert 'data-chosen="0-1"' in answer.text
    url, edit = undo_of(answer.text)
    ada.post(url, {"edit": edit})
    assert items_of(sandbox, playlist) == before
