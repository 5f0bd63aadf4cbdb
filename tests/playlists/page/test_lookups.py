"""The way of a request is short: a playlist is opened once and handed down."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.player.parts import PART

# As many as 0.2.0 sent, which looked the playlist up three times. The rate limit's cache writes now and then.
MAX_STATEMENTS = 35
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def test_one_removal_of_rows_looks_the_playlist_up_once(either_mode, ada, lists):
    playlist_id = lists.make(ada, lists.tracks[:30])
    ada.get("/playlists/")
    ada.get(f"/playlists/{playlist_id}/")
    rows = {"seen": lists.seen(ada, playlist_id), "positions": "1,3"}
    with CaptureQueriesContext(connection) as captured:
        assert ada.post(f"/playlists/{playlist_id}/remove/", rows, **PART).status_code == 200
    assert len(lists.items(playlist_id)) == 28
    statements = [query["sql"] for query in captured if ' "cache"' not in query["sql"]]
    queries = [sql for sql in statements if not sql.startswith(TRANSACTION)]
    is_lookup = f'"playlists_memberplaylist"."member_id" = {ada.member.pk} '
    lookups = [sql for sql in queries if sql.startswith("SELECT") and is_lookup in sql]
    assert len(lookups) == 1, lookups
    assert len(queries) <= MAX_STATEMENTS, "\n".join(queries)
