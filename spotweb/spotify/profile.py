"""Who a member is."""

from spotweb.spotify.http import Client
from spotweb.spotify.models import Profile


def get_current_users_profile(client: Client) -> Profile:
    """Needs no scope; NotOnAllowlist shows here first. Web API: get-current-users-profile."""
    return client.fetch(Profile, "get-current-users-profile")
