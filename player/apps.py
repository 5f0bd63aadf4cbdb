from importlib import import_module

from django.apps import AppConfig


class PlayerConfig(AppConfig):
    name = "player"

    def ready(self) -> None:
        import_module("player.row_menus")  # registers what is in it, as does
        import_module("player.speaker_loans.observer")  # first: what others record depends on whose it is
        import_module("player.observation.observer")
        import_module("player.managed_queue.job")
        import_module("player.quiet_hours.observer")
