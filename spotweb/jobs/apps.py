from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "spotweb.jobs"
    label = "jobs"

    def ready(self) -> None:
        from spotweb.jobs import registry  # noqa: F401  # it tells jobs what their kinds say
