"""The pictures of an inspection as its report shows them: small ones, not too many, with words."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from calcom_portal.common.files import path_of
from calcom_portal.common.typeset import NotTypeset, redraw_photo
from monitoring.health.status import Status
from upkeep.inspecting.view import InspectionView, ItemRow
from upkeep.models import InspectionPhoto

log = logging.getLogger(__name__)

# A report is a letter: what does not fit lies in the portal. One picture is opened at a time, and
# what a phone sends is well below the limit.
MOST_PRINTED = 12
MOST_BYTES = 4 * 1024 * 1024
FORMATS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
IN_GENERAL = "In general"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with its caption."""

    photo: InspectionPhoto
    caption: str


def pictures_of(view: InspectionView, zone: ZoneInfo) -> tuple[list[dict[str, object]], int]:
    """Return the pictures to print, those of findings first, and how many more there are."""
    every = _in_order(view)
    printed: list[dict[str, object]] = []
    for shown in every:
        if len(printed) == MOST_PRINTED:
            break
        if drawn := _drawn(shown.photo):
            taken = f"{shown.photo.taken_at.astimezone(zone):%H:%M}, {shown.photo.by_name}"
            printed.append({"picture": list(drawn), "caption": shown.caption, "taken": taken})
    return printed, len(every) - len(printed)


def _in_order(view: InspectionView) -> list[Shown]:
    rows = [row for section in view.sections for row in section.rows]
    rows.sort(key=lambda row: row.status not in (Status.CRIT, Status.WARN))
    shown = [Shown(photo, _caption(row)) for row in rows for photo in row.photos]
    return [*shown, *(Shown(photo, IN_GENERAL) for photo in view.photos)]


def _caption(row: ItemRow) -> str:
    if not row.item.result:
        return str(row.item.title)
    return f"{row.item.title}: {row.item.get_result_display()}"


def _drawn(photo: InspectionPhoto) -> bytes | None:
    """Return it small, without what a camera writes into it; None for one that can't be drawn."""
    path = path_of(photo.sha256)
    if photo.size > MOST_BYTES or not path.is_file():
        return None
    try:
        return redraw_photo(path.read_bytes(), FORMATS[photo.media_type])
    except NotTypeset:
        log.warning("inspection.photo_not_drawn id=%s", photo.pk)
        return None
