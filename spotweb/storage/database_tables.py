"""Whether the database has the tables of this version, and how an empty one gets them at once.

Replaying a hundred migrations takes seconds of processor time on a fast machine and half a minute on a small
box, to arrive at what the models say anyway. An older database is migrated step by step as ever
(docs/decisions/0117).
"""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.core.management.base import no_translations
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, router
from django.db.migrations.recorder import MigrationRecorder


def is_empty() -> bool:
    """Whether there is no table at all, neither ours nor another program's."""
    return not connection.introspection.table_names(include_views=True)


def is_current() -> bool:
    """Whether every migration of this version was applied. Reads file names alone, and imports none."""
    return list_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@no_translations
def lay_tables() -> None:
    """Create the tables of all models, and record every migration as applied: all of it or nothing."""
    recorder = MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        for app in apps.get_app_configs():
            for model in router.get_migratable_models(app, connection.alias, include_auto_created=False):
                if model._meta.can_migrate(connection):  # noqa: SLF001  # documented, in spite of its name
                    editor.create_model(model)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create(
            [recorder.Migration(app=app, name=name) for app, name in sorted(list_migrations())]
        )
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def list_migrations() -> set[tuple[str, str]]:
    """Return app and name of each migration of the installed apps, ours and others'."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        if find_spec(f"{app.name}.migrations")
        for module in iter_modules(import_module(f"{app.name}.migrations").__path__)
        if not module.ispkg and module.name[0] not in "_~"
    }
