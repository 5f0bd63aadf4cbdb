"""What columns of tables and fields of objects are called: by exporters, spreadsheets, in many languages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from playlists.transfer.formats.rows import fold_name

# The names that others have for our columns. Case, accents, spaces and signs do not count.
_NAMES: Mapping[str, str] = {
    "uri": """
        uri, track uri, spotify uri, spotify track uri, item uri, URI de la canción, Track-URI,
        URI du titre, URI della traccia, URI da faixa, Nummer URI, Låtens URI, Parça URI, URI κομματιού,
        トラックURI, 曲目 URI, episode uri, song uri
    """,
    "id": "spotify id, spotify track id, track id, id, spotify - id, song id",
    "link": """
        link, url, track url, track link, spotify url, spotify link, external url, href, address, web url,
        enlace, lien, collegamento, adresse, länk, 链接, 連結, リンク, رابط الأغنية (URI), رابط الأغنية,
        ссылка, odkaz
    """,
    "title": """
        title, track name, track title, track, song, song name, song title, name, video title,
        Ad, Nama, Nume, Naziv, Όνομα, Име, الاسم, ชื่อ, Tên, Nom, Naam, Namn, Navn, Nazwa,
        Név, Имя, 名前, 이름,
        master metadata track name, Nombre de la canción, Nombre de la pista, Canción, Título,
        Título de la canción, Pista, Nombre, Track-Name, Titel, Songtitel, Liedtitel, Lied, Liedname,
        Musiktitel, Titelname, Name des Titels, Stück, Nom du titre, Titre, Chanson, Morceau,
        Nom de la chanson, Nom du morceau, Piste, Titre de la chanson, Nome della traccia, Titolo, Brano,
        Canzone, Traccia, Nome brano, Titolo del brano, Titolo brano, Nome, Nome da faixa, Faixa, Música,
        Nome da música, Título da música, Título da faixa, Nome da canção, Canção, Nummernaam,
        Nummer titel, Naam van nummer, Liedje, Titel van het nummer, Nummertitel, Låtens namn, Låt,
        Låtnamn, Låttitel, Titeln, Sang, Sangtitel, Sangtittel, Tittel, Låttittel, Spor, Sangnavn,
        Kappale, Kappaleen nimi, Nimi, Parça Adı, Parça, Şarkı, Şarkı Adı, Başlık, Şarkı ismi,
        Όνομα κομματιού, Τίτλος, Τραγούδι, Κομμάτι, Utwór, Tytuł, Nazwa utworu, Tytuł utworu, Piosenka,
        Skladba, Název, Název skladby, Písnička, Píseň, Názov, Názov skladby, Skladba názov, Cím, Dal,
        Dal címe, Titlu, Melodie, Piesa, Nume piesă, Pjesma, Naslov, Naziv pjesme, Skladba naslov,
        Название, Песня, Трек, Название трека, Название песни, Композиция, Наименование, Назва, Пісня,
        Назва пісні, Назва треку, Песен, Заглавие, トラック名, 曲名, タイトル, 楽曲名, 曲, 楽曲, 曲目名称,
        曲目名稱, 歌名, 歌曲, 歌曲名称, 歌曲名稱, 标题, 標題, 名称, 名稱, 曲目, 제목, 곡명, 곡, 노래,
        노래 제목, 트랙, 트랙 이름, اسم الأغنية, الأغنية, العنوان, عنوان, اسم المسار, שם השיר, שיר, כותרת,
        歌曲标题, 歌曲標題, 歌名称, Daina, Dziesma, Lugu, Lugu pealkiri,
        Песма, Lag, Abestia, Cân, Amhrán, Kanta, Wimbo,
        গান, பாடல், სიმღერა, Երգ, Mahnı, Ән, Песна, Kënga, Liedjie, Lidd, שם, गाना, शीर्षक, Judul,
        Judul lagu, Lagu, Nama lagu, Tên bài hát, Bài hát, Tiêu đề, ชื่อเพลง,
        เพลง, Títol, Cançó, Títol de la cançó, गीत, آهنگ, نام آهنگ
    """,
    "artists": """
        artists, artist, artist name, artist names, artist name(s), track artist, performer, performers,
        singer, band, interpret, interpreter, creator, author, by, master metadata album artist name,
        song artist, display artist, grandparent title, band name, channel, channel name, channel title,
        uploader, Nombre(s) del artista, Artista, Artistas, Nombre del artista, Intérprete, Cantante,
        Autor, Künstlername(n), Künstler, Künstler:in, Künstler:innen, Interpret:in, Künstlername,
        Interpreten, Interpret/in, Sänger, Musiker, Name des Künstlers,
        Gruppe, Komponist/Interpret, Nom(s) de l'artiste, Artiste, Artistes, Nom de l'artiste, Interprète,
        Interprètes, Chanteur, Groupe, Nome dell'artista, Nome artista, Artisti, Interprete, Cantante/i,
        Nome(s) do artista, Nome do artista, Cantor, Banda, Naam van artiest, Artiest, Artiesten,
        Naam artiest, Uitvoerder, Zanger, Artiestennaam, Artistens namn, Artistnamn, Kunstner,
        Kunstnernavn, Artistnavn, Esittäjä, Artisti, Artistin nimi, Esittäjät, Sanatçı Adı, Sanatçı,
        Sanatçılar, Sanatçı ismi, Şarkıcı, Yorumcu, Όνομα/τα καλλιτέχνη, Καλλιτέχνης, Καλλιτέχνες,
        Wykonawca, Artysta, Wykonawcy, Nazwa wykonawcy, Zespół, Umělec, Interpreti, Skupina, Jméno umělce,
        Umelec, Előadó, Művész, Zenész, Együttes, Artiști, Izvođač, Исполнитель, Исполнители, Артист,
        Имя исполнителя, Автор, Группа, Певец, Виконавець, Виконавці, Імʼя виконавця, Изпълнител,
        アーティスト名, アーティスト, 歌手, 艺人名称, 藝人名稱, 艺人, 藝人, 艺术家, 藝術家, 演唱者,
        歌手名, 가수, 아티스트, 아티스트 이름, 아티스트명, أسماء الفنانين, الفنان, اسم الفنان, المغني,
        אמן, שם האמן, זמר, गायक, कलाकार, Artis, Penyanyi, Nama artis, Nghệ sĩ, Ca sĩ, Tên nghệ sĩ, ศิลปิน,
        ชื่อศิลปิน, هنرمند, خواننده, singers, artist(s), 演出者, Atlikėjas, Izpildītājs, Esitaja,
        Izvajalec, Извођач,
        Изведувач, Flytjandi, Ealaíontóir, Msanii, শিল্পী, கலைஞர், შემსრულებელი, Կատարող, İfaçı,
        Орындаушы, Artisti, Kunstenaar,
        Kënschtler, گلوکار
    """,
    "version": """
        version, track version, version title, title version, mix, mix name, mix title, remix, remix name,
        Fassung, Versión, Versione, Versão, Версия, バージョン, 版本, 버전
    """,
    "album": """
        album, album name, album title, parent title, release name, release,
        master metadata album album name, record,
        Nombre del álbum, Album-Name, Albumname, Albumtitel, Nom de l'album, Nome dell'album, Nome album,
        Nome do álbum, Titre de l'album, Albumnaam, Naam van album, Albumets namn, Albumnamn, Albumnavn,
        Albumi, Levy, Albüm Adı, Albüm, Όνομα άλμπουμ, Άλμπουμ, Nazwa albumu, Alb, Название альбома,
        Альбом, Назва альбому, アルバム名, アルバム, 专辑名称, 專輯名稱, 专辑, 專輯, 앨범, 앨범명,
        اسم الألبوم, الألبوم, אלבום, Disco, Disque, Platte, Płyta, Àlbum,
        एल्बम, آلبوم, อัลบั้ม, Албум, Albumas, Albums, Albuma, Albwm, Albam, Albamu, Plata,
        অ্যালবাম, ஆல்பம், ალბომი, Ալբոմ,
        Albom, البم
    """,
    "release_date": """
        release date, album release date, Veröffentlichungsdatum des Albums, 专辑发行日期, 專輯發行日期
    """,
    "isrc": "isrc, track isrc, isrc code, isrc-code, code isrc, external ids isrc",
    "duration_ms": """
        duration ms, duration (ms), track duration ms, track duration (ms), length ms, ms, milliseconds,
        msduration
    """,
    "duration": """
        duration, length, track duration, playtime, play time, song length, total length, song duration,
        time, total time, duration s, duration (s), Dauer, Länge,
        Spieldauer, Zeit, Duración, Durée, Durata, Duração, Duur, Längd, Varighed, Varighet, Kesto, Süre,
        Διάρκεια, Czas, Czas trwania, Délka, Dĺžka, Hossz, Trajanje, Длительность, Продолжительность,
        Время, Тривалість, 再生時間, 時間, 长度, 时长, 時長, 길이, 시간, المدة, משך
    """,
    "explicit": "explicit",
    "added_at": """
        added at, added date, date added, added, tag time, tagtime, Hinzugefügt am, Añadido el, Ajouté le,
        Aggiunto il, Adicionado em, Toegevoegd op, Tillagd, Eklenme, 添加时间, 新增時間, ts, end time,
        liked at, saved at
    """,
    "added_by": "added by, Hinzugefügt von, Adicionado por, Añadido por, Ajouté par",
    "type": "type, kind, item type",
    "list": """
        playlist, playlist name, playlist title, Playlist-Name, Nombre de la lista, Lista de reproducción,
        Wiedergabeliste, Nom de la playlist, Nome da playlist, Nome playlist, Afspeellijst, Spellista,
        Плейлист, プレイリスト, 播放列表, 播放清單, 재생목록, Çalma listesi
    """,
    "position": "position, number, index, nr, no, pos, row",
    "episode": "episode name, episode, episode title",
    "show": "show name, show, podcast, podcast name, episode show name",
}


def _split_names(names: str) -> Iterable[str]:
    return (key for name in names.split(",") if (key := fold_name(name)))


# Of a name that stands in two languages for two things, the earlier one of our columns counts.
_BY_NAME: Mapping[str, str] = {
    key: ours for ours in reversed(tuple(_NAMES)) for key in _split_names(_NAMES[ours])
}
# What may be called so besides songs.
_ANY_NAMES = frozenset(
    _split_names(
        "name, nombre, nom, nome, naam, namn, navn, nazwa, név, nimi, имя, 名前, 名称, 名稱, 이름, שם, ad, "
        "nama, "
        "nume, naziv, όνομα, име, الاسم, ชื่อ, tên"
    )
)
# Questions as "Which song would you like to hear?" mention what is wanted, unless they mention more.
_WORDS: Mapping[str, frozenset[str]] = {
    "title": frozenset(
        _split_names(
            "song, songs, track, lied, lieder, titel, songtitel, songwunsch, liedwunsch, musikwunsch, "
            "chanson, morceau, canción, brano, canzone, música, nummer, piosenka, песня"
        )
    ),
    "artists": frozenset(
        _split_names("artist, band, interpret, interpretin, interpreten, künstler, artiste, artista, artiest")
    ),
}
# "Track Count" and "Song Key" are about songs too, and tell none; longer headings are sentences.
_MEASURES = frozenset(
    _split_names(
        "count, number, nr, no, num, nummer, anzahl, key, tonart, bpm, tempo, rating, wertung, bewertung, "
        "genre, genres, style, mood, energy, popularity, plays, play, skips, year, jahr, size, kind, art, "
        "language, sprache, lyrics, comment, comments, notes, label, composer, writer, order, rank, "
        "disc, disk, cd, "
        "total, numero, nombre, nbre, genero, genere, start, end, file, path, status"
    )
)
_MAX_ASKED, _MAX_MEASURE_WORDS = 40, 3
_MAX_NAME_LENGTH = 8
_MILLISECONDS = re.compile(r"\(ms\)|\bms\b|millis|毫秒|ミリ秒|\(мс\)|밀리초|χιλ", re.IGNORECASE)
_MAX_HEADING_LENGTH = 60


@lru_cache(maxsize=2000)
def find_column(name: str) -> str:
    """What we call the column or field of this name; empty when nobody here knows."""
    if len(name) > _MAX_HEADING_LENGTH or name.strip().endswith("#"):  # "Track#" counts them
        return ""
    ours = _BY_NAME.get(fold_name(name), "")
    if ours == "duration" and _MILLISECONDS.search(name):
        return "duration_ms"
    if ours:
        return ours
    bare = _BY_NAME.get(fold_name(re.sub(r"\([^)]*\)|（[^）]*）|[\s_-]*(?<!\d)1\s*$", "", name)), "")
    if bare == "duration" or (not bare and _MILLISECONDS.search(name)):
        return "duration_ms" if _MILLISECONDS.search(name) else bare
    return bare if bare in {"title", "artists", "album"} else ""


def find_columns(names: Sequence[str]) -> dict[str, int]:
    """For each of our columns that is there, its place. Of two columns of one meaning the first counts.

    "Name" is the title where no other column is: in a list of wishes it is who wishes.
    """
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        ours = find_column(name)
        if ours and not _is_any_name(name):
            found.setdefault(ours, place)
    # Only beside what is a heading for sure: a song may be called "Song of the Year".
    is_question = any(name.endswith("?") for name in names)
    for ours, other in (("title", "artists"), ("artists", "title")):
        if ours not in found and (other in found or is_question):
            _add_first(found, ours, [_mentions(name, _WORDS[ours]) for name in names[:_MAX_ASKED]])
    if "title" not in found:
        _add_first(found, "title", [_is_any_name(name) for name in names])
    if "title" not in found and "episode" in found:
        found["title"] = found["episode"]
    return found


def _is_any_name(name: str) -> bool:
    return len(name) <= _MAX_NAME_LENGTH and fold_name(name) in _ANY_NAMES


def _add_first(found: dict[str, int], ours: str, fits: Sequence[bool]) -> None:
    if True in fits:
        found[ours] = fits.index(True)


def _mentions(name: str, words: frozenset[str]) -> bool:
    """Whether a heading that nobody knows has one of these words, and none of another column."""
    parts = [fold_name(part) for part in re.split(r"[\W_]+", name) if part]
    measures = _MEASURES if len(parts) <= _MAX_MEASURE_WORDS else frozenset()
    others = [part for part in parts if part not in words and (part in measures or _BY_NAME.get(part))]
    return (
        len(parts) > 1 and len(name) <= _MAX_HEADING_LENGTH and not others and any(p in words for p in parts)
    )
