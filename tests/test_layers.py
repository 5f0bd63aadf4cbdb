"""What import-linter cannot say: which parts of Django the service module may lean on."""

import ast
from pathlib import Path

SERVICE = Path(__file__).parent.parent / "spotweb" / "spotify"
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
