"""Make a service calendar."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._versions import CalendarEdit, add_version
from contracts.models import Calendar


def create_calendar(
    *, name: str, edit: CalendarEdit, is_default: bool = False, actor: Viewer
) -> Calendar:
    """Create a calendar with its first version.

    Raises NotAllowed, and BadInput for hours that cannot be used or a name that is taken.
    """
    actor.require(Capability.MANAGE_CALENDARS)
    try:
        with transaction.atomic():
            calendar = Calendar.objects.create(
                provider_id=actor.provider_id, name=name, is_default=is_default
            )
    except IntegrityError as error:
        raise BadInput(
            f"There is a calendar “{name}” already.",
            field="name",
            remedy="Choose another name, or edit the one that is there.",
        ) from error
    version = add_version(calendar, edit, number=1, actor=actor)
    record(actor, "calendar.created", calendar, fingerprint=version.fingerprint)
    return calendar
