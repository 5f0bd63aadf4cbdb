"""What a guest's music is, in a form that another account can play."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue.recordings import are_one, read_recording
from library.catalogue.store import get_items_by_uri
from player.playback import refresh
from player.playback.context import DJ_URI
from player.playback.first_playable import find_first
from player.playback.items import find_thing, is_single
from player.playback.places import list_places
from player.playback.saved import get_asked_uri
from player.playback.state import PlayerState, load_state
from player.speaker_loans.refusals import LoanRefusal, LoanRefused
from spotweb.spotify import playlists
from spotweb.spotify.errors import Forbidden, NotFound
from spotweb.spotify.http import Client
from spotweb.spotify.links import uri_kind
from spotweb.spotify.models import Episode, Item, Track
from spotweb.spotify.player import MAX_URIS_PLAYED

# A longer list is cut: what is beyond the first hundred takes a request for each.
MAX_ROWS = 300
# Of a private playlist so many rows are looked through for the one that plays.
MAX_ROWS_READ = 1000


class LoanPlan(Struct, frozen=True, kw_only=True):
    """A public context from `item_uri` on, or without one just `uris`, which begin with that item.

    Without an `item_uri` the context begins wherever Spotify begins it.

    `queued` are rows that the guest has queued by hand, with their names.
    """

    title: str
    item_uri: str
    position_ms: int = 0
    context_uri: str = ""
    uris: tuple[str, ...] = ()
    queued: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()  # what the guest has queued there since; Spotify has it

    @property
    def at_once(self) -> tuple[str, ...]:
        return self.uris[:MAX_URIS_PLAYED]

    @property
    def later(self) -> tuple[tuple[str, str], ...]:
        """What is appended one by one: at once behind a context, else when the list comes to its end."""
        return self.queued if self.context_uri else tuple((uri, "") for uri in self.uris[MAX_URIS_PLAYED:])


def make_plan(guest: Member) -> LoanPlan:
    """Return what the guest's player has now, else where they stopped last. Raises LoanRefused."""
    state = refresh.get_state(guest)
    playback = state.playback
    item = playback.item if playback else None
    if playback is None or item is None:
        return _plan_last_place(guest)
    if not item.uri or not is_single(item.uri):
        raise LoanRefused(LoanRefusal.NOT_PLAYABLE)
    context_uri = (playback.context.uri or "") if playback.context else ""
    plan = LoanPlan(title=item.name, item_uri=item.uri, position_ms=state.progress_ms or 0)
    return _add_context(guest, plan, item, context_uri, state)


def plan_uris(guest: Member, uris: Sequence[str], *, position_ms: int | None = None) -> LoanPlan:
    """Return single songs and episodes as a plan. Raises LoanRefused without any."""
    playable = tuple(uri for uri in uris if is_single(uri))[:MAX_ROWS]
    if not playable:
        raise LoanRefused(LoanRefusal.NOT_PLAYABLE)
    title = _find_name(guest, playable[0])
    return LoanPlan(title=title, item_uri=playable[0], uris=playable, position_ms=position_ms or 0)


def plan_context(
    guest: Member, context_uri: str, *, item_uri: str = "", position_ms: int | None = None
) -> LoanPlan:
    """Return an album, artist, playlist or show as a plan, from this item or its first on."""
    if uri_kind(context_uri) == "playlist":
        client = spotify_for(guest)
        if not _is_public(client, context_uri):
            listed = _read_rows(client, context_uri, item_uri)
            return plan_uris(guest, [item_uri, *listed] if item_uri else listed, position_ms=position_ms)
    item_uri = item_uri or find_first(guest, context_uri) or ""
    title = _find_name(guest, item_uri or context_uri)
    return LoanPlan(title=title, item_uri=item_uri, context_uri=context_uri, position_ms=position_ms or 0)


def with_position(plan: LoanPlan, guest: Member) -> LoanPlan:
    """Where the guest has come to meanwhile, if it is still the same song."""
    state = load_state(guest)
    item = state.playback.item if state.playback else None
    is_same = item is not None and item.uri == plan.item_uri
    return structs.replace(plan, position_ms=state.progress_ms or 0) if is_same else plan


def is_of_plan(plan: LoanPlan, item: Item) -> bool:
    """Whether the plan holds this item, or the recording of which it is another version."""
    uris = {plan.item_uri, *plan.uris, *plan.added, *(uri for uri, _name in plan.queued)}
    if item.uri in uris or get_asked_uri(item) in uris:
        return True
    if not isinstance(item, Track | Episode):
        return False
    recording = read_recording(item)
    return any(are_one(recording, read_recording(other)) for other in get_items_by_uri(uris).values())


def pack_plan(plan: LoanPlan) -> object:
    return msgspec.to_builtins(plan)


def unpack_plan(packed: object) -> LoanPlan:
    return msgspec.convert(packed, LoanPlan)


def _find_name(guest: Member, uri: str) -> str:
    thing = find_thing(guest, uri)
    return thing.name if thing else ""


def _plan_last_place(guest: Member) -> LoanPlan:
    place = next(iter(list_places(guest)), None)
    if place is None or not place.item.uri or not is_single(place.item.uri):
        raise LoanRefused(LoanRefusal.NOTHING_TO_PLAY)
    plan = LoanPlan(title=place.item.name, item_uri=place.item.uri, position_ms=place.position_ms)
    return _add_context(guest, plan, place.item, place.uri, PlayerState())


def _add_context(guest: Member, plan: LoanPlan, item: Item, context_uri: str, state: PlayerState) -> LoanPlan:
    rows = tuple(state.queue.queue) if state.queue else ()
    by_hand = tuple((row.uri, row.name) for row in rows[: len(state.attributions)] if _can_go(row))
    plan = structs.replace(plan, uris=_join_uris(plan.item_uri, rows), queued=by_hand)
    kind = uri_kind(context_uri)
    if kind in {"album", "show"} and _belongs_to(item, context_uri):
        return structs.replace(plan, context_uri=context_uri)
    if kind != "playlist" or context_uri == DJ_URI:
        return plan  # Liked Songs, an artist, or nothing: what plays and what comes next
    client = spotify_for(guest)
    if _is_public(client, context_uri):
        return structs.replace(plan, context_uri=context_uri)
    listed = _read_rows(client, context_uri, plan.item_uri)
    if listed:
        queued = tuple(uri for uri, _name in by_hand)
        return structs.replace(plan, uris=(plan.item_uri, *queued, *listed)[:MAX_ROWS])
    return plan


def _is_public(client: Client, uri: str) -> bool:
    """Spotify's own playlists can be played, although nobody can read them."""
    try:
        playlist = playlists.get_playlist(client, uri, fields="name,public,collaborative")
    except NotFound:
        return True
    except Forbidden:
        return False
    return playlist.public is True and not playlist.collaborative


def _read_rows(client: Client, uri: str, item_uri: str) -> tuple[str, ...]:
    """What follows this item in the playlist, or all; empty where it can't be read or isn't found."""
    following: list[str] = []
    is_found, offset = not item_uri, 0
    try:
        while offset < MAX_ROWS_READ and len(following) < MAX_ROWS:
            page = playlists.get_playlists_items(client, uri, offset=offset)
            for row in page.items:
                if is_found and row.item and _can_go(row.item):
                    following.append(row.item.uri or "")
                is_found = is_found or bool(row.item and row.item.uri == item_uri)
            if page.next is None or not page.items:
                break
            offset += page.limit or len(page.items)
    except (Forbidden, NotFound):
        return ()
    return tuple(following)


def _join_uris(item_uri: str, rows: Iterable[Item]) -> tuple[str, ...]:
    """Spotify starts a queue over when it is through: a repetition is left out."""
    return tuple(dict.fromkeys([item_uri, *(row.uri for row in rows if row.uri and _can_go(row))]))


def _can_go(item: Item) -> bool:
    is_refused = isinstance(item, Track | Episode) and item.is_playable is False
    return bool(item.uri and is_single(item.uri)) and not is_refused


def _belongs_to(item: Item, context_uri: str) -> bool:
    """Something that was queued by hand is no part of what it interrupts, and can't begin it."""
    if isinstance(item, Track):
        return bool(item.album and item.album.uri == context_uri)
    return bool(isinstance(item, Episode) and item.show and item.show.uri == context_uri)
