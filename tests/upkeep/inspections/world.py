"""An inspection of Bayview's phone system for the matrix of who may see what."""

from __future__ import annotations

from uuid import uuid4

from tests.cast import Cast
from upkeep.models import Checklist, ChecklistLine, InspectedDevice, Inspection, InspectionPhoto


def build_inspection(cast: Cast) -> dict[str, int]:
    """Make one that is planned, with a picture and a difference; return their ids."""
    owner = {"provider": cast.calcom, "customer": cast.bayview}
    now = cast.contract.created_at
    inspection = Inspection.objects.create(
        **owner, site=cast.market_street, device=cast.phone_system, planned_at=now
    )
    photo = InspectionPhoto.objects.create(
        **owner,
        inspection=inspection,
        client_id=uuid4(),
        name="cabinet.png",
        media_type="image/png",
        size=1,
        sha256="0" * 64,
        taken_at=now,
        received_at=now,
        by_name="Dana Okafor",
    )
    difference = InspectedDevice.objects.create(
        **owner, inspection=inspection, name="Fax", seen="extra", decision="open"
    )
    checklist = Checklist.objects.create(
        provider=cast.calcom, name="Yearly", made_at=now, changed_at=now
    )
    line = ChecklistLine.objects.create(
        provider=cast.calcom,
        checklist=checklist,
        position=1,
        section="Power",
        title="Earth",
        asked="condition",
    )
    return {
        "checklist_line": line.pk,
        "inspection": inspection.pk,
        "inspection_photo": photo.pk,
        "difference": difference.pk,
    }
