"""A picture of any common kind, made into what Spotify takes as the cover of a playlist."""

import contextlib
import io
import struct
import threading
import warnings
import zlib
from enum import StrEnum
from typing import IO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from accounts.models import Member
from accounts.tokens import spotify_for
from playlists.models import Playlist
from playlists.sync.metadata import choose_image_url
from spotweb.spotify import playlists
from spotweb.spotify.errors import ScopeMissing, SpotifyError

# HEIC is not among them: its decoders are not free; telephones send JPEG to forms that ask for it.
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
FORMATS |= {"AVIF": "image/avif", "BMP": "image/bmp"}
MAX_UPLOAD_BYTES = 15 * 1024 * 1024
# Four bytes each when decoded: 100 MB. A JPEG is decoded smaller, and may be of the cameras of telephones.
MAX_PIXELS = 25_000_000
MAX_JPEG_PIXELS = 60_000_000
MIN_SIDE_PX = 64
# Wider is wasted: Spotify shows covers at 640. Narrower ones follow only if the limit cannot be kept.
SIDES_PX = (1000, 800, 640)
QUALITIES = (90, 82, 74, 66, 58)
_SCOPE = "ugc-image-upload"
_MAX_JPEG_BYTES = playlists.MAX_COVER_BYTES // 4 * 3  # before base64

# Pillow checks this when it reads a file's first lines, before anything is decoded.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Two large ones at a time would be too much for a small computer.
_one_at_a_time = threading.Lock()
_BOMB_ERRORS = (Image.DecompressionBombWarning, Image.DecompressionBombError)
# Its decoders were written by many people, and tell of a broken file in as many ways.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)


class CoverFault(StrEnum):
    """Why a picture cannot become a cover."""

    TOO_LARGE = "too large"
    BROKEN = "broken"
    NO_PICTURE = "no picture"
    DRAWING = "drawing"
    HEIC = "heic"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_SMALL = "too small"
    MOVES = "moves"


class CoverRefused(Exception):
    """Nothing was sent to Spotify; `fault` says what is wrong with the file."""

    def __init__(self, fault: CoverFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


def to_jpeg(file: IO[bytes]) -> bytes:
    """The middle of the picture as a square JPEG that Spotify takes; raises CoverRefused.

    Turned as the camera was held, with the colours of a screen, and without what else the file tells (place,
    time, camera).
    """
    _check_size(file)
    try:
        with _one_at_a_time, Image.open(file, formats=list(FORMATS)) as picture:
            _check_picture(picture)
            return _compress(_make_square(picture))
    except _BOMB_ERRORS as error:
        raise CoverRefused(CoverFault.TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise CoverRefused(_find_fault(file)) from error
    except _DECODER_ERRORS as error:
        raise CoverRefused(CoverFault.BROKEN) from error


def set_cover(member: Member, playlist: Playlist, jpeg: bytes) -> None:
    """Send a cover. Spotify queues it, and may show the old one for a while. Raises ScopeMissing."""
    _require_scope(member)
    client = spotify_for(member)
    playlists.upload_custom_playlist_cover(client, playlist.spotify_id, jpeg)
    # It is sent: that its new address cannot be read now changes nothing.
    with contextlib.suppress(SpotifyError):
        address = choose_image_url(playlists.get_playlist_cover(client, playlist.spotify_id))
        if address and address != playlist.image_url:
            playlist.image_url = address
            playlist.save(update_fields=["image_url"])


def _require_scope(member: Member) -> None:
    """Spotify itself answers as if the token were at fault, which signing in again seems not to mend."""
    granted = member.grant.scopes.split()
    if granted and _SCOPE not in granted:
        error = ScopeMissing(operation="upload-custom-playlist-cover")
        error.scopes = (_SCOPE,)
        raise error


def _check_size(file: IO[bytes]) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MAX_UPLOAD_BYTES:
        raise CoverRefused(CoverFault.TOO_LARGE)


def _check_picture(picture: Image.Image) -> None:
    """By what its first lines say; nothing is decoded yet."""
    if min(picture.size) < MIN_SIDE_PX:
        raise CoverRefused(CoverFault.TOO_SMALL)
    # MPO: a photograph and its preview, or its brightness for better screens. It does not move.
    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        raise CoverRefused(CoverFault.MOVES)
    picture.draft(None, (SIDES_PX[0], SIDES_PX[0]))  # a JPEG is decoded at a half, a quarter or an eighth
    if picture.width * picture.height > MAX_PIXELS:
        raise CoverRefused(CoverFault.TOO_MANY_PIXELS)


def _make_square(picture: Image.Image) -> Image.Image:
    picture.load()
    profile, turned = picture.info.get("icc_profile"), picture.getexif().get(0x0112, 1)
    square = _crop_and_shrink(_convert_mode(picture))
    # The middle stays the middle however it is turned, and turning the small one is cheaper.
    square.getexif()[0x0112] = turned
    return _convert_colours(_fill_transparency(ImageOps.exif_transpose(square)), profile)


def _convert_mode(picture: Image.Image) -> Image.Image:
    """In a mode whose neighbouring values can be mixed when it is made smaller."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"P", "PA"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return picture
    return picture.convert("RGB")


def _crop_and_shrink(picture: Image.Image) -> Image.Image:
    """The square in its middle; small ones stay small."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    target = min(side, SIDES_PX[0])
    box = (left, top, left + side, top + side)
    return picture.resize((target, target), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


def _fill_transparency(picture: Image.Image) -> Image.Image:
    """On white: a JPEG has no holes."""
    if picture.mode not in {"LA", "RGBA"}:
        return picture
    picture = picture.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def _convert_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Telephones take photographs in wider colours, which look pale when read as the usual ones."""
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted or picture
    return picture.convert("RGB")


def _compress(picture: Image.Image) -> bytes:
    """As good as the limit allows: rather a little coarser than smaller, rather smaller than ugly."""
    for side in SIDES_PX:
        smaller = picture if picture.width <= side else picture.resize((side, side), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            packed = io.BytesIO()
            # The comment of the original would come along.
            smaller.save(packed, "JPEG", quality=quality, optimize=True, comment=b"")
            if packed.tell() <= _MAX_JPEG_BYTES:
                return packed.getvalue()
    # 640 x 640 at quality 58 is under 3 bits a pixel for anything but noise made to break it.
    raise CoverRefused(CoverFault.TOO_LARGE)


def _find_fault(file: IO[bytes]) -> CoverFault:
    """What a file is that is none of our kinds."""
    file.seek(0)
    start = file.read(2048)
    if start[4:8] == b"ftyp" and start[8:11] in {b"hei", b"hev", b"mif", b"msf"}:
        return CoverFault.HEIC
    if b"<svg" in start.lower():
        return CoverFault.DRAWING
    known = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM")
    return CoverFault.BROKEN if start.startswith(known) else CoverFault.NO_PICTURE
