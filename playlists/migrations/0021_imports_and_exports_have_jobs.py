import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playlists", "0020_carry_over_imports_and_exports")]

    operations = [
        migrations.RemoveField("ImportRun", "beat_at"),
        migrations.RemoveField("ImportRun", "done"),
        migrations.RemoveField("ImportRun", "is_cancel_wanted"),
        migrations.RemoveField("ImportRun", "state"),
        migrations.RemoveField("ImportRun", "total"),
        migrations.RemoveField("ImportRun", "trouble"),
        migrations.RemoveField("ImportRun", "trouble_until"),
        migrations.RemoveField("ExportRun", "beat_at"),
        migrations.RemoveField("ExportRun", "done"),
        migrations.RemoveField("ExportRun", "is_cancel_wanted"),
        migrations.RemoveField("ExportRun", "state"),
        migrations.RemoveField("ExportRun", "total"),
        migrations.RemoveField("ExportRun", "trouble"),
        migrations.RemoveField("ExportRun", "trouble_until"),
        migrations.AlterField(
            "ImportRun",
            "job",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="import_run", to="jobs.job"
            ),
        ),
        migrations.AlterField(
            "ExportRun",
            "job",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="export_run", to="jobs.job"
            ),
        ),
    ]
