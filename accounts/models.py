from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import names

# Spotify says six months; the shortest six of a year are 181 days, and we promise less rather than more.
GRANT_LIFE = timedelta(days=180)
GRANT_ENDING_AFTER = timedelta(days=165)


def current_spotify() -> str:
    identity: str = settings.SPOTIFY_IDENTITY
    return identity


def current_client_id() -> str:
    client_id: str = settings.SPOTIFY_CLIENT_ID
    return client_id


def current_version() -> str:
    version: str = settings.VERSION
    return version


class House(models.Model):
    """The one row that says whose data this is; `accounts.house` alone writes it.

    `key` is compared with the marker beside the database, `spotify` with settings.SPOTIFY_IDENTITY.
    """

    key = models.UUIDField(default=uuid4, unique=True)
    spotify = models.CharField(max_length=500, default=current_spotify)
    founded_at = models.DateTimeField(default=timezone.now)
    owner_code = models.CharField(max_length=32, blank=True)  # until somebody owns the house (accounts.owner)

    def __str__(self) -> str:
        return f"house {self.key} at {self.spotify}"


class MemberManager(BaseUserManager["Member"]):
    def add_newcomer(self, member: "Member", *, may_own: bool = True) -> None:
        """Save a newcomer. Whoever may own a house without owner does, and need not wait to be let in."""
        may_come_in = member.is_active
        try:
            with transaction.atomic():
                member.is_owner = may_own and not self.filter(is_owner=True).exists()
                member.is_active = may_come_in or member.is_owner
                member.save()
        except IntegrityError:
            if not member.is_owner:
                raise
            # Two people came first at the same time, and the other one was faster.
            member.is_owner, member.is_active = False, may_come_in
            member.save()


class Member(AbstractBaseUser):
    """A person of the household, known by their Spotify account. There is no password and no e-mail."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Lending(models.TextChoices):
        NEVER = "never", _("Never")
        IDLE = "idle", _("When I’m not listening")
        ALWAYS = "always", _("Always")

    account_key = models.CharField(max_length=255, unique=True)  # Spotify's account_id, else its id
    spotify_id = models.CharField(max_length=255)
    display_name = models.CharField(max_length=names.MAX_LENGTH)  # one that no other member has
    is_owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Spotify no longer tells; learned from what it answers. None: not known yet.
    is_premium = models.BooleanField(null=True)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    # All off until the member says otherwise: what a member hears and saves is private.
    shows_listening = models.BooleanField(default=False)
    has_open_queue = models.BooleanField(default=False)
    shares_library = models.BooleanField(default=False)
    shares_speakers = models.BooleanField(default=False)
    # When others may play on those speakers through this member's account without asking.
    lends_account = models.CharField(max_length=8, choices=Lending.choices, default=Lending.NEVER)
    joined_at = models.DateTimeField(default=timezone.now)
    # Up to which version the member knows what is new; empty: from before it was kept.
    seen_version = models.CharField(max_length=32, blank=True, default=current_version)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "account_key"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_owner"], condition=models.Q(is_owner=True), name="one_owner_in_the_house"
            )
        ]
        ordering = ["joined_at", "pk"]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Django's own
        """Nobody is left without a name that shows, or with one that another member has already."""
        fields = kwargs.get("update_fields")
        if fields is None or "display_name" in fields:
            others = Member.objects.exclude(pk=self.pk).values_list("display_name", flat=True)
            texts = (self.display_name, self.spotify_id, self.account_key)
            self.display_name = names.choose_name(texts, list(others))
        super().save(*args, **kwargs)

    @property
    def has_news(self) -> bool:
        return self.seen_version != current_version()


class BrowserSession(AbstractBaseSession):
    """A browser in which somebody is signed in, or was about to; `sign_in.sessions` alone writes it."""

    MAX_USER_AGENT: ClassVar = 300

    # Null before the sign-in. With the member all their sessions go.
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="sessions")
    user_agent = models.CharField(max_length=MAX_USER_AGENT, blank=True)  # as the browser names itself
    last_used_at = models.DateTimeField(default=timezone.now)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class HandOver(models.Model):
    """A code that signs a member in on another device; `accounts.sign_in.hand_over` alone uses it."""

    digest = models.CharField(max_length=64, unique=True)  # keyed: the code itself is not kept
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    # The browser that shows it: signed out there, the code is worth nothing.
    session = models.ForeignKey(BrowserSession, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(
        max_length=BrowserSession.MAX_USER_AGENT, blank=True
    )  # as that browser names itself

    def __str__(self) -> str:
        return f"hand-over of {self.member_id}"


class Grant(models.Model):
    """What a member allowed at Spotify. The tokens are encrypted; `accounts.tokens` alone uses them."""

    class Trouble(models.TextChoices):
        NONE = ""
        EXPIRED = "expired", _("The sign-in with Spotify has run out.")
        REVOKED = "revoked", _("Spotify says that the permission was withdrawn.")
        UNREADABLE = "unreadable", _("The key that protected the sign-in has changed.")
        OTHER_APP = "other_app", _("This household now uses another Spotify app.")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="grant")
    # Where the tokens are good: they are sent nowhere else (settings.SPOTIFY_IDENTITY, SPOTIFY_CLIENT_ID).
    spotify = models.CharField(max_length=500, default=current_spotify)
    client_id = models.CharField(max_length=255, default=current_client_id)
    access_token = models.TextField()
    refresh_token = models.TextField()
    scopes = models.TextField()
    authorized_at = models.DateTimeField()
    access_expires_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    renewing_until = models.DateTimeField(null=True)  # a lease: its holder is the one caller that renews
    trouble = models.CharField(max_length=16, choices=Trouble.choices, blank=True, default=Trouble.NONE)
    trouble_at = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"grant of {self.member_id}"

    @property
    def ends_at(self) -> datetime:
        return self.authorized_at + GRANT_LIFE

    @property
    def days_left(self) -> int:
        return max(0, (self.ends_at - timezone.now()).days)

    @property
    def needs_reconnect(self) -> bool:
        return bool(self.trouble)

    @property
    def is_ending(self) -> bool:
        return not self.trouble and timezone.now() >= self.authorized_at + GRANT_ENDING_AFTER
