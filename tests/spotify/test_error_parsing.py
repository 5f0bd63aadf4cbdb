"""Each of Spotify's refusals means one thing to a member."""

import json

import pytest

from spotweb.spotify import catalog, errors, player, profile
from spotweb.spotify.errors import SpotifyError
from tests.spotify.unruly import Reply, said

COMMAND_FAILED = "Player command failed: "
PLAIN_ALLOWLIST = b"Check settings on developer.spotify.com/dashboard, the user may not be registered."
NOT_REGISTERED = (
    "The user is not registered for this application. Please check your settings on "
    "https://developer.spotify.com/dashboard."
)
LAPSED = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it "
    "can take a few hours before requests are allowed again."
)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (said(401, "Permissions missing"), errors.ScopeMissing),
        (said(403, "Insufficient client scope"), errors.ScopeMissing),
        (Reply(403, PLAIN_ALLOWLIST), errors.NotOnAllowlist),
        (said(403, PLAIN_ALLOWLIST.decode().replace("on d", "on https://d")), errors.NotOnAllowlist),
        (said(403, NOT_REGISTERED), errors.NotOnAllowlist),
        (Reply(403, NOT_REGISTERED.encode()), errors.NotOnAllowlist),
        (said(403, "User not registered in the Developer Dashboard"), errors.NotOnAllowlist),
        (said(403, "User not approved for app"), errors.NotOnAllowlist),
        (said(403, "This user has not been added to the application."), errors.NotOnAllowlist),
        (said(403, "User is not allowlisted for this client"), errors.NotOnAllowlist),
        (said(403, "Unregistered user"), errors.NotOnAllowlist),
        (said(403, "Only premium users can do this", "PREMIUM_REQUIRED"), errors.PremiumRequired),
        (said(403, "This feature requires Spotify Premium"), errors.PremiumRequired),
        (said(403, "insufficient_scope"), errors.ScopeMissing),
        (said(403, "The playlist is not yours"), errors.Forbidden),
        (said(403, "Users may only change their own playlists"), errors.Forbidden),
        (said(403, LAPSED), errors.OwnerPremiumLapsed),
        (said(403, COMMAND_FAILED + "Premium required", "PREMIUM_REQUIRED"), errors.PremiumRequired),
        (said(403, COMMAND_FAILED + "Restriction violated", "UNKNOWN"), errors.RestrictionViolated),
        (said(403, COMMAND_FAILED + "Already paused", "ALREADY_PAUSED"), errors.RestrictionViolated),
        (
            said(403, COMMAND_FAILED + "Cannot control device volume", "VOLUME_CONTROL_DISALLOW"),
            errors.VolumeNotControllable,
        ),
        (said(403, COMMAND_FAILED + "x", "DEVICE_NOT_CONTROLLABLE"), errors.DeviceRestricted),
        (said(403, COMMAND_FAILED + "The moon is full", "MOON_FULL"), errors.PlayerRefused),
        (said(403, "Forbidden"), errors.Forbidden),
        (Reply(403), errors.Forbidden),
        (said(404, COMMAND_FAILED + "No active device found", "NO_ACTIVE_DEVICE"), errors.NoActiveDevice),
        (said(404, "Device not found"), errors.DeviceGone),
        (said(404, "Not found."), errors.NotFound),
        (said(400, "Invalid limit"), errors.InvalidRequest),
        (said(403, "This user hasn’t been added to the app"), errors.NotOnAllowlist),
        (said(403, "USER_NOT_REGISTERED"), errors.NotOnAllowlist),
        (said(403, "Account not approved for this application"), errors.NotOnAllowlist),
        (said(403, "Users must be registered"), errors.NotOnAllowlist),
        (said(403, "Der Benutzer ist für diese App nicht registriert"), errors.NotOnAllowlist),
        (said(403, "L’utilisateur n’est pas enregistré pour cette application"), errors.NotOnAllowlist),
        (said(403, "El usuario no está registrado"), errors.NotOnAllowlist),
        (said(401, "User not registered in the Developer Dashboard"), errors.NotOnAllowlist),
        (
            Reply(403, json.dumps({"error": {"message": NOT_REGISTERED}}).encode("utf-16")),
            errors.NotOnAllowlist,
        ),
        (Reply(403, NOT_REGISTERED.replace(" ", "&nbsp;").encode()), errors.NotOnAllowlist),
        (said(403, "User is not allowed to modify this playlist"), errors.Forbidden),
        (said(403, "The user has not added this track"), errors.Forbidden),
        (said(403, "The owner of this app needs Premium"), errors.OwnerPremiumLapsed),
        (said(403, "Missing scope: user-read-playback"), errors.ScopeMissing),
        (said(401, "Insufficient scope"), errors.ScopeMissing),
        (said(403, "restriction_violated"), errors.RestrictionViolated),
        (said(403, "x", "already_paused"), errors.RestrictionViolated),
        (said(403, "Cannot control device's volume"), errors.VolumeNotControllable),
        (Reply(403, b'{"errors": [{"detail": "Premium needed"}]}'), errors.PremiumRequired),
        (Reply(404, b'["NO_ACTIVE_DEVICE"]'), errors.NoActiveDevice),
        (said(403, "UserNotRegistered"), errors.NotOnAllowlist),
        (said(403, "You are not registered as a user of this app"), errors.NotOnAllowlist),
        (said(403, "User not found in the app's user management"), errors.NotOnAllowlist),
        (said(403, "User does not have access to this application"), errors.NotOnAllowlist),
        (said(403, "This app is in development mode"), errors.NotOnAllowlist),
        (said(403, "Access to this application is restricted to registered users"), errors.NotOnAllowlist),
        (said(403, "Only approved users may use this app"), errors.NotOnAllowlist),
        (said(403, "The app has reached its maximum of 5 users"), errors.NotOnAllowlist),
        (said(403, "Playlists are limited to 10000 tracks"), errors.Forbidden),
        (said(403, "Only the owner may change this playlist"), errors.Forbidden),
        (said(403, "User not allowed to change this"), errors.Forbidden),
        (said(403, "You cannot create a playlist for another user"), errors.Forbidden),
        (said(403, "The developer account needs Premium"), errors.OwnerPremiumLapsed),
        (said(403, "Your plan does not include this"), errors.PremiumRequired),
        (said(403, "Restricted device"), errors.DeviceRestricted),
        (said(403, COMMAND_FAILED + "Rate limited", "RATE_LIMITED"), errors.RateLimited),
        (said(403, "Rate limit exceeded"), errors.RateLimited),
        (said(429, "Your application has exceeded its daily quota"), errors.QuotaExceeded),
        (Reply(429, b'{"error": "quotaExceeded"}'), errors.QuotaExceeded),
        (said(404, "The requested device is offline"), errors.DeviceGone),
        # Of a proxy or a load balancer, which knows of no playlist and no token.
        (Reply(401, b"<html>401"), errors.BadResponse),
        (Reply(403, b"\xef\xbb\xbf<!DOCTYPE html><title>Access denied"), errors.BadResponse),
        (Reply(404, b"\n<html><title>Error 404 (Not Found)!!1</title>"), errors.BadResponse),
        (said(404, "device_not_found"), errors.DeviceGone),
        (Reply(408), errors.Unavailable),
        (Reply(400), errors.InvalidRequest),
        (Reply(413, b"<html>Request Entity Too Large</html>"), errors.InvalidRequest),
        (said(418, "I'm a teapot"), SpotifyError),
    ],
)
def test_what_a_refusal_means(unruly, client, reply, expected):
    unruly.answer(reply)
    with pytest.raises(SpotifyError) as caught:
        player.add_to_queue(client, "spotify:track:4iV5W9uYEdYUVa79Axb7Rh")
    assert type(caught.value) is expected
    is_throttled = isinstance(caught.value, errors.Throttled)
    assert caught.value.spotify_status == (429 if is_throttled else reply.status)
    assert caught.value.operation == "add-to-queue"


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "Gone for good"}}',
        b'\xef\xbb\xbf{"error": "not_found", "error_description": "Gone for good"}',
        b'{"errors": [{"status": 404, "detail": "Gone for good"}]}',
        b'[{"error": {"message": {"text": 1, "message": "Gone for good"}}}]',
        b'"Gone for good"',
        "Gone for good".encode("utf-16"),
    ],
)
def test_words_of_a_refusal_are_found_in_any_wrapping(unruly, client, body):
    unruly.answer(Reply(404, body))
    with pytest.raises(errors.NotFound) as caught:
        catalog.get_track(client, "4iV5W9uYEdYUVa79Axb7Rh")
    assert caught.value.message == "Gone for good"


def test_a_missing_scope_is_named(unruly, client):
    unruly.answer(said(403, "Insufficient client scope"))
    with pytest.raises(errors.ScopeMissing) as caught:
        player.get_recently_played(client)
    assert caught.value.scopes == ("user-read-recently-played",)


def test_a_token_missing_elsewhere_than_on_the_player_is_renewed(unruly, client, tokens):
    unruly.answer(said(401, "Access token missing"))
    with pytest.raises(errors.TokenRefused):
        profile.get_current_users_profile(client)
    assert tokens.renewals == ["BQfirst"]


def test_facts_for_the_log_hold_no_page_and_nothing_endless(unruly, client):
    unruly.answer(Reply(404, b"<html><body>Not here</body></html>"), said(404, "x" * 5000))
    for most in (0, 200):
        with pytest.raises(SpotifyError) as caught:
            catalog.get_track(client, "4iV5W9uYEdYUVa79Axb7Rh")
        assert len(caught.value.message) == most


def every_error(kind: type[SpotifyError] = SpotifyError) -> list[type[SpotifyError]]:
    """Of the service module: apps that are loaded beside it have errors of their own below these."""
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [kind, *(below for child in children for below in every_error(child))]


def test_the_tree_in_the_docstring_is_the_tree():
    drawn = errors.__doc__ or ""
    for kind in every_error():
        assert kind.__name__ in drawn
        assert kind.code in drawn


def test_each_code_is_told_in_its_own_words():
    kinds = [kind for kind in every_error() if "code" in vars(kind)]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_reading_needs_no_premium_whatever_spotify_says(unruly, client):
    glitch = said(403, COMMAND_FAILED + "Premium required", "PREMIUM_REQUIRED")
    unruly.answer(glitch, Reply(204))
    assert player.get_information_about_the_users_current_playback(client) is None
    unruly.answer(glitch)
    with pytest.raises(errors.Unavailable):
        player.get_queue(client)
