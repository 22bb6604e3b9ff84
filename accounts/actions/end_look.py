"""Stop seeing the portal as one of a customer's people does."""

from __future__ import annotations

from accounts.audit import record
from accounts.models import Look, LookEnd
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now


def end_look(*, look: Look, ended_by: LookEnd, actor: Viewer) -> Look:
    """Write down the end of a look, once: with its time over it ended then, whenever we notice."""
    look = Look.objects.select_for_update(no_key=True).get(pk=look.pk)
    if look.ended_at is not None:
        return look
    look.ended_at = min(database_now(), look.ends_at)
    look.ended_by = ended_by.value
    look.save(update_fields=["ended_at", "ended_by"])
    person = look.person
    record(actor, "look.ended", person, id=look.pk, pages=look.pages, why=ended_by.label)
    return look
