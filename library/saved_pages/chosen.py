"""Which saved things are meant by an act: all that the page shows, in its order."""

from accounts.models import Member
from library.saved import browse as browsing
from library.saved_pages.query import State


def uris(member: Member, state: State, *, first: str = "") -> list[str]:
    """From `first` on; from the beginning when that is not among them."""
    found = browsing.uris(member, state.kind, query=state.q, sort=state.browsing_sort, choice=state.choice)
    return found[found.index(first) :] if first in found else found
