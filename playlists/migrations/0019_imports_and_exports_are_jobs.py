import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_job"), ("playlists", "0018_edits_and_reads_have_jobs")]

    operations = [
        migrations.AddField(
            "ImportRun",
            "job",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="import_run",
                to="jobs.job",
            ),
        ),
        migrations.AddField(
            "ExportRun",
            "job",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="export_run",
                to="jobs.job",
            ),
        ),
        migrations.RenameField("ImportRun", "looked_here", "compared_up_to"),
        migrations.RenameField("ImportRun", "is_put_away", "is_hidden"),
        migrations.RenameField("ImportLine", "said", "label"),
        migrations.RenameField("ExportRun", "wanted", "playlist_ids"),
        migrations.RenameField("ExportRun", "read", "read_ids"),
        migrations.RenameField("ExportRun", "left", "failed"),
        migrations.RenameField("ExportRun", "now_at", "current_names"),
        migrations.RenameField("ExportRun", "size", "size_bytes"),
    ]
