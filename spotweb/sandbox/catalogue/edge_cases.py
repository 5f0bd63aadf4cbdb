"""The things that break clients: in every catalogue, and to be asked for by the kind of their oddity."""

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

HOSTILE_NAMES: tuple[str, ...] = (
    '<script>alert("played")</script>',
    '"><img src=x onerror=alert(1)>',
    "Robert'); DROP TABLE tracks;--",
    "</title></textarea><h1>Heading from a title</h1>",
    "{{ 7*7 }}{% csrf_token %}${7*7}",
    'O\'Brien & "Sons" \\ <b>bold</b> &amp; &lt;plain&gt;',
    "javascript:alert(document.cookie)",
    "tab\there, newline\nthere",
)
RTL_NAMES: tuple[str, ...] = (
    "أغنية المطر الأخير (Live in Ostrava)",
    "שיר לילה - Nachtbus №7 - גרסה ראשונה",
    "\u202egnirts desrever a si siht\u202c",
)
EMOJI_NAMES: tuple[str, ...] = (
    f"🌻 sunflowers / 🌧️ weather {FAMILY}",
    "🏳️‍🌈🇮🇪👍🏽 ☎️ 🎷",
    "Z̷̢͔a̸̛̼l̵̟̚g̶̻̈o̴͚͝ lullaby",
)
_LONG_START = (
    "Variations on a Letter My Grandmother Posted Twice, Part II: The Ferry, the Lighthouse Keeper’s Radio "
    "and the Long Rain, or: How We Learned to Stop Counting the Stairs and Carried the Piano Up Anyway, "
    "Performed in One Take on the Kitchen Floor of Number Nine, Lemon Street, with Interruptions by the Cat, "
    "the Landlord, Two Telephones and an Unexpected Brass Band (2019 Remaster of the 1973 Home Recording) "
    "[Bonus Track Version]"
)
LONG_NAME = _LONG_START[:399].ljust(399, "!") + "."
UNBROKEN_NAME = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselbund" * 6
# (kind of oddity, name, what else is odd about it)
ODD_TRACKS: tuple[tuple[str, str, dict[str, int | str | bool]], ...] = (
    *(("hostile", name, {}) for name in HOSTILE_NAMES),
    *(("rtl", name, {}) for name in RTL_NAMES),
    *(("emoji", name, {}) for name in EMOJI_NAMES),
    ("long", LONG_NAME, {}),
    ("long", UNBROKEN_NAME, {}),
    ("empty_name", "", {}),
    ("explicit", "Unprintable", {"explicit": True}),
    ("unplayable", "Harbour Lights (not sold here)", {"restriction": "market"}),
    ("unplayable", "Only for Subscribers of Something", {"restriction": "product"}),
    ("unplayable", "Behind the Filter", {"restriction": "explicit", "explicit": True}),
    ("short", "Two Seconds of Kettle", {"duration_ms": 2000}),
    ("epic", "The Entire Night, Unabridged", {"duration_ms": 4 * 3600 * 1000}),
)
# Titles of one artist that clients take for each other, the plain ones late.
VERSIONS: tuple[str, ...] = (
    "Ferry Song (Lantern Remix)",
    "Ferry Song (Nightwatch Remix)",
    "Ferry Song - Radio Edit",
    "Ferry Song (Live at the Pier)",
    "Ferry Song (En Vivo)",
    "Ferry Song (Piano Version)",
    "Ferry Song (Vera's Version)",
    "Ferry Song - German Version",
    "Ferry Song",
    "Slow Tide, Pt. 1",
    "Slow Tide, Pt. 2",
    "Slow Tide (Sped Up)",
    "Slow Tide",
    "灯台 (ライブ)",
    "灯台",
)
