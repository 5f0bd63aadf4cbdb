import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_job"), ("library", "0006_names_of_the_saved_index")]

    operations = [
        migrations.AddField(
            "savedindex",
            "job",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
            ),
        ),
        migrations.RenameField("savedindex", "began_at", "started_at"),
        migrations.RenameField("savedindex", "began_position", "start_position"),
    ]
