"""Names that break pages, given to everything that the simulated Spotify tells of."""

from accounts.models import Member
from playlists.models import ImportRun, Label, MemberPlaylist
from tests.support.people import Person
from tests.support.sandbox_control import SandboxControl

# Long, of one word, turned around, of joined signs, stacked, and words of the templates' own language.
LONG = (
    "Everything that ever was sung on this ship " * 9 + "and more",
    "Donaudampfschifffahrtsgesellschaft" * 12,
    "\u202eآخر أغنية في هذا الشارع الطويل\u202c " * 6,
    "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈" * 40,
    "Z̷̢̨͔̭̗͛̈a̸̛̼̭̻l̵̟̚g̶̻̈o̴͚͝ " * 40,
    "مقطوعةموسيقيةطويلةجدابلافواصل" * 14,
    "<b>Bold</b> & \"quoted\" {{ 7 }} 'twice'",
)
# Nothing to see: spaces, signs without width, letters that draw nothing, controls, a soft hyphen, no sign.
BLANK = ("   ", "\u200b\u200d\u2060", "\u3164", "\u202e \u202c", "\x07\x1b", "\u2800\u00a0", "\u00ad", "")
NAMES = LONG + BLANK


def rename_everything(sandbox: SandboxControl) -> None:
    sandbox.fault("/v1/*", "rename", names=list(NAMES), encoding="utf-8")


def furnish(people: list[Person]) -> list[str]:
    """Names of our own that Spotify does not tell; returns the pages that come with them."""
    for place, person in enumerate(people):
        person.member.display_name = NAMES[place]
        person.member.save()
    Member.objects.update(shows_listening=True, has_open_queue=True)
    for person in people:
        person.get("/player/")
    ada = people[0]
    ada.get("/playlists/")
    labels = [
        Label.objects.create(member=ada.member, name=name[:100], position=place)
        for place, name in enumerate(NAMES)
        if name
    ]
    for place, entry in enumerate(MemberPlaylist.objects.filter(member=ada.member)):
        entry.label = labels[place % len(labels)]
        entry.save()
    ada.post("/playlists/import/", {"lines": "\n".join(NAMES)})
    ImportRun.objects.update(name=NAMES[1], source=NAMES[0][:400])
    run = f"/playlists/imports/{ImportRun.objects.get().pk}/"
    return [*(f"/playlists/labels/{label.pk}/" for label in (labels[1], labels[-1])), run, f"{run}lines/2/"]
