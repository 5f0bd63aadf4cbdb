"""Since when a member has had a recording, under whatever id."""

import pytest
from msgspec import structs

from library.catalogue import store
from library.models import Item, SavedItem
from tests.library.things import member, save, track
from tests.support.database import go_back_to

ISRC = "IEABC0100001"
OLD, NEW = 1_500_000_000, 1_700_000_000


def had(person):
    rows = SavedItem.objects.filter(index__member=person)
    return {row.item.name: row.first_added_at for row in rows.select_related("item")}


def release(thing, id_, name):
    return structs.replace(thing, id=id_, uri=f"spotify:track:{id_}", name=name)


@pytest.mark.django_db
def test_another_release_was_had_as_long_and_the_live_version_was_not():
    ada, song = member("ada"), track("Harbour", isrc=ISRC)
    live, again = (
        release(song, "live", name="Harbour (Live)"),
        release(song, "again", name="Harbour - Remastered"),
    )
    save(ada, [again, live, song], at=[NEW + 1, NEW, OLD])
    assert had(ada) == {"Harbour": OLD, "Harbour (Live)": NEW, "Harbour - Remastered": OLD}


@pytest.mark.django_db(transaction=True)
def test_what_an_earlier_version_took_for_one_is_told_apart_when_it_is_read_again():
    ada, song = member("ada"), track("Harbour", isrc=ISRC)
    things = [release(song, "live", name="Harbour (Live)"), song]
    save(ada, things, at=[NEW, OLD])
    with go_back_to(("library", "0011_place_by_cursor")) as before:
        before.get_model("library", "Item").objects.update(recording=ISRC)
        before.get_model("library", "SavedItem").objects.update(first_added_at=OLD)
        before.get_model("library", "FirstHad").objects.exclude(recording=ISRC).delete()
    assert had(ada) == {"Harbour": OLD, "Harbour (Live)": OLD}, "until it is read"
    save(ada, things, at=[NEW, OLD])
    assert had(ada) == {"Harbour": OLD, "Harbour (Live)": NEW}
    names = set(store.get_recordings(Item.objects.values_list("pk", flat=True)).values())
    assert len(names) == 2
    assert "" not in names
