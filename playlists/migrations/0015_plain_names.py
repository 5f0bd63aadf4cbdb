from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("playlists", "0014_put_imports_away")]

    operations = [
        migrations.RenameModel("Reading", "PlaylistRead"),
        migrations.RenameField("PlaylistRead", "head", "first_page"),
        migrations.RenameField("Edit", "target", "result"),
        migrations.RenameField("Edit", "wanted", "packed_target"),
        migrations.RenameField("Edit", "left", "skipped_count"),
        migrations.RenameField("Edit", "loses_dates", "readded_count"),
    ]
