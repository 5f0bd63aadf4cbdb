from typing import Any

from django.db import migrations

from accounts.names import choose_name


def name_members(apps: Any, schema_editor: Any) -> None:  # Any: Django's own
    """Names that show nothing, or that another member had first, are replaced."""
    members = apps.get_model("accounts", "Member").objects.using(schema_editor.connection.alias)
    taken: list[str] = []
    for member in members.order_by("joined_at", "pk"):
        name = choose_name((member.display_name, member.spotify_id, member.account_key), taken)
        taken.append(name)
        if name != member.display_name:
            members.filter(pk=member.pk).update(display_name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_hand_over")]

    operations = [migrations.RunPython(name_members, migrations.RunPython.noop)]
