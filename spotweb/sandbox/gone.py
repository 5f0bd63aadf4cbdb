"""The operations that development mode lost in February 2026, and in November 2024 before it."""

import re

_ID = "[^/]+"
_KINDS = "tracks|albums|episodes|shows|audiobooks"
_GONE: tuple[tuple[str, str, str], ...] = (
    ("GET|POST", f"/users/{_ID}/playlists", "users-playlists"),
    ("GET", f"/users/{_ID}", "get-users-profile"),
    ("GET|POST|PUT|DELETE", f"/playlists/{_ID}/tracks", "playlists-tracks"),
    ("PUT|DELETE", f"/me/({_KINDS}|following)", "save-or-remove"),
    ("GET", f"/me/({_KINDS}|following)/contains", "check-saved"),
    ("PUT|DELETE", f"/playlists/{_ID}/followers", "follow-playlist"),
    ("GET", f"/playlists/{_ID}/followers/contains", "check-if-user-follows-playlist"),
    ("GET", f"/({_KINDS}|artists|chapters)", "get-several"),
    ("GET", f"/artists/{_ID}/(top-tracks|related-artists)", "artists-extras"),
    (
        "GET",
        f"/browse/(new-releases|featured-playlists|categories|categories/{_ID}|categories/{_ID}/playlists)",
        "browse",
    ),
    ("GET", "/markets", "get-available-markets"),
    ("GET", "/recommendations(/available-genre-seeds)?", "recommendations"),
    ("GET", f"/audio-features(/{_ID})?", "audio-features"),
    ("GET", f"/audio-analysis/{_ID}", "audio-analysis"),
)
_PATTERNS = tuple((set(methods.split("|")), re.compile(path), name) for methods, path, name in _GONE)


def is_gone(method: str, path: str) -> str:
    """The name of the lost operation; empty when there never was one here."""
    return next(
        (name for methods, path_re, name in _PATTERNS if method in methods and path_re.fullmatch(path)), ""
    )
