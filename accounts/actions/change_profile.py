"""Change what a person says about themselves."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.models import Membership, User
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.tenancy import system_scope


def change_profile(*, name: str, zone: str, phone: str, actor: Viewer) -> None:
    """Save name, time zone (IANA) and phone in every company the person is in."""
    if actor.user_id is None:
        raise NotAllowed(f"{actor.name} is not a person and has no profile.")
    user_id, new = actor.user_id, {"name": name, "zone": zone, "phone": phone}
    with system_scope("a person is the same in every tenant"):
        Membership.objects.filter(user_id=user_id).update(**new)
    # `User` is out of reach until the scope has ended.
    transaction.on_commit(lambda: User.objects.filter(pk=user_id).update(name=name, zone=zone))
    record(actor, "profile.changed", f"membership {name}", id=actor.membership_id, zone=zone)
