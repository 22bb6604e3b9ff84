"""From an id, a link or a file name to the thing itself, or 404."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from notifications.models import Notice, OperatorAlarm
from notifications.tokens import notice_of_token


def access_notice(viewer: Viewer, notice_id: int) -> Notice:
    """Return a notice with its reader. Raises Missing."""
    viewer.require(Capability.SEE_OUTBOX)
    rows = Notice.objects.select_related("provider", "recipient", "customer", "acknowledged_by")
    notice: Notice | None = rows.filter(pk=notice_id).first()
    if notice is None:
        raise Missing("There is no such message.", remedy="Look for it in the outbox.")
    return notice


def access_alarm(viewer: Viewer, alarm_id: int) -> OperatorAlarm:
    """Return an alarm that is still open. Raises Missing."""
    viewer.require(Capability.SEE_OUTBOX)
    alarm: OperatorAlarm | None = OperatorAlarm.objects.filter(
        pk=alarm_id, cleared_at__isnull=True
    ).first()
    if alarm is None:
        raise Missing("There is no such open alarm.", remedy="Look at the outbox again.")
    return alarm


def access_self(viewer: Viewer) -> Membership:
    """Return the viewer's own membership. Raises Missing for a viewer who is no person."""
    person: Membership | None = Membership.objects.filter(pk=viewer.membership_id or 0).first()
    if person is None:
        raise Missing("Only people have settings.", remedy="Sign in as a person.")
    return person


def access_alert(token: str) -> Notice:
    """Return the critical notice that an acknowledge link stands for. Raises Missing.

    Only for the holder of a link that we signed, and only while they work here; needs a system
    scope, since nobody is signed in.
    """
    notice_id = notice_of_token(token)
    rows = Notice.objects.select_related(
        "recipient", "recipient__provider", "recipient__customer", "acknowledged_by"
    )
    rows = rows.filter(recipient__is_active=True).exclude(recipient__customer__is_active=False)
    notice: Notice | None = rows.filter(pk=notice_id or 0).first()
    if notice is None:
        raise Missing(
            "This link does not lead to an alert.",
            remedy="Copy the whole link from the mail, or sign in to the portal.",
        )
    return notice
