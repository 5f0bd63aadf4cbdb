"""Undo where songs stand several times: each copy comes back to where it stood."""

import random

from playlists.editing.actions import move_items, remove_items, undo_edit
from tests.playlists.conftest import open_list, work


def test_each_copy_comes_back_to_its_place(ada, lists):
    for seed in range(16):
        dice = random.Random(seed)  # noqa: S311  # dice
        before = [dice.choice(lists.tracks[:3]) for _ in range(dice.randint(2, 9))]
        playlist_id = lists.make(ada, before)
        chosen = sorted(dice.sample(range(len(before)), dice.randint(1, len(before) - 1)))
        rest = [place for place in range(len(before)) if place not in chosen]
        seen = lists.seen(ada, playlist_id)
        wanted = [before[place] for place in ([*chosen, *rest] if seed % 3 == 0 else rest)]
        if wanted == before:
            continue
        if seed % 3:
            edit = remove_items(open_list(ada, playlist_id), base_revision=seen, positions=chosen)
        else:
            edit = move_items(open_list(ada, playlist_id), base_revision=seen, positions=chosen, before=0)
        work()
        assert lists.items(playlist_id) == wanted, seed
        undo_edit(ada.member, edit.pk)
        work()
        assert lists.items(playlist_id) == before, seed
