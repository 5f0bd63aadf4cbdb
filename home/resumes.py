"""What a member can go on with: where they stopped in albums, playlists, podcasts and audiobooks.

Two things are known: the places that reads of the player have left (`player.playback.places`), to the second,
and the songs that Spotify's history names with what they were played from.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import structs

from accounts.models import Member
from library.catalogue import store
from library.pages.lookup import get_known_show_episodes
from library.podcasts.episodes import get_feed
from library.resume_card import ResumeCard, make_episode_card
from player import recently_played
from player.playback.context import KINDS_WITH_OFFSET
from player.playback.items import is_single
from player.playback.places import Place, list_places
from player.playback.state import PlayerState, load_state
from player.recently_played import Plays
from playlists.models import MemberPlaylist
from playlists.revisions.contents import get_contents
from spotweb.spotify.links import find_link
from spotweb.spotify.models import Episode, Image, Track, UnknownItem
from spotweb.web.page_urls import build_url
from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number
from spotweb.web.texts.time_format import format_duration, format_length

MAX_RESUMES = 6
MAX_STARTED = 2  # of these: episodes begun in Spotify's own apps
# Spotify's history is asked again after this; what our own pages have seen is known at once.
HISTORY_FRESH_S = 10 * 60
# So many earlier states of a playlist are searched for a song that was removed.
MAX_REVISIONS = 20
# A playlist that was started by an app is played as it was then, for an evening.
PLAYED_AS_IT_WAS_S = 24 * 3600
# With less than this to go an episode has been heard.
OVER_MS = 30_000
_START_OF_SONG_MS = 10_000


def list_known_resumes(member: Member) -> tuple[ResumeCard, ...] | None:
    """Return what is known without asking Spotify; null where its history has to be asked first."""
    known = recently_played.get_known_plays(member)
    if known is None or time.time() - known[1] >= HISTORY_FRESH_S:
        return None
    return _build_resumes(member, known[0])


def fetch_resumes(member: Member) -> tuple[ResumeCard, ...]:
    """The same with Spotify's history, which is asked every ten minutes at most. Raises SpotifyError."""
    return _build_resumes(member, recently_played.fetch_plays(member, fresh_s=HISTORY_FRESH_S))


def list_resumes_without_history(member: Member) -> tuple[ResumeCard, ...]:
    """For when Spotify cannot be asked: what it said last, however old, and what our own pages have seen."""
    known = recently_played.get_known_plays(member)
    return _build_resumes(member, known[0] if known else Plays())


def find_resume(member: Member, uri: str) -> ResumeCard | None:
    """Return where to go on within one album, playlist, podcast or audiobook; asks Spotify for nothing.

    Null where nothing is known, all of it was heard, or it plays now.
    """
    known = recently_played.get_known_plays(member)
    merged = _merge_places(list_places(member, uri=uri), known[0] if known else Plays())
    place = next((place for place in merged if place.uri == uri), None)
    if place is None or uri == _get_playing_uri(load_state(member)):
        return None
    place = _with_newer_point(member, place)
    return _build_resume(place, _get_lists(member, [place]).get(uri))


def _build_resumes(member: Member, plays: Plays) -> tuple[ResumeCard, ...]:
    skipped = _get_playing_uri(load_state(member))
    places = [place for place in _merge_places(list_places(member), plays) if place.uri != skipped]
    lists = _get_lists(member, places)
    # Where an episode was stopped elsewhere only its podcast tells.
    seen = {place.item.uri for place in places} | {place.uri for place in places}
    started = [
        make_episode_card(episode)
        for episode in get_feed(member).started
        if episode.uri not in seen and not (episode.show and episode.show.uri in seen | {skipped})
    ][:MAX_STARTED]
    # No more are built than are shown: a card may look through earlier versions of a playlist.
    built = (_build_resume(_with_newer_point(member, place), lists.get(place.uri)) for place in places)
    return (*islice((card for card in built if card), MAX_RESUMES - len(started)), *started)


def _get_playing_uri(state: PlayerState) -> str | None:
    playback = state.playback
    return playback.context.uri if playback and playback.is_playing and playback.context else None


def _with_newer_point(member: Member, place: Place) -> Place:
    """With the moment at which Spotify says an episode was stopped, where that was read later."""
    item = place.item
    page = get_known_show_episodes(member, item.show) if isinstance(item, Episode) and item.show else None
    if page is None or page.fetched_at <= place.at:
        return place
    episode = next((episode for episode in page.value.items if episode.uri == item.uri), None)
    point = episode.resume_point if episode else None
    if point is None or not (point.fully_played or point.resume_position_ms):
        return place  # Spotify hasn't taken note of it yet
    heard_ms = item.duration_ms if point.fully_played else point.resume_position_ms
    return structs.replace(place, position_ms=heard_ms)


def _merge_places(places: Iterable[Place], plays: Plays) -> list[Place]:
    """One for each thing that is played from, the latest first."""
    latest: dict[str, Place] = {place.uri: place for place in places}
    for play in plays.plays:
        context, at = play.play.context, play.at.timestamp() if play.at else 0.0
        if (
            context is None
            or not context.uri
            or context.type not in KINDS_WITH_OFFSET
            or not play.play.track.uri
        ):
            continue
        known = latest.get(context.uri)
        if known is None or at > known.at:
            latest[context.uri] = Place(uri=context.uri, item=play.play.track, name="", position_ms=0, at=at)
    return sorted(latest.values(), key=lambda place: -place.at)


def _get_lists(member: Member, places: Iterable[Place]) -> dict[str, MemberPlaylist]:
    ids = [link.id for place in places if (link := find_link(place.uri, kinds=("playlist",)))]
    entries = MemberPlaylist.objects.filter(member=member, playlist__spotify_id__in=ids)
    return {entry.playlist.uri: entry for entry in entries.select_related("playlist__revision")}


def _build_resume(place: Place, entry: MemberPlaylist | None) -> ResumeCard | None:
    """Null for what is over, or cannot be named."""
    if isinstance(place.item, Episode | UnknownItem):
        return _resume_spoken(place)
    link = find_link(place.uri, kinds=("album", "playlist"))
    if link is None:
        return None
    if link.kind == "album":
        return _resume_album(place, place.item)
    return _resume_playlist(place, place.item, entry)


def _resume_spoken(place: Place) -> ResumeCard | None:
    item = place.item
    left_ms = max(item.duration_ms - place.position_ms, 0)
    if item.duration_ms and left_ms < OVER_MS:
        return None
    show = item.show if isinstance(item, Episode) else None
    kind = _("Episode") if isinstance(item, Episode) else _("Audiobook")
    return _make_resume(
        place,
        title=item.name,
        detail=f"{show_name(show.name)} · {kind}" if show and show.name else kind,
        url=build_url("episode", item.id) if isinstance(item, Episode) and item.id else "",
        images=item.images or (show.images if show else ()),
        done=place.position_ms,
        total=item.duration_ms,
        left=_("%(time)s left") % {"time": format_length(left_ms)} if item.duration_ms else "",
        spot=show_name(item.name),
    )


def _resume_album(place: Place, track: Track) -> ResumeCard | None:
    album = track.album
    if album is None or album.uri != place.uri:  # queued by hand while the album played
        return None
    number, total = track.track_number, album.total_tracks or 0
    return _make_resume(
        place,
        title=album.name,
        detail=_describe_position(_("Album"), track, number),
        url=build_url("album", album.id) if album.id else "",
        images=album.images,
        done=max(number - 1, 0),
        total=total,
        left=_describe_left(total - number),
        spot=_describe_song(track.name, number),
    )


def _resume_playlist(place: Place, track: Track, entry: MemberPlaylist | None) -> ResumeCard | None:
    name = (entry.playlist.name if entry else "") or place.name
    link = find_link(place.uri, kinds=("playlist",))
    row = _find_row(entry, track, place)
    if not name or link is None or (row and row.is_over):
        return None
    number = row.position + 1 if row else 0
    change = ""
    if row and row.uri != track.uri:
        change = _("“%(song)s” isn’t in it any more: it goes on with the nearest that is.") % {
            "song": show_name(track.name)
        }
        place = structs.replace(place, item=row.item or UnknownItem(uri=row.uri), position_ms=0)
    images = (Image(url=entry.playlist.image_url),) if entry and entry.playlist.image_url else track.images
    return _make_resume(
        place,
        title=name,
        detail=change or _describe_position(_("Playlist"), track, number),
        url=build_url("playlist", link.id),
        images=images,
        done=number - 1 if row else 0,
        total=row.total if row else 0,
        left=_describe_left(row.total - number) if row else "",
        row=row.position if row and row.has_copies else None,
        spot=_describe_song(place.item.name, number),
        change=change,
    )


@dataclass(frozen=True, kw_only=True)
class _PlaylistRow:
    """Where it goes on in a playlist, from 0. `is_over`: nothing is left there of what was still to come."""

    position: int = 0
    total: int = 0
    uri: str = ""
    item: Track | Episode | None = None
    has_copies: bool = False
    is_over: bool = False


def _find_row(entry: MemberPlaylist | None, track: Track, place: Place) -> _PlaylistRow | None:
    """The row of the song in what is stored of the playlist; where it was removed, the nearest that is left.

    Null where it is not known.
    """
    if entry is None or not entry.is_readable or entry.playlist.revision is None:
        return None
    uris = [row.uri for row in get_contents(entry.playlist.revision).entries]
    wanted, following = track.uri or "", place.following
    if wanted not in uris:
        before = _find_revision_with(entry, wanted, since=place.at)
        if before is None:  # Spotify plays another release of it, or somebody queued it
            return None
        wanted = _find_survivor(before, wanted, following, left=set(uris))
        if not wanted:
            return _PlaylistRow(is_over=True)
    item = store.get_items_by_uri([wanted]).get(wanted) if wanted != track.uri else None
    return _PlaylistRow(
        position=_choose_copy(uris, wanted, following),
        total=len(uris),
        uri=wanted,
        item=item,
        has_copies=uris.count(wanted) > 1,
    )


def _find_revision_with(entry: MemberPlaylist, uri: str, *, since: float) -> list[str | None] | None:
    """What the playlist held when it last held this song; null where it didn't when that was played."""
    for revision in entry.playlist.revisions.defer("rows")[:MAX_REVISIONS]:
        uris = [row.uri for row in get_contents(revision).entries]
        if uri in uris:
            return uris
        if revision.made_at.timestamp() < since - PLAYED_AS_IT_WAS_S:
            return None
    return None


def _find_survivor(
    before: list[str | None], uri: str, following: tuple[str, ...], *, left: Collection[str | None]
) -> str:
    """The first song below that is still there, else the last one above; empty where nothing is."""
    at = _choose_copy(before, uri, following)
    nearest = [*before[at + 1 :], *reversed(before[:at])]
    return next((other for other in nearest if other in left and other and is_single(other)), "")


def _choose_copy(uris: Sequence[str | None], uri: str, following: tuple[str, ...]) -> int:
    """Of several rows of one song that which is followed by most of what followed it."""

    def count_matches(at: int) -> int:
        return sum(known == other for known, other in zip(following, uris[at + 1 :], strict=False))

    copies = [at for at, other in enumerate(uris) if other == uri]
    return max(copies, key=count_matches)


def _describe_song(name: str, number: int) -> str:
    if not number:
        return show_name(name)
    return _("Song %(number)s, “%(name)s”") % {"number": format_number(number), "name": show_name(name)}


def _describe_position(kind: str, track: Track, number: int) -> str:
    if number:
        return _("%(kind)s · song %(number)s") % {"kind": kind, "number": format_number(number)}
    return f"{kind} · {show_name(track.name)}"


def _describe_left(count: int) -> str:
    if count <= 0:
        return _("last song") if count == 0 else ""
    text = ngettext("%(count)s song left", "%(count)s songs left", count)
    return text % {"count": format_number(count)}


def _make_resume(
    place: Place,
    *,
    title: str,
    detail: str,
    url: str,
    images: tuple[Image, ...],
    done: int,
    total: int,
    left: str,
    spot: str,
    row: int | None = None,
    change: str = "",
) -> ResumeCard:
    uri = place.item.uri or ""
    fields = {"uri": uri if place.uri == uri else f"{place.uri} {uri}"}
    if row is not None:
        fields["position"] = str(row)
    if place.position_ms >= _START_OF_SONG_MS:
        fields["position_ms"] = str(place.position_ms)
    act = "player:play-item" if place.uri == uri else "player:play-from"
    return ResumeCard(
        title=title,
        detail=detail,
        url=url,
        images=images,
        play_url=reverse(act),
        fields=fields,
        done=min(done, total),
        total=total,
        left=left,
        uri=place.uri,
        spot=f"{spot}, {format_duration(place.position_ms)}" if "position_ms" in fields else spot,
        change=change,
    )
