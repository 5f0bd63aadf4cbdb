import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0005_where_spotify_lost_something")]

    operations = [
        # Indexes and constraints keep the names of the fields they were made with, so they are made again.
        migrations.RemoveConstraint(
            model_name="ownwrite",
            name="own_write_once",
        ),
        migrations.RemoveConstraint(
            model_name="saved",
            name="item_saved_once",
        ),
        migrations.RemoveConstraint(
            model_name="saved",
            name="album_saved_once",
        ),
        migrations.RemoveConstraint(
            model_name="saved",
            name="show_saved_once",
        ),
        migrations.RemoveConstraint(
            model_name="saved",
            name="artist_saved_once",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_added",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_title",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_artist",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_album",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_release",
        ),
        migrations.RemoveIndex(
            model_name="saved",
            name="saved_by_facet",
        ),
        migrations.RenameModel("Shelf", "SavedIndex"),
        migrations.RenameModel("Saved", "SavedItem"),
        migrations.RenameModel("HoldingPlaylist", "IndexedPlaylist"),
        migrations.RenameModel("Held", "PlaylistMembership"),
        migrations.RenameField("saveditem", "shelf", "index"),
        migrations.RenameField("ownwrite", "shelf", "index"),
        migrations.RenameField("saveditem", "passage", "generation"),
        migrations.RenameField("savedindex", "passage", "generation"),
        migrations.RenameField("savedindex", "claimed", "spotify_total"),
        migrations.RenameField("savedindex", "head", "first_page_digest"),
        migrations.RenameField("savedindex", "lost", "missing_count"),
        migrations.RenameField("savedindex", "has_drifted", "changed_during_sync"),
        migrations.RenameField("savedindex", "is_whole_wanted", "needs_full_sync"),
        migrations.RenameField("savedindex", "whole_at", "full_sync_at"),
        migrations.AlterField(
            model_name="indexedplaylist",
            name="items",
            field=models.ManyToManyField(
                related_name="playlists", through="library.PlaylistMembership", to="library.item"
            ),
        ),
        migrations.AlterField(
            model_name="savedindex",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_indexes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="saveditem",
            name="index",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="library.savedindex",
            ),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(fields=["index", "added_at", "id"], name="saved_by_added"),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(fields=["index", "title_key", "id"], name="saved_by_title"),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(fields=["index", "artist_key", "id"], name="saved_by_artist"),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(fields=["index", "album_key", "id"], name="saved_by_album"),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(fields=["index", "release_key", "id"], name="saved_by_release"),
        ),
        migrations.AddIndex(
            model_name="saveditem",
            index=models.Index(
                fields=["index", "facet", "words", "duration_ms", "added_at", "first_added_at", "id"],
                name="saved_by_facet",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownwrite",
            constraint=models.UniqueConstraint(fields=("index", "uri"), name="own_write_once"),
        ),
        migrations.AddConstraint(
            model_name="saveditem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("item__isnull", False)), fields=("item", "index"), name="item_saved_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="saveditem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("album__isnull", False)),
                fields=("album", "index"),
                name="album_saved_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="saveditem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("show__isnull", False)), fields=("show", "index"), name="show_saved_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="saveditem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("artist__isnull", False)),
                fields=("artist", "index"),
                name="artist_saved_once",
            ),
        ),
    ]
