from dataclasses import dataclass
from enum import StrEnum

DASHBOARD = "https://developer.spotify.com/dashboard"


class Verdict(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Finding:
    """`remedy` names the next click; `values` are to be copied into Spotify's dashboard or into `.env`."""

    topic: str
    verdict: Verdict
    says: str
    remedy: str = ""
    values: tuple[str, ...] = ()
