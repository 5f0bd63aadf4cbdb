"""Removals deep down in a long library: found by halving, at a fraction of what reading all of it takes."""

import random

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from library.models import SavedIndex
from library.sync import actions as sync_actions
from spotweb.sandbox.server import Sandbox
from spotweb.spotify.rate_limit import pace
from tests.library.conftest import at_spotify, here
from tests.support.people import move_in
from tests.support.sandbox_control import SandboxControl

SAVED = 4000
PAGES = SAVED // 50


@pytest.fixture
def sandbox(transactional_db):
    """With a long library."""
    server = Sandbox(
        port=settings.SANDBOX_PORT,
        quota_mode=settings.SPOTIFY_QUOTA_MODE,
        clients={settings.SPOTIFY_CLIENT_ID: settings.SPOTIFY_CLIENT_SECRET},
        redirect_uris=[settings.SPOTWEB_URL.geturl() + reverse("spotify_callback")],
        delay_ms=0,
        saved_tracks=SAVED,
    )
    server.start()
    control = SandboxControl(server.url)
    cache.clear()
    pace.reset_process_memory()
    yield control
    server.stop()


def remove_elsewhere(person, uris):
    from accounts.tokens import spotify_for
    from spotweb.spotify import library

    library.remove_library_items(spotify_for(person.member), uris)


def test_some_are_found_with_a_fraction_of_the_requests(sandbox, work):
    ada = move_in(sandbox, "ada", is_owner=True)
    sync_actions.visit_index(ada.member, "track")
    work()
    missing_count = SavedIndex.objects.get(member=ada.member, kind="track").missing_count
    rng = random.Random(1)  # noqa: S311  # which ones does not matter
    for number in (1, 3):
        known = here(ada.member, "track")
        listed = [uri for uri in at_spotify(sandbox, "ada", "track") if uri in known]
        gone = rng.sample(listed[100:], number)
        remove_elsewhere(ada, gone)
        sandbox.forget_requests()
        SavedIndex.objects.filter(kind="track").update(checked_at=None)
        sync_actions.visit_index(ada.member, "track")
        work()
        spent = len(sandbox.requests("get-users-saved-tracks")) + len(
            sandbox.requests("check-library-contains")
        )
        assert not set(gone) & here(ada.member, "track")
        assert here(ada.member, "track") == set(listed) - set(gone)
        assert spent <= PAGES / 3 + 5, f"{spent} requests for {number}"
    assert SavedIndex.objects.get(member=ada.member, kind="track").missing_count == missing_count
