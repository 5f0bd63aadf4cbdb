from importlib import import_module

from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    name = "playlists"

    def ready(self) -> None:
        # Both need the models, which are there only now.
        from accounts import household
        from playlists.models import delete_orphaned_playlists

        household.on_member_deleted(delete_orphaned_playlists)
        for package in ("page", "index", "transfer"):
            import_module(f"playlists.{package}.row_menu")  # registers what is in it
        import_module("playlists.page.playback")
        import_module("playlists.revisions.former_items")
        import_module("playlists.sync.coverage")
