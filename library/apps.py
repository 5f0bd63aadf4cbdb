from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        # Both need the models, which are there only now.
        from accounts.house.actions import on_demo_removed
        from library.models import delete_unused_facts

        on_demo_removed(delete_unused_facts)
