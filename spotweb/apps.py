from django.apps import AppConfig
from django.db.backends.signals import connection_created

from spotweb.storage.read_only import end_soon


class SpotwebConfig(AppConfig):
    name = "spotweb"

    def ready(self) -> None:
        connection_created.connect(end_soon)
