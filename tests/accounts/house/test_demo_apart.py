"""The demo and real life are apart: what one Spotify said is never shown to another; nothing is deleted."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from spotweb.sandbox.server import Sandbox
from tests.accounts.consent import get_form
from tests.environment import free_port
from tests.support.box import OWN_KEYS, PATIENCE_S, ROOT, Box
from tests.support.sqlite_file import add_ada, ask, write_to

MEMBERS = "SELECT display_name, is_owner FROM accounts_member ORDER BY display_name"


def _names(database):
    return [name for name, _ in ask(database, MEMBERS)]


def test_a_demo_of_0_2_0_is_put_away_at_the_first_real_start(box: Box, unpack):
    unpack(box.folder)
    before = (box.folder / "secret_key").read_text()
    said = box.manage("migrate", "-v0", **OWN_KEYS)
    assert said.returncode == 0, said.stdout
    assert f"The demo household was put away: its data is now in {box.folder / 'demo'}" in said.stdout
    assert _names(box.folder / "spotweb.sqlite3") == []
    assert _names(box.folder / "demo/spotweb.sqlite3") == ["Ada", "Ben"]
    assert (box.folder / "demo/sandbox.json").exists()
    assert (box.folder / "demo/secret_key").read_text() == before
    again = box.manage("migrate", "-v0", **OWN_KEYS)
    assert (again.returncode, again.stdout) == (0, "")
    assert (box.folder / "secret_key").read_text() != before, (
        "what signs the demo's cookies signs no real ones"
    )


def test_an_old_demo_beside_a_new_one_gets_a_dated_folder(box: Box, unpack):
    """This one's simulated Spotify kept no state."""
    box.lay_house()
    unpack(box.folder, has_sandbox=False)
    said = box.manage("migrate", "-v0", **OWN_KEYS)
    folder = re.search(r"its data is now in (\S+/demo-\d{4}-\d\d-\d\d),", said.stdout)[1]
    assert _names(f"{folder}/spotweb.sqlite3") == ["Ada", "Ben"]
    assert not Path(folder, "sandbox.json").exists()
    assert _names(box.folder / "demo/spotweb.sqlite3") == []


def test_a_real_house_of_0_2_0_stays_as_it_is(box: Box, unpack):
    database = unpack(box.folder, real=("Ada", "Ben"))
    before = ask(database, MEMBERS), ask(database, "SELECT count(*) FROM library_item")
    for keys in (OWN_KEYS, {}, OWN_KEYS):
        if not keys:
            box.lay_house()  # of the demo
        said = box.manage("migrate", "-v0", **keys)
        assert said.returncode == 0, said.stdout
        assert "put away" not in said.stdout
        assert (ask(database, MEMBERS), ask(database, "SELECT count(*) FROM library_item")) == before
    assert ask(database, "SELECT DISTINCT trouble, spotify FROM accounts_grant") == [
        ("", "https://api.spotify.com/v1")
    ]


def test_invented_people_leave_a_house_that_real_ones_have_joined(box: Box, unpack):
    database = unpack(box.folder, real=("Ben",))
    said = box.manage("migrate", "-v0", **OWN_KEYS)
    assert said.returncode == 0, said.stdout
    assert "1 invented person of the demo was taken out" in said.stdout
    assert ask(database, MEMBERS) == [("Ben", 1)], "and the real one owns the house"
    assert ask(box.folder / "demo/spotweb.sqlite3", MEMBERS) == [("Ada", 1), ("Ben", 0)], "a copy of all"
    unused = (
        "SELECT count(*) FROM library_item WHERE id NOT IN (SELECT item_id FROM library_saveditem"
        " UNION SELECT item_id FROM library_playlistmembership)"
    )
    assert ask(database, unused) == [(0,)]


@contextmanager
def _failing_to_migrate(database: Path) -> Iterator[None]:
    """Tables that cannot be updated: Django refuses before it begins, since one step is missing."""
    missing = "UPDATE django_migrations SET app = ? WHERE app = ? AND name = '0001_initial'"
    write_to(database, missing, ["gone", "accounts"])
    yield
    write_to(database, missing, ["accounts", "gone"])


@pytest.mark.parametrize("has_demo", [False, True])
def test_a_start_that_is_repeated_makes_one_copy_of_a_mixed_house(box: Box, lay_unbound, has_demo):
    if has_demo:
        box.lay_house()
    database = lay_unbound(box.folder, real=("Ben",))
    with _failing_to_migrate(database):
        for _ in range(2):
            said = box.manage("migrate", "-v0", **OWN_KEYS)
            assert said.returncode == 1
            assert "Your household shared a database with the demo" in said.stdout
    said = box.manage("migrate", "-v0", **OWN_KEYS)
    assert said.returncode == 0, said.stdout
    folder = Path(re.search(r"a copy of all is in (\S+)\.", said.stdout)[1])
    assert ask(folder / "spotweb.sqlite3", MEMBERS) == [("Ada", 1), ("Ben", 0)]
    assert (folder / "sandbox.json").exists()
    assert len(list(box.folder.glob("demo*"))) == 1 + has_demo
    assert ask(database, MEMBERS) == [("Ben", 1)]


def test_what_one_start_has_begun_to_put_away_the_next_one_goes_on_with(box: Box, unpack):
    box.lay_house()
    unpack(box.folder)
    begun = box.folder / "demo-2026-01-02"
    begun.mkdir()
    (box.folder / "sandbox.json").rename(begun / "sandbox.json")
    said = box.manage("migrate", "-v0", **OWN_KEYS)
    assert f"its data is now in {begun}," in said.stdout
    assert _names(begun / "spotweb.sqlite3") == ["Ada", "Ben"]
    assert {path.name for path in box.folder.glob("demo*")} == {"demo", begun.name}


def test_people_of_another_seed_are_known_after_their_world_was_put_away(box: Box, lay_unbound):
    database = lay_unbound(box.folder, real=("Ben",), seed=7)
    with _failing_to_migrate(database):
        assert box.manage("migrate", "-v0", **OWN_KEYS).returncode == 1
        assert (box.folder / "demo/sandbox.json").exists()
    assert box.manage("migrate", "-v0", **OWN_KEYS).returncode == 0
    assert ask(database, MEMBERS) == [("Ben", 1)]


def test_the_world_of_another_seed_goes_on_as_the_demo(box: Box, lay_unbound):
    lay_unbound(box.folder, seed=7)
    port = free_port()
    assert box.manage("migrate", "-v0").returncode == 0
    (command,) = [line for line in (ROOT / "Procfile").read_text().splitlines() if line[:8] == "sandbox:"]
    state = command.partition("--state ")[2].replace("${SPOTWEB_DATA_DIR}", str(box.folder))
    sandbox = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "--port", str(port), "--state", state],
        cwd=ROOT,
        env=box.get_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sandbox.stdout.readline().startswith("Simulated Spotify")
    finally:
        sandbox.terminate()
        sandbox.communicate(timeout=PATIENCE_S)
    assert json.loads(Path(state).read_text())["seed"] == 7
    assert not Path(f"{state}.old").exists()


def test_a_database_that_is_in_use_is_not_moved(box: Box, unpack):
    database = unpack(box.folder)
    with closing(sqlite3.connect(database)) as user:
        user.execute("PRAGMA journal_mode=WAL")
        user.execute("BEGIN IMMEDIATE")
        said = box.manage("migrate", "-v0", **OWN_KEYS)
    assert said.returncode == 1
    assert "another program uses it" in said.stdout
    assert "Traceback" not in said.stdout
    assert _names(database) == ["Ada", "Ben"]


def test_demo_and_real_life_on_one_database_are_refused(box: Box):
    box.lay_house()
    shared = {"DATABASE_URL": f"sqlite:///{box.folder}/shared.sqlite3"}
    shutil.copy(box.database, box.folder / "shared.sqlite3")
    said = box.manage("migrate", "-v0", **shared, **OWN_KEYS)
    assert said.returncode == 1
    assert "This database belongs to the demo with its simulated Spotify" in said.stdout
    shutil.copytree(box.data / "static", box.folder / "static", dirs_exist_ok=True)
    with box.serve(**shared, **OWN_KEYS):
        page = box.get("/accounts/login/")
        assert page.status_code == 503
        assert "closed for the moment" in page.text
        assert box.get("/healthz").status_code == 503
    worker = box.manage("worker", "--batch", **shared, **OWN_KEYS)
    assert worker.returncode == 1
    assert "Nothing of one may reach the other" in worker.stdout
    assert "Traceback" not in worker.stdout + box.log


def test_the_people_of_a_demo_are_accepted_by_no_real_house_nor_the_other_way_round(box: Box):
    database = box.lay_house().database
    add_ada(database)
    assert box.manage("migrate", "-v0").returncode == 0
    moved = {"DATABASE_URL": f"sqlite:///{database}"}
    for settings in (moved | OWN_KEYS, moved):
        said = box.manage("house", "accept", **settings)
        assert said.returncode == (1 if settings != moved else 0), said.stdout
        assert ("house accept" in said.stdout, "Traceback" in said.stdout) == (False, False)
    assert ask(database, "SELECT spotify FROM accounts_house") == [("demo",)]


@contextmanager
def _running(sandbox: Sandbox) -> Iterator[None]:
    sandbox.start()
    try:
        yield
    finally:
        sandbox.stop()


@contextmanager
def _browser() -> Iterator[requests.Session]:
    with requests.Session() as browser:
        browser.trust_env = False
        yield browser


def _sign_in(browser: requests.Session, address: str, name: str) -> None:
    """As a browser does, through the consent page of the Spotify that the box was given."""
    page = browser.get(f"{address}/accounts/login/", timeout=PATIENCE_S)
    form = get_form(page.text)
    page = browser.post(address + form.action, {**form.fields, "next": "/household/"}, timeout=PATIENCE_S)
    form = get_form(page.text)
    data = {**form.fields, "member": name, "answer": "agree"}
    page = browser.post(urljoin(page.url, form.action), data, timeout=PATIENCE_S)
    assert page.status_code == 200, page.text


def test_the_way_of_the_readme_ends_with_the_real_owner_alone(box: Box):
    """Demo first, then own keys, then sign in: with another stand-in in the place of Spotify itself."""
    callback = f"{box.address}/accounts/spotify/login/callback/"
    demo = Sandbox(clients={"demo-household": ""}, redirect_uris=[callback])
    other = Sandbox(
        clients={OWN_KEYS["SPOTIFY_CLIENT_ID"]: OWN_KEYS["SPOTIFY_CLIENT_SECRET"]},
        redirect_uris=[callback],
        seed=7,
    )
    own = {**OWN_KEYS, "SPOTIFY_API_URL": f"{other.url}/v1", "SPOTIFY_ACCOUNTS_URL": other.url}
    with _running(demo), _running(other), _browser() as ada, _browser() as ben:
        box.lay_house()
        with box.serve(SANDBOX_PORT=str(demo.port)) as address:
            _sign_in(ada, address, "ada")
            assert "Ada" in ada.get(f"{address}/household/", timeout=PATIENCE_S).text
        shutil.copytree(box.data / "static", box.folder / "static")
        said = box.prepare(**own)
        assert said.returncode == 0, said.stdout
        with box.serve(**own) as address:
            asked = ada.get(f"{address}/household/", allow_redirects=False, timeout=PATIENCE_S)
            assert asked.status_code == 302, "nobody of the demo is signed in here"
            _sign_in(ben, address, "ben")
            page = ben.get(f"{address}/household/", timeout=PATIENCE_S).text
            assert "Ben" in page
            assert "Ada" not in page
            assert ben.get(f"{address}/household/setup/", timeout=PATIENCE_S).status_code == 200
    assert ask(box.folder / "spotweb.sqlite3", MEMBERS) == [("Ben", 1)]
    assert _names(box.folder / "demo/spotweb.sqlite3") == ["Ada"]
    _assert_nothing_in_common(box, own)


def _assert_nothing_in_common(box: Box, own: dict[str, str]) -> None:
    """Of the demo and the real house in one folder: neither the key that signs nor any name in a browser."""
    assert (box.folder / "demo/secret_key").read_text() != (box.folder / "secret_key").read_text()
    print_names = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.LAST_MEMBER_COOKIE_NAME, s.CACHES['default']['KEY_PREFIX'])"
    )
    of_demo = box.ask_settings(print_names).stdout.split()
    of_real = box.ask_settings(print_names, **own).stdout.split()
    assert len(of_demo) == len(of_real) == 4
    assert not set(of_demo) & set(of_real)


def test_a_house_at_a_simulated_spotify_of_ones_own_is_no_demo(box: Box, unpack):
    """Developers have members of the sandbox behind keys of their own."""
    own = {**OWN_KEYS, "SPOTIFY_API_URL": "http://127.0.0.1:9/v1"}
    box.environment |= own
    database = box.lay_house().database
    assert box.manage("house", "accept").returncode == 0
    unpack(box.folder / "old")
    (key, spotify_id), *_ = ask(
        box.folder / "old/spotweb.sqlite3", "SELECT account_key, spotify_id FROM accounts_member"
    )
    add_ada(database, account_key=key, spotify_id=spotify_id)
    said = box.manage("migrate", "-v0")
    assert (said.returncode, said.stdout) == (0, "")
    assert _names(database) == ["Ada"]
