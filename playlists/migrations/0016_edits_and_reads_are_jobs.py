import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_job"), ("playlists", "0015_plain_names")]

    operations = [
        migrations.AddField(
            "Edit",
            "job",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="edit",
                to="jobs.job",
            ),
        ),
        migrations.AddField("Edit", "uncertain_since", models.DateTimeField(null=True)),
        migrations.AddField(
            "PlaylistRead",
            "job",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="jobs.job",
            ),
        ),
    ]
