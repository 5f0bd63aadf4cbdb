"""Makes up artists, records, shows and books from one seed."""

import random
from collections.abc import Iterator
from itertools import cycle

from spotweb.sandbox.catalogue import vocabulary
from spotweb.sandbox.catalogue.edge_cases import ODD_TRACKS, VERSIONS
from spotweb.sandbox.catalogue.models import (
    Album,
    AlbumType,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Precision,
    Show,
    Thing,
    Track,
)

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS = tuple(a + b for a in _BASE62 for b in _BASE62)
_MAX_ARTISTS = 900


def new_id(rng: random.Random) -> str:
    """22 signs: a 128-bit number in base 62, as Spotify's ids are."""
    number, parts = rng.getrandbits(128), []
    for _ in range(11):
        number, rest = divmod(number, 3844)
        parts.append(_PAIRS[rest])
    return "".join(reversed(parts))


class Generator:
    def __init__(self, seed: int, *, albums: int) -> None:
        self.rng = random.Random(f"catalogue {seed}")  # noqa: S311 - a catalogue, not a secret
        self.odd: dict[str, list[Thing]] = {}
        self._serial = 0
        self._titles = {tongue: cycle(titles) for tongue, titles in vocabulary.TITLES.items()}
        self.artists = [self._artist(*named) for named in vocabulary.ARTISTS]
        self.artists += [self._artist(*self._artist_name()) for _ in range(min(_MAX_ARTISTS, albums // 4))]
        self.albums: list[Album] = []
        for artist in self._shelf_order(albums):
            self._album(artist)
        self._odd_album()
        self.shows = [self._show(*named) for named in vocabulary.SHOWS]
        self.audiobooks = [self._audiobook(*named) for named in vocabulary.AUDIOBOOKS]
        # Made last and kept apart, so that members' libraries stay as they were without it.
        self.versions = self._album_of_versions()

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _odd(self, kind: str, thing: Thing) -> None:
        self.odd.setdefault(kind, []).append(thing)

    # Artists

    def _artist(self, name: str, genre: str, tongue: str) -> Artist:
        rng = self.rng
        popularity = rng.randint(5, 78)
        picture = None if self._chance(0.06) else new_id(rng)
        artist = Artist(
            id=new_id(rng),
            name=name,
            genres=(genre,) if self._chance(0.9) else (),
            popularity=popularity,
            followers=int(rng.random() * 1.12**popularity * 120),
            tongue=tongue,
            cover=picture,
        )
        if picture is None:
            self._odd("no_image", artist)
        return artist

    def _artist_name(self) -> tuple[str, str, str]:
        rng = self.rng
        first, last = rng.choice(vocabulary.FIRST_NAMES), rng.choice(vocabulary.LAST_NAMES)
        quality, thing = rng.choice(vocabulary.QUALITIES), rng.choice(vocabulary.THINGS)
        name = rng.choice(
            (
                f"{first} {last}",
                f"{first} {last}",
                f"The {quality} {thing}",
                f"{quality} {thing}",
                f"{last} Quartet",
                f"{first} & the {thing}",
                f"{thing} of {last}",
                f"{last} + {rng.choice(vocabulary.LAST_NAMES)}",
            )
        )
        tongue = "en" if self._chance(0.55) else rng.choice(vocabulary.LATIN_TONGUES)
        return name, rng.choice(vocabulary.GENRES), tongue

    def _shelf_order(self, albums: int) -> Iterator[Artist]:
        """Who makes the next record: the known ones first and often, then everybody in turn."""
        known = len(vocabulary.ARTISTS)
        for number in range(albums):
            if number < known * 3:
                yield self.artists[number % known]
            else:
                yield self.artists[int(self.rng.random() ** 1.6 * len(self.artists))]

    # Records

    def _title(self, tongue: str) -> str:
        rng = self.rng
        if self._chance(0.4):
            title = next(self._titles[tongue])
        elif tongue == "en" and self._chance(0.3):
            title = f"{rng.choice(vocabulary.QUALITIES)} {rng.choice(vocabulary.THINGS)}"
        else:
            beginnings, ends = vocabulary.PARTS[tongue]
            joint = "" if tongue in {"ja", "ko", "zh"} else " "
            title = f"{rng.choice(beginnings)}{joint}{rng.choice(ends)}"
        return title + rng.choice(vocabulary.SUFFIXES) if self._chance(0.05) else title

    def _released(self) -> tuple[str, Precision]:
        rng = self.rng
        year, month, day = (
            rng.choice((rng.randint(1962, 2026), rng.randint(2008, 2026))),
            rng.randint(1, 12),
            rng.randint(1, 28),
        )
        precision: Precision = rng.choices(("day", "month", "year"), (84, 4, 12))[0]
        if year == 2026:  # noqa: PLR2004 - nothing is released in the future
            month = min(month, 10)
        date = {"day": f"{year}-{month:02d}-{day:02d}", "month": f"{year}-{month:02d}", "year": f"{year}"}
        return date[precision], precision

    def _album(self, artist: Artist) -> Album:
        rng = self.rng
        album_type: AlbumType = rng.choices(("album", "single", "compilation"), (70, 24, 6))[0]
        date, precision = self._released()
        self._serial += 1
        album = Album(
            id=new_id(rng),
            name=self._title(artist.tongue),
            artists=(artist,),
            album_type=album_type,
            release_date=date,
            precision=precision,
            label=rng.choice(vocabulary.LABELS),
            upc=f"{400000000000 + self._serial}",
            popularity=min(95, max(0, artist.popularity + rng.randint(-15, 10))),
            cover=None if self._chance(0.01) else new_id(rng),
        )
        count = {
            "album": rng.randint(7, 14),
            "single": rng.randint(1, 4),
            "compilation": rng.randint(12, 18),
        }[album_type]
        for number in range(count):
            self._track(album, number)
        artist.albums.append(album)
        self.albums.append(album)
        if album.cover is None:
            self._odd("no_image", album)
        return album

    def _track(self, album: Album, number: int) -> Track:
        rng = self.rng
        main = album.artists[0]
        artists = album.artists
        if self._chance(0.12):
            guest = rng.choice(self.artists)
            if guest is not main:
                artists = (*artists, guest)
                if album not in guest.appears_on:
                    guest.appears_on.append(album)
        per_disc = 9 if album.album_type == "compilation" else 99
        track = Track(
            new_id(rng),
            album.name if number == 0 and self._chance(0.5) else self._title(main.tongue),
            album,
            artists,
            rng.randint(95_000, 390_000),
            1 + number // per_disc,
            1 + number % per_disc,
            self._chance(0.07),
            f"ZZSBX{album.release_date[2:4]}{len(self.albums) * 18 + number:05d}"[:12],
            max(0, album.popularity - rng.randint(0, 30)),
            "market" if self._chance(0.008) else "",
        )
        album.tracks.append(track)
        return track

    def _odd_album(self) -> None:
        artist = self._artist("Odds & Ends <Archive>", "field recording", "en")
        self.artists.append(artist)
        album = self._album(artist)
        album.name, album.album_type, album.cover = "Things Found in Pockets", "album", None
        album.tracks.clear()
        for number, (kind, name, extra) in enumerate(ODD_TRACKS):
            track = self._track(album, number)
            track.name, track.restriction, track.explicit = (
                name,
                str(extra.get("restriction", "")),
                bool(extra.get("explicit")),
            )
            track.duration_ms = int(extra.get("duration_ms", track.duration_ms))
            self._odd(kind, track)
            self._odd("no_image", track)
        crowd = self._track(album, len(ODD_TRACKS))
        crowd.name, crowd.artists = "Everybody at Once", tuple(self.artists[:30])
        self._odd("many_artists", crowd)
        self._odd("hostile", artist)

    def _album_of_versions(self) -> Album:
        """Recordings of a few songs by one artist that only their titles tell apart, all equally long."""
        artist = self._artist("Vera Version & the Second Takes", "chamber pop", "en")
        album = self._album(artist)
        self.albums.remove(album)
        album.name, album.album_type = "Every Way There Is", "album"
        album.tracks.clear()
        for number, name in enumerate(VERSIONS):
            track = self._track(album, number)
            # The serial number of an album that is not in the list is another one's too.
            track.isrc = f"ZZSBV26{number:05d}"
            track.name, track.artists, track.duration_ms, track.popularity = name, (artist,), 201_000, 50
            track.restriction = ""
            self._odd("versions", track)
        return album

    # Spoken word

    def _show(self, name: str, publisher: str, language: str, about: str) -> Show:
        rng = self.rng
        show = Show(
            id=new_id(rng),
            name=name,
            publisher=publisher,
            description=f"{name}: {about}.",
            language=language,
            explicit=self._chance(0.1),
            cover=new_id(rng),
            media_type="mixed" if self._chance(0.2) else "audio",
        )
        count = rng.randint(18, 90)
        for number in range(count, 0, -1):
            month, day = (number * 7 // 28) % 12 + 1, number * 7 % 28 + 1
            topic = rng.choice(vocabulary.EPISODE_TOPICS)
            show.episodes.append(
                Episode(
                    id=new_id(rng),
                    name=f"#{number}: {topic[0].upper()}{topic[1:]}",
                    show=show,
                    description=f"This week: {topic}. With listeners’ letters & the usual digressions.",
                    duration_ms=rng.randint(5 * 60_000, 75 * 60_000),
                    explicit=show.explicit and self._chance(0.5),
                    release_date=f"{2025 - (count - number) // 52}-{month:02d}-{day:02d}",
                    precision="day",
                    cover=new_id(rng) if self._chance(0.4) else show.cover,
                    restriction="market" if self._chance(0.01) else "",
                )
            )
        show.episodes.sort(key=lambda episode: episode.release_date, reverse=True)
        return show

    def _audiobook(self, name: str, author: str, narrator: str) -> Audiobook:
        rng = self.rng
        book = Audiobook(
            id=new_id(rng),
            name=name,
            author=author,
            narrator=narrator,
            publisher=rng.choice(vocabulary.LABELS),
            description=f"Author(s): {author}\nNarrator(s): {narrator}\n{name}, read aloud, unabridged.",
            explicit=False,
            cover=new_id(rng),
        )
        for number in range(rng.randint(8, 40)):
            book.chapters.append(
                Chapter(
                    id=new_id(rng),
                    name=f"Chapter {number + 1}",
                    audiobook=book,
                    chapter_number=number,
                    duration_ms=rng.randint(8 * 60_000, 50 * 60_000),
                    release_date="2024-03-01",
                )
            )
        return book
