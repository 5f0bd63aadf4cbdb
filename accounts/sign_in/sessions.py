"""Sessions as rows that say whose they are, in which browser, and when it was last used.

Django's own keep all of that in signed text, so that ending one member's sessions means reading everybody's.
Settings name this module as SESSION_ENGINE.
"""

import logging
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import BrowserSession
from spotweb.storage.outages import find_outage
from spotweb.web.params import parse_number

logger = logging.getLogger(__name__)
# As Django's messages name what they keep in the session.
_TOASTS = "_messages"

# How exact “last used” is; an open page asks every few seconds, and writes each time would wear out a card.
_WRITTEN_EVERY = timedelta(minutes=15)


class SessionStore(db.SessionStore):
    user_agent = ""
    # A page that only shows something comes although nothing can be written.
    is_for_reading = False
    _row: BrowserSession | None = None
    _is_only_renewed = False

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def renew(self) -> None:
        """Begin the session's lifetime again, in the row and in the cookie, when that is due."""
        row = self._row
        if row and row.member_id and not self.modified:
            is_old = timezone.now() - row.last_used_at > _WRITTEN_EVERY
            self.modified = self._is_only_renewed = is_old or row.user_agent != self.user_agent

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        row = cast("BrowserSession", super().create_model_instance(data))
        row.member_id = parse_number(data.get(SESSION_KEY))
        row.user_agent = self.user_agent
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  # Django's own signature
        if self._is_only_renewed and not must_create:
            self._write_renewal()
            return
        try:
            super().save(must_create)
        except UpdateError as error:
            # Django takes any failure for a session that has ended meanwhile, and answers 400.
            outage = error.__context__
            if not isinstance(outage, DatabaseError) or not find_outage(outage):
                raise
            if not self.is_for_reading and not self._differs_in_toasts_alone():
                raise outage from None
            logger.info(
                "a session could not be written: a page shown once more says what it has said already"
            )

    def _get_session_from_db(self) -> BrowserSession | None:
        self._row = super()._get_session_from_db()  # type: ignore[misc]  # django-stubs does not list it
        return self._row

    def _differs_in_toasts_alone(self) -> bool:
        """An act whose toast cannot be kept, or forgotten, was done all the same."""
        stored = self.decode(self._row.session_data) if self._row else {}
        kept, now = ({**data, _TOASTS: None} for data in (stored, dict(self.items())))
        return kept == now

    def _write_renewal(self) -> None:
        """Nothing but the moment: what another request has just put into the session stays."""
        rows = BrowserSession.objects.filter(session_key=self.session_key)
        try:
            rows.update(
                expire_date=self.get_expiry_date(), last_used_at=timezone.now(), user_agent=self.user_agent
            )
        except DatabaseError:  # busy: the page is not lost for that, and the next request tries again
            logger.info("the use of a session could not be written")


class RenewedSessionMiddleware(SessionMiddleware):
    """Sessions end some weeks after they were last used, not after they began."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        user_agent = request.headers.get("User-Agent", "").replace("\x00", "")
        session = cast("SessionStore", request.session)
        session.user_agent = user_agent[: BrowserSession.MAX_USER_AGENT]
        session.is_for_reading = request.method in {"GET", "HEAD"}

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if isinstance(session := getattr(request, "session", None), SessionStore):
            session.renew()
        return super().process_response(request, response)
