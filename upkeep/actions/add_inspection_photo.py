"""Keep a picture that was taken during an inspection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import IncomingFile, store_files
from calcom_portal.common.tenancy import database_now
from upkeep.actions._inspections import lock_inspection
from upkeep.inspections.states import State
from upkeep.models import Inspection, InspectionItem, InspectionPhoto

PICTURES = ("image/jpeg", "image/png", "image/webp")
MOST = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, the id that the phone gave it, and the line that it shows (None: in general)."""

    client_id: UUID
    file: IncomingFile
    taken_at: datetime
    item_id: int | None = None


@transaction.atomic
def add_inspection_photo(
    *, inspection: Inspection, picture: Picture, actor: Viewer
) -> InspectionPhoto:
    """Keep it; sent again it is the same one. One that comes after the signature is kept too.

    Raises NotAllowed; BadInput for what is no picture or no line; RuleBroken for an inspection that
    was not begun or was cancelled, and for too many.
    """
    actor.require(Capability.WORK_TICKETS)
    inspection = lock_inspection(inspection)
    known = inspection.photos.filter(client_id=picture.client_id).first()
    if known is not None:
        return known
    if inspection.state not in (State.UNDER_WAY, State.DONE):
        raise RuleBroken("The inspection is not under way.", remedy="Begin it first.")
    if inspection.photos.count() >= MOST:
        raise RuleBroken(f"An inspection keeps {MOST} pictures.", remedy="Choose the best ones.")
    item = _item(inspection, picture.item_id)
    [stored] = store_files([picture.file])
    if stored.media_type not in PICTURES:
        raise BadInput(
            f"{stored.name} is no picture.", field="file", remedy="Send a JPEG, PNG or WebP."
        )
    photo: InspectionPhoto = InspectionPhoto.objects.create(
        provider_id=inspection.provider_id,
        customer_id=inspection.customer_id,
        inspection=inspection,
        item=item,
        client_id=picture.client_id,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        taken_at=min(picture.taken_at, database_now()),
        received_at=database_now(),
        by_name=actor.name[:120],
    )
    record(actor, "inspection.photo_added", inspection, name=photo.name, document=photo.sha256)
    return photo


def _item(inspection: Inspection, item_id: int | None) -> InspectionItem | None:
    if item_id is None:
        return None
    item: InspectionItem | None = inspection.items.filter(pk=item_id).first()
    if item is None:
        raise BadInput("There is no such line.", field="line", remedy="Open the page again.")
    return item
