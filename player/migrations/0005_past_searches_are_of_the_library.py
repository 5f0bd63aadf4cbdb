from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0010_past_searches"), ("player", "0004_delete_job")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("PastSearch")])
    ]
