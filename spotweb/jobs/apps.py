from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "spotweb.jobs"
    label = "jobs"
