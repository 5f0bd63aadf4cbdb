"""Only addresses of Spotify's become links and pictures."""

import pytest

from spotweb.spotify.answers.addresses import is_trusted
from spotweb.spotify.models import Track
from spotweb.spotify.models.basics import ExternalUrls

GOOD = [
    "https://open.spotify.com/track/4iV5W9uYEdYUVa79Axb7Rh",
    "https://i.scdn.co/image/ab67616d0000b273",
    "https://mosaic.scdn.co/640/abc",
    "https://image-cdn-ak.spotifycdn.com/image/x",
    "https://OPEN.SPOTIFY.COM:443/x",
]
BAD = [
    *(
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://open.spotify.com/track/x",
        "//open.spotify.com/x",
    ),
    *("https://evil.example/", "https://open.spotify.com.evil.example/", "https://evilspotify.com/"),
    *("https://open.spotify.com@evil.example/", "https://evil.example\\@open.spotify.com/", "https://[x/"),
    *("https://open.spotify.com:8443/", "java\nscript:alert(1)", " https://open.spotify.com/", "https://:x/"),
    "http://127.0.0.1:1/images/x.svg",
    *("https://evil.example?open.spotify.com/", "https://evil.example#/open.spotify.com/", "https:///x/"),
    *(
        "https://",
        "http:///open.spotify.com/",
        "longscheme://open.spotify.com/",
        "a:/https://open.spotify.com/",
    ),
]


@pytest.mark.parametrize("address", GOOD)
def test_spotifys_hosts_are_trusted(settings, address):
    settings.SPOTIFY_API_URL = "https://api.spotify.com/v1"
    assert is_trusted(address)


@pytest.mark.parametrize("address", BAD)
def test_nothing_else_is(settings, address):
    settings.SPOTIFY_API_URL = "https://api.spotify.com/v1"
    assert not is_trusted(address)
    assert Track(external_urls=ExternalUrls(spotify=address)).url is None


def test_the_simulated_spotify_is_trusted_while_it_is_asked(settings):
    settings.SPOTIFY_API_URL = "http://127.0.0.1:8001/v1"
    assert is_trusted("http://127.0.0.1:8001/images/x-640.svg")
    assert not is_trusted("http://127.0.0.1:8000/images/x-640.svg")
    assert not is_trusted("https://evil.example/")
    settings.SPOTIFY_API_URL = "https://api.spotify.com/v1"
    assert not is_trusted("http://127.0.0.1:8001/images/x-640.svg")
