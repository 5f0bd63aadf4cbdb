from django.db import migrations, models

import accounts.models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_owner_code")]

    operations = [
        # Who is here already has not seen what is new; who comes later needs no news.
        migrations.AddField(
            model_name="member",
            name="seen_version",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AlterField(
            model_name="member",
            name="seen_version",
            field=models.CharField(blank=True, default=accounts.models.current_version, max_length=32),
        ),
    ]
