from typing import Any

from django.db import migrations
from django.db.models import Count, Exists, OuterRef


def forget_shared_names(apps: Any, schema_editor: Any) -> None:  # Any: Django's own
    """Names were bare ISRCs, which labels also give to a live version or a second part.

    Items with a name of their own keep it. The others are compared when Spotify sends them the next time.
    """
    alias = schema_editor.connection.alias
    items = apps.get_model("library", "Item").objects.using(alias)
    shared = items.values("recording").annotate(count=Count("pk")).filter(count__gt=1)
    names = list(shared.exclude(recording="").values_list("recording", flat=True))
    for start in range(0, len(names), 500):
        _forget_what_is_told_again(apps, alias, names[start : start + 500])
        items.filter(recording__in=names[start : start + 500]).update(recording="")


def _forget_what_is_told_again(apps: Any, alias: str, names: list[str]) -> None:
    """A moment that Spotify still tells of a saved item is found again, for the right one of them."""
    saved = apps.get_model("library", "SavedItem").objects.using(alias)
    told = saved.filter(
        index__member=OuterRef("member"), item__recording=OuterRef("recording"), added_at=OuterRef("added_at")
    )
    apps.get_model("library", "FirstHad").objects.using(alias).filter(
        Exists(told), recording__in=names
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0011_place_by_cursor"),
    ]

    operations = [
        migrations.RunPython(forget_shared_names, migrations.RunPython.noop),
    ]
