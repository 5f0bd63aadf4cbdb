"""Nobody has to sign in again: the rows of Django's own session table move to ours."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.utils import timezone


def carry_over(apps: Any, _schema_editor: Any) -> None:  # Any: models as they were then
    old_rows = apps.get_model("sessions", "Session").objects.all()
    new = apps.get_model("accounts", "BrowserSession")
    members = set(apps.get_model("accounts", "Member").objects.values_list("pk", flat=True))
    for row in old_rows.filter(expire_date__gt=timezone.now()).iterator():
        signed_in = str(SessionStore().decode(row.session_data).get(SESSION_KEY, ""))
        if signed_in.isdecimal() and int(signed_in) in members:
            new.objects.create(
                session_key=row.session_key,
                session_data=row.session_data,
                expire_date=row.expire_date,
                member_id=int(signed_in),
            )
    old_rows.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_browser_sessions'),
        ('sessions', '0001_initial'),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
