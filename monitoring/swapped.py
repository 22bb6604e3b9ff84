"""A device that is replaced goes on being watched: its checks ask the new one."""

from __future__ import annotations

from accounts.audit import record
from accounts.viewer import Viewer
from contracts.models import Device
from monitoring.models import Check, Connection


def watch_instead(old: Device, new: Device, actor: Viewer) -> None:
    """Put the checks of `old`, and the ways to it, on `new`, which stands at its address.

    Outages stay with the device that had them: one that is open ends when the new one answers.
    """
    Connection.objects.filter(device=old).update(device=new)
    moved = Check.objects.filter(device=old).update(device=new)
    if moved:
        record(actor, "check.moved", new, before=old.pk, checks=moved)
