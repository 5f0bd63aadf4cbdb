"""What a member can go on with: where they stopped in albums, playlists, podcasts and audiobooks.

Two things are known: the places that reads of the player have left (`player.playback.places`), to the second,
and the songs that Spotify's history names with what they were played from.
"""

import time
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from library.catalogue import store
from library.models import Item
from library.podcasts.episodes import get_feed
from library.resume_card import ResumeCard, make_episode_card
from player import recently_played
from player.playback.context import KINDS_WITH_OFFSET
from player.playback.places import Place, list_places
from player.playback.state import load_state
from player.recently_played import Plays
from playlists.models import MemberPlaylist
from playlists.revisions.contents import get_contents
from spotweb.spotify.links import find_link
from spotweb.spotify.models import Episode, Image, Track, UnknownItem
from spotweb.web.names import show_name
from spotweb.web.number_format import format_number
from spotweb.web.page_urls import build_url
from spotweb.web.time_format import format_length

MAX_RESUMES = 6
MAX_STARTED = 2  # of these: episodes begun in Spotify's own apps
# Spotify's history is asked again after this; what our own pages have seen is known at once.
HISTORY_FRESH_S = 10 * 60
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


def _build_resumes(member: Member, plays: Plays) -> tuple[ResumeCard, ...]:
    state = load_state(member)
    current = state.playback.context.uri if state.playback and state.playback.context else None
    skipped = current if state.playback and state.playback.is_playing else None
    places = [place for place in _merge_places(list_places(member), plays) if place.uri != skipped]
    lists = _get_lists(member, places)
    cards = [card for place in places if (card := _build_resume(place, lists.get(place.uri)))]
    # Where an episode was stopped elsewhere only its podcast tells.
    seen = {place.item.uri for place in places} | {place.uri for place in places}
    started = [
        make_episode_card(episode)
        for episode in get_feed(member).started
        if episode.uri not in seen and not (episode.show and episode.show.uri in seen | {skipped})
    ][:MAX_STARTED]
    return (*cards[: MAX_RESUMES - len(started)], *started)


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
    )


def _resume_playlist(place: Place, track: Track, entry: MemberPlaylist | None) -> ResumeCard | None:
    name = (entry.playlist.name if entry else "") or place.name
    link = find_link(place.uri, kinds=("playlist",))
    if not name or link is None:
        return None
    position, total = _find_position(entry, track)
    images = (Image(url=entry.playlist.image_url),) if entry and entry.playlist.image_url else track.images
    return _make_resume(
        place,
        title=name,
        detail=_describe_position(_("Playlist"), track, position + 1 if position is not None else 0),
        url=build_url("playlist", link.id),
        images=images,
        done=position or 0,
        total=total if position is not None else 0,
        left=_describe_left(total - position - 1) if position is not None else "",
        row=position,
    )


def _find_position(entry: MemberPlaylist | None, track: Track) -> tuple[int | None, int]:
    """The row of the song in what is stored of the playlist, and how many there are."""
    if entry is None or not entry.is_readable or entry.playlist.revision is None:
        return None, 0
    contents = get_contents(entry.playlist.revision)
    pks = set(store.get_pks_by_uri(Item, [track.uri or ""]).values())
    position = next((place for place, row in enumerate(contents.entries) if row.item in pks), None)
    return position, contents.total


def _describe_position(kind: str, track: Track, number: int) -> str:
    if number:
        return _("%(kind)s · song %(number)s") % {"kind": kind, "number": format_number(number)}
    return f"{kind} · {show_name(track.name)}"


def _describe_left(count: int) -> str:
    if count <= 0:
        return ""
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
    row: int | None = None,
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
    )
