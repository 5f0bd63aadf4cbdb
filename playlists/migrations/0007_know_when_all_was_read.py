from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playlists', '0006_look_here_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='playlist',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
    ]
