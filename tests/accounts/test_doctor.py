"""The setup doctor: what is right, what is not, and the click that is missing."""

import ssl
import threading
from contextlib import ExitStack
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.doctor import Verdict, examine_setup
from accounts.models import Grant
from spotweb.spotify.answers import oddities
from spotweb.spotify.rate_limit import blocks
from tests.environment import free_port
from tests.support.box import OWN_KEYS, Box
from tests.support.certificates import make_certificate


@pytest.fixture
def found(ada, sandbox):
    """Examine and return the finding whose topic begins with these words."""

    def find(topic):
        return next(finding for finding in examine_setup() if finding.topic.startswith(topic))

    known = next(one for one in sandbox.control("GET", "members") if one["id"] == "ada")
    ada.member.spotify_id = known["user_id"]
    ada.member.save(update_fields=["spotify_id"])
    return find


def test_a_sound_house_has_nothing_to_fix(found, ben):
    verdicts = {finding.topic: finding.verdict for finding in examine_setup()}
    assert Verdict.BAD not in verdicts.values(), verdicts
    assert {"Client ID and secret", "Redirect URI", "Quota mode", "Items of own playlists"} <= set(verdicts)
    assert verdicts["Ben"] is Verdict.GOOD


def test_before_anybody_signed_in_it_says_to_do_that(sandbox):
    findings = {finding.topic: finding for finding in examine_setup()}
    assert "Sign in first yourself" in findings["Owner"].remedy
    assert findings["Redirect URI"].values[0].endswith("/accounts/spotify/login/callback/")


def test_a_member_off_the_list_is_named_with_the_click(found, ben, sandbox):
    sandbox.control("PUT", "allowlist", {"members": ["ada"]})
    finding = found("Ben")
    assert finding.verdict is Verdict.BAD
    assert "User Management" in finding.remedy
    assert "Ben" in finding.values


def test_a_lapsed_premium_of_the_owner(found, sandbox):
    sandbox.control("PUT", "settings", {"owner_has_premium": False})
    finding = found("Owner’s Premium")
    assert (finding.verdict, "lapsed" in finding.says) == (Verdict.BAD, True)


def test_another_quota_mode_than_the_setting_gives_the_line_to_copy(found, sandbox, settings):
    other = "extended" if settings.SPOTIFY_QUOTA_MODE == "development" else "development"
    sandbox.control("PUT", "settings", {"quota_mode": other})
    finding = found("Quota mode")
    assert finding.verdict is Verdict.BAD
    assert finding.values == (f"SPOTIFY_QUOTA_MODE={other}",)


def test_missing_permissions_are_listed(found):
    Grant.objects.update(scopes="user-read-private")
    assert "playlist-read-private" in found("Ada").says


def test_a_grant_that_ended(found):
    Grant.objects.update(trouble="expired", refusals=2)
    assert found("Ada").verdict is Verdict.BAD


def test_a_wrong_secret_is_told_from_a_missing_one(found, settings):
    settings.IS_DEMO = False
    assert found("Client ID").verdict is Verdict.GOOD
    settings.SPOTIFY_CLIENT_SECRET = "not-the-secret"
    finding = found("Client ID")
    assert finding.verdict is Verdict.BAD
    assert "View client secret" in finding.remedy


@pytest.mark.parametrize("host", ["192.168.1.10:8000", "localhost:8000"])
def test_an_address_spotify_refuses(found, settings, host):
    settings.SPOTWEB_URL = urlsplit(f"http://{host}")
    finding = found("Redirect URI")
    assert finding.verdict is Verdict.BAD
    assert finding.values == (f"http://127.0.0.1:{settings.PORT}",)


@pytest.mark.parametrize(
    ("host", "verdict"),
    [("127.0.0.1", Verdict.GOOD), ("198.18.77.77", Verdict.BAD), ("nas.local", Verdict.GOOD)],
)
def test_an_address_for_phones_that_the_router_took_away(found, settings, host, verdict):
    settings.SPOTWEB_LAN_URL = urlsplit(f"http://{host}:8000")
    finding = found("Address for phones")
    assert finding.verdict is verdict
    assert (host in finding.says) == (verdict is Verdict.BAD)


def test_a_box_without_a_network_has_no_address_for_phones(found, settings):
    settings.SPOTWEB_LAN_URL, settings.IS_LAN_ADDRESS_FOUND = None, True
    finding = found("Address for phones")
    assert finding.verdict is Verdict.BAD
    assert "no address on a home network" in finding.says


def test_items_of_an_own_list_kept_back(found, sandbox):
    sandbox.fault("/v1/playlists/*", "status", status=403, message="Forbidden")
    finding = found("Items of own playlists")
    assert finding.verdict is Verdict.UNSURE
    assert "Reconnect" not in finding.remedy


def test_odd_answers_are_counted_by_operation_and_named_without_values(found, ada, sandbox):
    oddities.reset_process_memory()
    sandbox.fault("/v1/me/tracks", "rewrite", put={"/items/3/track/duration_ms": "pssst"})
    assert ada.get("/library/").status_code == 200
    sandbox.control("DELETE", "faults")
    finding = found("Odd answers: get-users-saved-tracks")
    assert finding.says.startswith("1 answer")
    assert finding.values == (".items[].track.duration_ms",)
    page = ada.post(reverse("accounts:examine-setup")).content.decode()
    assert ".items[].track.duration_ms" in page
    assert "pssst" not in page


def test_each_wording_of_the_list_of_users_is_understood(found, ben, sandbox):
    sandbox.control("PUT", "allowlist", {"members": ["ada"]})
    for _ in range(4):
        assert "User Management" in found("Ben").remedy


def test_a_blocked_family_is_shown_with_its_end(found):
    blocks.record_block("catalogue", retry_after="3600", is_quota=True)
    finding = found("Requests: catalogue")
    assert "blocks these until" in finding.says


def test_an_outage_is_no_verdict(found, sandbox):
    sandbox.fault("/v1/me", "status", status=503)
    assert found("Owner’s Premium").verdict is Verdict.UNSURE


def test_the_command_prints_it_and_fails_when_there_is_something_to_fix(found, sandbox):
    out = StringIO()
    call_command("spotify_doctor", stdout=out)
    assert "Quota mode" in out.getvalue()
    sandbox.control("PUT", "settings", {"owner_has_premium": False})
    with pytest.raises(SystemExit):
        call_command("spotify_doctor", stdout=out)
    assert "needs Premium" in out.getvalue()


def test_the_page_is_the_owners_and_asks_nothing_by_itself(found, ada, ben, sandbox):
    assert ben.get(reverse("accounts:setup")).status_code == 403
    assert ben.post(reverse("accounts:examine-setup")).status_code == 403
    sandbox.forget_requests()
    assert "Check now" in ada.get(reverse("accounts:setup")).content.decode()
    assert not sandbox.requests()
    page = ada.post(reverse("accounts:examine-setup")).content.decode()
    assert "Check again" in page
    assert "Items of own playlists" in page


@pytest.mark.parametrize("keys", [{}, OWN_KEYS])
def test_on_a_fresh_clone_the_doctor_says_what_to_do(tmp_path, keys):
    said = Box(tmp_path / "data").manage("spotify_doctor", **keys)
    assert said.returncode == 1
    assert "Start with `make run`" in said.stdout
    assert "Traceback" not in said.stdout
    assert len(said.stdout.splitlines()) <= 4


def test_in_a_house_without_members_the_doctor_says_to_sign_in(tmp_path):
    box = Box(tmp_path / "data", SANDBOX_PORT="9")
    box.lay_house()
    said = box.manage("spotify_doctor")
    assert "Sign in first yourself" in said.stdout
    assert "Traceback" not in said.stdout


@pytest.mark.parametrize(
    ("days", "verdict", "words"),
    [
        (0, Verdict.GOOD, "works until"),
        (75, Verdict.GOOD, "works until"),
        (76, Verdict.UNSURE, "works until"),
        (90, Verdict.UNSURE, "works until"),
        (91, Verdict.BAD, "stopped working"),
    ],
)
def test_a_speaker_whose_build_ends_is_seen_coming(found, settings, days, verdict, words):
    settings.SPEAKER_BUILD_DATE = localdate() - timedelta(days=days)
    finding = found("The box’s own speaker")
    assert (finding.verdict, words in finding.says) == (verdict, True)


def test_without_its_date_nothing_is_said_of_a_speaker(found):
    assert "The box’s own speaker" not in {finding.topic for finding in examine_setup()}


@pytest.fixture
def show_certificate(settings, tmp_path):
    """An https address of the house that shows a certificate of these days."""
    with ExitStack() as running:

        def show(*, begins, ends):
            file = make_certificate(tmp_path, "127.0.0.1", begins=begins, ends=ends)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file, file.with_suffix(".key"))
            server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler))
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            running.callback(server.shutdown)
            settings.IS_HTTPS = True
            settings.SPOTWEB_URL = urlsplit(f"https://127.0.0.1:{server.server_port}")

        yield show


@pytest.mark.parametrize(
    ("begins", "ends", "verdict", "words"),
    [
        (-40, 50, Verdict.GOOD, "It is valid until"),
        (-80, 10, Verdict.UNSURE, "It ends on"),
        (-100, -1, Verdict.BAD, "It ended on"),
        (1, 90, Verdict.BAD, "the box’s clock is wrong"),
    ],
)
def test_a_certificate_is_said_to_end(found, show_certificate, begins, ends, verdict, words):
    show_certificate(begins=begins, ends=ends)
    finding = found("Certificate")
    assert finding.verdict is verdict
    assert words in finding.says
    assert bool(finding.remedy) == (verdict is not Verdict.GOOD)


def test_a_proxy_that_does_not_run_is_named(found, settings):
    settings.IS_HTTPS = True
    settings.SPOTWEB_URL = urlsplit(f"https://127.0.0.1:{free_port()}")
    assert found("Certificate").verdict is Verdict.UNSURE


def test_a_clock_that_is_wrong_is_noticed_by_spotifys(found, sandbox):
    assert "The box’s clock" not in {finding.topic for finding in examine_setup()}
    sandbox.control("POST", "clock", {"advance_s": 3600})
    finding = found("The box’s clock")
    assert finding.verdict is Verdict.BAD
    assert "60 minutes behind" in finding.says
