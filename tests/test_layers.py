"""What import-linter cannot say: what the service module leans on, and what is installed of the app."""

import ast
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "spotweb" / "spotify"
ALLOWED = {
    "django.conf.settings",
    "django.core.cache.cache",
    "django.db.connections",  # only to close them: the cache may be a table, and threads open their own
}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_the_service_module_knows_django_by_its_settings_and_cache_alone():
    used = {name for path in SERVICE.rglob("*.py") for name in _imports(path) if name.startswith("django")}
    assert used, "the walk finds nothing any more"
    assert used <= ALLOWED


def test_every_app_is_a_part_of_what_is_installed():
    """The image and the service are made of what .dockerignore names."""
    named = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    apps = {
        app.partition(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.partition(".")[0]).is_dir()
    }
    assert {"accounts", "spotweb"} <= apps
    assert apps <= named
