import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Take the table of past searches over from the player, with all that is in it."""

    dependencies = [
        ("library", "0009_no_ticket_on_the_saved_index"),
        ("player", "0002_devices_and_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PastSearch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("words", models.CharField(max_length=200)),
                        ("searched_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="past_searches",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "player_pastsearch",
                        "ordering": ["-searched_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("member", "words"), name="words_once_per_member")
                        ],
                    },
                )
            ]
        ),
        migrations.AlterModelTable("pastsearch", None),
    ]
