from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0008_jobs_for_syncs_under_way")]

    operations = [
        migrations.RemoveField("savedindex", "state"),
        migrations.RemoveField("savedindex", "ticket"),
        migrations.RemoveField("savedindex", "beat_at"),
        migrations.RemoveField("savedindex", "tries"),
        migrations.RemoveField("savedindex", "trouble"),
        migrations.RemoveField("savedindex", "trouble_until"),
    ]
