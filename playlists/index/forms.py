"""What a browser may send about whole playlists, and the sentence when it is wrong."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from playlists.index import covers, labels
from playlists.index.covers import CoverFault, CoverRefused
from playlists.models import Playlist
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.playlists import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS
from spotweb.web.texts.link_messages import NO_PLAYLIST_LINK, get_link_message

ON_PROFILE, OFF_PROFILE, COLLABORATIVE = "profile", "off", "shared"
VISIBILITIES: Mapping[str, tuple[Promise, Promise]] = {
    ON_PROFILE: (_("On your profile"), _("Others find it there, and in Spotify’s search.")),
    OFF_PROFILE: (
        _("Not on your profile"),
        _("Anyone with the link can open it. To hide it for good, use the Spotify app."),
    ),
    COLLABORATIVE: (
        _("Collaborative"),
        _("Whoever has the link may add, move and remove items. Spotify shows none of these on a profile."),
    ),
}
COVER_FAULTS = {
    CoverFault.TOO_LARGE: format_lazy(
        _("This file is too large: at most {most} MB. Make the picture smaller first."),
        most=covers.MAX_UPLOAD_BYTES // 1024**2,
    ),
    CoverFault.BROKEN: _("This file is damaged: it ends early, or doesn’t hold what it says."),
    CoverFault.NO_PICTURE: _(
        "This isn’t a picture that can be read here. JPEG, PNG, WebP, GIF, AVIF and BMP can."
    ),
    CoverFault.DRAWING: _(
        "This is an SVG drawing, and Spotify takes photographs and the like. Save it as PNG first."
    ),
    CoverFault.HEIC: _("HEIC pictures can’t be read here. Export it as JPEG, or take a screenshot of it."),
    CoverFault.TOO_MANY_PIXELS: _(
        "This picture has too many pixels to be opened here. Make it smaller first."
    ),
    CoverFault.TOO_SMALL: format_lazy(
        _("This picture is too small for a cover: at least {least} by {least} pixels."),
        least=covers.MIN_SIDE_PX,
    ),
    CoverFault.MOVES: _("This picture moves, and Spotify’s covers stand still. Choose another."),
}


class DetailsForm(forms.Form):
    """Of a new playlist, or of one that is there: then `changes` are what the member has changed."""

    # What the form showed comes along, so that a change made elsewhere meanwhile is not taken back unseen.
    name = forms.CharField(
        show_hidden_initial=True,
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(
            {"maxlength": MAX_NAME_CHARS, "autocomplete": "off", "dir": "auto", "autofocus": True}
        ),
    )
    description = forms.CharField(
        required=False,
        show_hidden_initial=True,
        widget=forms.Textarea({"maxlength": MAX_DESCRIPTION_CHARS, "rows": 3, "dir": "auto"}),
    )
    visibility = forms.ChoiceField(
        choices=[(value, words) for value, (words, _hint) in VISIBILITIES.items()],
        show_hidden_initial=True,
        error_messages={"required": _("Choose who finds it."), "invalid_choice": _("Choose who finds it.")},
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if len(name) > MAX_NAME_CHARS and "name" in self.changed_data:
            message = _("Spotify takes names of at most %(most)s characters; this one has %(count)s.")
            raise forms.ValidationError(message, params={"most": MAX_NAME_CHARS, "count": len(name)})
        return name

    def clean_description(self) -> str:
        """In one line, as Spotify wants it."""
        description = " ".join(self.cleaned_data["description"].split())
        if "description" not in self.changed_data:
            return description
        if not description and self.initial.get("description"):
            message = _("Spotify can’t empty a description; put something else in its place.")
            raise forms.ValidationError(message)
        if len(description) > MAX_DESCRIPTION_CHARS:
            message = _("Spotify takes at most %(most)s characters; these are %(count)s.")
            raise forms.ValidationError(
                message, params={"most": MAX_DESCRIPTION_CHARS, "count": len(description)}
            )
        return description

    @property
    def changes(self) -> dict[str, Any]:  # Any: texts and booleans, as arguments for playlists.keeping
        values, changed = self.cleaned_data, set(self.changed_data)
        changes: dict[str, Any] = {name: values[name] for name in ("name", "description") if name in changed}
        if "visibility" in changed:
            changes |= visibility_flags(values["visibility"])
        return changes

    @property
    def visibilities(self) -> list[tuple[str, Promise, Promise, bool]]:
        chosen = self["visibility"].value()
        return [(value, words, hint, value == chosen) for value, (words, hint) in VISIBILITIES.items()]


def initial_details(playlist: Playlist) -> dict[str, str]:
    """What the form shows of a playlist."""
    visibility = ON_PROFILE if playlist.is_public else OFF_PROFILE
    if playlist.is_collaborative:
        visibility = COLLABORATIVE
    return {"name": playlist.name, "description": playlist.description, "visibility": visibility}


def visibility_flags(visibility: str) -> dict[str, bool]:
    """A collaborative playlist must not be public; so there are three cases and not four."""
    return {"public": visibility == ON_PROFILE, "collaborative": visibility == COLLABORATIVE}


class FollowPlaylistForm(forms.Form):
    link = forms.CharField(
        max_length=500,
        error_messages={"required": _("Paste a link to a playlist."), "max_length": NO_PLAYLIST_LINK},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )

    def clean_link(self) -> str:
        try:
            return parse_link(self.cleaned_data["link"], kinds=("playlist",)).id
        except LinkError as error:
            raise forms.ValidationError(get_link_message(error, "follow")) from None


class CoverForm(forms.Form):
    """`cleaned_data["picture"]` is the finished JPEG."""

    # The script says so before the file travels.
    most_bytes = covers.MAX_UPLOAD_BYTES
    too_large = COVER_FAULTS[CoverFault.TOO_LARGE]

    picture = forms.FileField(
        error_messages={
            "required": _("Choose a picture."),
            "missing": _("Choose a picture."),
            "empty": COVER_FAULTS[CoverFault.BROKEN],
        },
        widget=forms.FileInput({"accept": ",".join(covers.FORMATS.values())}),
    )

    def refuse_as_too_large(self) -> None:
        """So much was sent that it never arrived here."""
        self.errors["picture"] = self.error_class([str(self.too_large)])

    def clean_picture(self) -> bytes:
        try:
            return covers.to_jpeg(self.cleaned_data["picture"].file)
        except CoverRefused as refused:
            raise forms.ValidationError(COVER_FAULTS[refused.fault]) from refused


class LabelForm(forms.Form):
    name = forms.CharField(
        max_length=labels.MAX_NAME_LENGTH,
        error_messages={
            "required": _("Give the label a name."),
            "max_length": _("At most 100 characters."),
        },
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto", "placeholder": _("Name of a label")}),
    )


class ChooseLabelForm(forms.Form):
    """One of the member's labels, none, or a new one."""

    label = forms.CharField(required=False)
    name = forms.CharField(
        required=False,
        max_length=labels.MAX_NAME_LENGTH,
        error_messages={"max_length": _("At most 100 characters.")},
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
    )
