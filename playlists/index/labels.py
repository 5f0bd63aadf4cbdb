"""Labels of a member's own that group playlists: Spotify's folders are not in its Web API."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts.models import Member
from playlists.models import Label

MAX_LABELS = 100
MAX_NAME_LENGTH = 100


class LabelNameTaken(Exception):
    """The member has a label of this name already."""


class TooManyLabels(Exception):
    """More than anybody could find something in."""


def create_label(member: Member, name: str) -> Label:
    """At the end of the others."""
    last = member.labels.order_by("position").last()
    if member.labels.count() >= MAX_LABELS:
        raise TooManyLabels
    try:
        with transaction.atomic():
            return member.labels.create(name=name, position=last.position + 1 if last else 0)
    except IntegrityError as error:
        raise LabelNameTaken from error


def restore_label(member: Member, name: str, *, position: int, playlist_ids: Collection[str]) -> Label:
    """Where it stood, over its lists again, but for those that have got another label meanwhile."""
    label = create_label(member, name)
    label.position = position
    label.save(update_fields=["position"])
    member.playlists.filter(label=None, playlist__spotify_id__in=playlist_ids).update(label=label)
    return label


def rename_label(label: Label, name: str) -> None:
    label.name = name
    try:
        with transaction.atomic():
            label.save(update_fields=["name"])
    except IntegrityError as error:
        raise LabelNameTaken from error


def set_playlists(label: Label, playlist_ids: Collection[str]) -> None:
    """Exactly these lists stand under it; they leave the label they had, those left out have none."""
    mine = label.member.playlists
    with transaction.atomic():
        mine.filter(label=label).exclude(playlist__spotify_id__in=playlist_ids).update(label=None)
        mine.filter(playlist__spotify_id__in=playlist_ids).update(label=label)


def move_label_up(label: Label) -> None:
    """In front of the one before it. Positions are counted anew, so that gaps and ties do no harm."""
    labels = list(label.member.labels.all())
    place = labels.index(label)
    if place:
        labels[place - 1], labels[place] = labels[place], labels[place - 1]
    for position, other in enumerate(labels):
        other.position = position
    Label.objects.bulk_update(labels, ["position"])
