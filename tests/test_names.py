"""Names say what a thing is and what is done: what a machine can hold of decision 0071."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "home", "library", "player", "playlists", "spotweb")

# Words that are right although they look like a gerund, a participle, or a verb without an object.
NOUNS_IN_ING = {
    "editing",
    "matching",
    "now_playing",
    "packing",
    "paging",
    "parsing",
    "error_parsing",
    "routing",
}
NOUNS_IN_ED = {"saved", "recently_played"}
VAGUE_CLASSES = {
    "Found", "Group", "Held", "Kept", "Known", "Line", "Live", "Row", "Seen", "Standing", "State", "Toward",
    "Turn", "View", "Way", "Wish",
}  # fmt: skip
VAGUE_VERBS = {"forget", "keep", "look", "note", "settle", "take", "tell"}
ALLOWED = {  # "path: name" -> why it stays
    "playlists/transfer_tasks.py: forget_exports": "the path of a task that version 0.2 has queued",
}
# The same word for what Spotify sends and for the row that is made of it.
SHARED_CLASSES = {"Album", "Artist", "Command", "Playlist", "Show"}


@cache
def _parse_sources() -> dict[str, ast.Module]:
    return dict(_iterate_sources())


def _iterate_sources() -> Iterator[tuple[str, ast.Module]]:
    listing = ["git", "ls-files", *APPS]
    for name in subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split():
        path = ROOT / name
        if path.suffix == ".py" and "/migrations/" not in name and path.exists():
            yield name, ast.parse(path.read_text())


def _is_allowed(place: str, name: str) -> bool:
    return f"{place}: {name}" in ALLOWED


def _offends_as_noun(name: str) -> bool:
    is_gerund = name.endswith("ing") and name not in NOUNS_IN_ING
    is_participle = re.fullmatch(r"[a-z_]+ed|kept|known|made|had|gone", name) and name not in NOUNS_IN_ED
    return is_gerund or bool(is_participle)


def test_modules_and_packages_are_nouns():
    names = {part.removesuffix(".py") for place in _parse_sources() for part in Path(place).parts}
    assert not sorted(name for name in names if _offends_as_noun(name))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _decorators(function: ast.FunctionDef) -> set[str]:
    return {
        name
        for node in function.decorator_list
        for part in ast.walk(node)
        if (name := getattr(part, "attr", getattr(part, "id", "")))
    }


def test_functions_say_what_they_do_to_what():
    vague = []
    for place, tree in _parse_sources().items():
        for function in _functions(tree):
            name = function.name.strip("_")
            is_value = _decorators(function) & {"property", "cached_property"}
            if not is_value and name.split("_")[0] in VAGUE_VERBS and not _is_allowed(place, function.name):
                vague.append(f"{place}:{function.lineno} {function.name}")
    assert not vague


def test_public_functions_of_modules_are_no_bare_gerunds_and_participles():
    bare = [
        f"{place}:{node.lineno} {node.name}"
        for place, tree in _parse_sources().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and "_" not in node.name and _offends_as_noun(node.name)
        if not _is_allowed(place, node.name)
    ]
    assert not bare


def test_classes_are_nouns_that_tell():
    vague = [
        f"{place}:{node.lineno} {node.name}"
        for place, tree in _parse_sources().items()
        if not place.startswith("spotweb/sandbox/")
        for node in tree.body  # a class inside another one carries that one's name: Job.State
        if isinstance(node, ast.ClassDef) and node.name in VAGUE_CLASSES and not _is_allowed(place, node.name)
    ]
    assert not vague


def test_each_class_has_a_name_of_its_own():
    """Two of one name are told apart only by who imports them."""
    places = defaultdict(list)
    for place, tree in _parse_sources().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not place.startswith("spotweb/sandbox/"):
                places[node.name].append(place)
    twice = {
        name: found
        for name, found in places.items()
        if len(found) > 1 and name not in SHARED_CLASSES and not name.startswith("_")
    }
    assert not twice


def test_limits_say_max_and_min():
    vague = [
        f"{place}:{node.lineno} {target.id}"
        for place, tree in _parse_sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and re.match(r"_?(MOST|LEAST)_|.*_AT_ONCE$", target.id)
    ]
    assert not vague


def test_no_import_keeps_another_name_alive():
    """Another name only says of which package a module is (`sync_actions`, `jobs`), or whose models."""
    aliases = []
    for place, tree in _parse_sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
                aliases += [
                    f"{place}:{node.lineno} {alias.name} as {alias.asname}"
                    for alias in node.names
                    if alias.asname and not _tells_of(alias.asname, node.module, alias.name)
                ]
    assert not aliases


def _tells_of(alias: str, module: str, name: str) -> bool:
    package = module.rsplit(".", 1)[-1]
    return name in alias or alias in {package, f"{package}_{name}"} or alias == "spotify"


def test_each_package_says_what_it_is_for():
    silent = []
    for place, tree in _parse_sources().items():
        path = Path(place)
        has_code = any((ROOT / path.parent).glob("[!_]*.py"))
        if (
            path.name == "__init__.py"
            and has_code
            and not {"templatetags", "management", "commands"} & {*path.parts}
        ):
            docstring = ast.get_docstring(tree) or ""
            if len(docstring.splitlines()) < 3:  # a line on what for, an empty one, face and invariant
                silent.append(place)
    assert not silent
