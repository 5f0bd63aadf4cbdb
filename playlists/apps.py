from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    name = "playlists"

    def ready(self) -> None:
        # Both need the models, which are there only now.
        from accounts import leaving
        from playlists import tidying

        leaving.afterwards(tidying.forget_what_nobody_has)
