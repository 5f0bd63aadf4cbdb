"""What a member can play on, and when it can be seen."""

from dataclasses import dataclass

from spotweb.sandbox.core.messages import JsonObject

IDLE_VISIBLE_S = 45 * 60  # an idle device drops out of the list after this long,
IDLE_HIDDEN_S = 20 * 60  # and somebody opens the app on it again after this long
_ANSWERS_WHEN_HIDDEN = {"Speaker", "AVR", "CastAudio"}
# One such thing may be in the lists of several accounts: the same name and type is the same thing.
SHARED_TYPES = {"Speaker", "AVR", "CastAudio", "TV"}


@dataclass(slots=True, kw_only=True)
class Device:
    id: str | None
    name: str
    type: str
    volume_percent: int | None = 50
    supports_volume: bool = True
    is_restricted: bool = False
    is_private_session: bool = False
    is_unpaired: bool = False  # nobody has chosen it in Spotify's own app yet, and until then nobody else may
    # As speakers without audio keys do: each item is over at once.
    skips_everything: bool = False
    idle_since: float = 0.0

    def is_visible(self, now: float, *, is_active: bool) -> bool:
        idle_s = max(0.0, now - self.idle_since)
        return is_active or idle_s % (IDLE_VISIBLE_S + IDLE_HIDDEN_S) < IDLE_VISIBLE_S

    def can_be_reached(self, now: float, *, is_active: bool) -> bool:
        """Whether a remembered id still works: speakers on the network keep listening, apps do not."""
        if self.is_unpaired:
            return False
        return self.is_visible(now, is_active=is_active) or self.type in _ANSWERS_WHEN_HIDDEN

    def as_json(self, *, is_active: bool) -> JsonObject:
        return {
            "id": self.id,
            "is_active": is_active,
            "is_private_session": self.is_private_session,
            "is_restricted": self.is_restricted,
            "name": self.name,
            "type": self.type,
            "volume_percent": self.volume_percent,
            "supports_volume": self.supports_volume,
        }


# (name, type, what differs from an ordinary device); the first one is what the member plays on.
FURNITURE: dict[str, tuple[tuple[str, str, dict[str, int | bool | None]], ...]] = {
    "ada": (
        ("Living room amp", "AVR", {"volume_percent": 38}),
        ("Kitchen radio", "Speaker", {"volume_percent": 22}),
        ("Ada’s phone", "Smartphone", {"volume_percent": 100, "supports_volume": False}),
        ("Study laptop", "Computer", {"volume_percent": 64}),
        ("Telly", "TV", {"volume_percent": None}),
        ("Car", "Automobile", {"is_restricted": True, "volume_percent": None, "supports_volume": False}),
    ),
    "ben": (
        ("Ben’s headphones phone", "Smartphone", {"volume_percent": 80, "supports_volume": False}),
        ("Workshop speaker", "Speaker", {"volume_percent": 71}),
        ("Kitchen radio", "Speaker", {"volume_percent": 22}),
    ),
    "ines": (
        ("Bathroom speaker", "Speaker", {"volume_percent": 30}),
        ("Ines’ tablet", "Tablet", {"volume_percent": 100, "supports_volume": False}),
        ("Web player (Firefox)", "Computer", {"volume_percent": 55}),
    ),
    "willem": (("Willem’s phone", "Smartphone", {"volume_percent": 90, "supports_volume": False}),),
}
ELSEWHERE: tuple[tuple[str, str, dict[str, int | bool | None]], ...] = (
    ("Bedroom speaker", "Speaker", {"volume_percent": 25}),
    ("Old phone", "Smartphone", {"volume_percent": 100, "supports_volume": False}),
)
