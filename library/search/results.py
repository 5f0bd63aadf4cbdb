"""Searching: first what the member has, then Spotify, ten of each kind a page."""

import re
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache as kept
from library.catalogue import text as folding
from library.catalogue.response_cache import Kept
from library.models import HoldingPlaylist, Shelf
from library.saved import browse as browsing
from spotweb.spotify import catalog
from spotweb.spotify.catalog import SearchType
from spotweb.spotify.links import LinkError, LocalFile, ShortLink
from spotweb.spotify.models import SearchResults, Thing

TYPES: tuple[SearchType, ...] = ("track", "album", "artist", "playlist", "show", "episode", "audiobook")
A_PAGE = 10
# Of each kind while all are shown.
FEW_AT_SPOTIFY: Mapping[SearchType, int] = {"track": 6, "album": 4, "artist": 3}
FEW = 2
FEW_HERE = 5
MOST_WORDS_LONG = 200
FOUND_KEPT_S = 10 * 60
PAST_SEARCHES = 8
# Spotify's signs for narrowing down: of some the words count here too, others only Spotify understands.
_NAMED = re.compile(r"\b(artist|album|track):", re.IGNORECASE)
_ONLY_SPOTIFYS = re.compile(r"\b(year|upc|isrc|genre|tag):", re.IGNORECASE)


class Mine(Struct, frozen=True, kw_only=True):
    """Of what is saved, by kind; `playlists` are those that have been read.

    `is_whole`: all that is saved has been read, so that what is not here is not saved.
    """

    things: Mapping[str, Sequence[Thing]] = {}
    playlists: Sequence[tuple[str, str]] = ()  # id and name
    is_whole: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.playlists and not any(self.things.values())


def among_mine(member: Member, text: str) -> Mine | None:
    """What the index has, without asking Spotify. All words, in any order, within words too.

    None: the text has signs that only Spotify can follow.
    """
    if _ONLY_SPOTIFYS.search(text):
        return None
    text = _NAMED.sub(" ", text).replace('"', " ")
    words = folding.words_of(text)
    if not words:
        return Mine()
    found = browsing.search(member, text, limit=FEW_HERE)
    return Mine(
        things={kind: [row.thing for row in rows] for kind, rows in found.items()},
        playlists=_playlists(member, words),
        is_whole=not Shelf.objects.filter(member=member, complete_at=None).exists(),
    )


def _playlists(member: Member, words: tuple[str, ...]) -> Sequence[tuple[str, str]]:
    names = HoldingPlaylist.objects.filter(member=member).values_list("playlist_id", "name")
    fitting = [(id_, name) for id_, name in names if folding.matches(words, folding.fold(name))]
    return sorted(fitting, key=lambda one: folding.sort_key(one[1]))[:FEW_HERE]


def at_spotify(
    member: Member, text: str, *, kind: SearchType | None = None, offset: int = 0
) -> Kept[SearchResults]:
    """One page of one kind; without a kind the first page of all of them, which is one request as well.

    `offset` goes up to catalog.MOST_OFFSET. The same words are asked once in ten minutes.
    """
    words = " ".join(text.split())
    if kind is None or offset == 0:
        found = _ask(member, words, types=TYPES, offset=0)
        return found if kind is None else structs.replace(found, value=_only(found.value, kind))
    return _ask(member, words, types=(kind,), offset=offset)


def _ask(member: Member, words: str, *, types: Sequence[SearchType], offset: int) -> Kept[SearchResults]:
    def fetch() -> SearchResults:
        return catalog.search(spotify_for(member), words, types=types, limit=A_PAGE, offset=offset)

    what = f"search {','.join(types)} {offset} {words.casefold()}"
    return kept.read(what, SearchResults, fetch, fresh_s=FOUND_KEPT_S, member=member)


def _only(found: SearchResults, kind: SearchType) -> SearchResults:
    return SearchResults(**{f"{kind}s": getattr(found, f"{kind}s")})


def past_searches(member: Member) -> list[str]:
    """The words that led somewhere, here or on the player page, latest first."""
    return list(member.past_searches.values_list("words", flat=True)[:PAST_SEARCHES])


def note_search(member: Member, words: str) -> None:
    words = " ".join(words.split())[:MOST_WORDS_LONG]
    if not words:
        return
    member.past_searches.update_or_create(words=words, defaults={"searched_at": timezone.now()})
    surplus = list(member.past_searches.values_list("pk", flat=True)[PAST_SEARCHES:])
    member.past_searches.filter(pk__in=surplus).delete()


def forget_searches(member: Member) -> None:
    member.past_searches.all().delete()


def words_for(error: LinkError) -> str:
    """What a member is told about a link that leads to no page here."""
    if isinstance(error, ShortLink):
        return _("This is a short link. Open it in a browser and paste the long address that appears.")
    if isinstance(error, LocalFile):
        return _("This is a file on somebody’s computer; Spotify has no page for it.")
    return _("This is no link to something on Spotify.")
