"""Reads ids and offsets from the addresses of the catalogue's pages."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from msgspec import Struct

from accounts.requests import MemberRequest
from spotweb.spotify.links import Link, LinkError, WrongKind, parse_link
from spotweb.spotify.models import Page
from spotweb.web import page_urls

T = TypeVar("T")
View = Callable[[MemberRequest, str], HttpResponse]


class OffsetForm(forms.Form):
    offset = forms.IntegerField(min_value=0, max_value=100_000, required=False)


def resolve_id(kind: str) -> Callable[[View], View]:
    """Decorate the view of one kind: redirect links to another kind, answer 404 for what is no id."""

    def decorate_view(view: View) -> View:
        @wraps(view)
        def resolve_thing(request: MemberRequest, thing_id: str) -> HttpResponse:
            link = _parse_thing_link(thing_id, kind)
            if link.kind != kind or link.id != thing_id:
                return redirect(page_urls.build_url(link.kind, link.id))
            return view(request, link.id)

        return resolve_thing

    return decorate_view


def _parse_thing_link(text: str, kind: str) -> Link:
    try:
        return parse_link(text, kinds=(kind,))
    except WrongKind as error:
        return error.link
    except LinkError:
        raise Http404 from None


def get_offset(request: MemberRequest) -> int:
    """Return the offset of the address; 0 for one that makes no sense."""
    form = OffsetForm(request.GET)
    return (form.cleaned_data["offset"] or 0) if form.is_valid() else 0


class PagePlace(Struct, frozen=True):
    """Where a page begins, and where the next one does; null on the last."""

    offset: int
    next_offset: int | None = None


def get_page_place(page: Page[T], offset: int) -> PagePlace:
    """Nulls are left out of a page, so its length does not tell where the next one begins."""
    return PagePlace(offset, offset + (page.limit or len(page.items) or 1) if page.next else None)
