"""Correct how a device is reached."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._ways import Way, checked_way
from monitoring.models import Connection

FACTS = ("transport", "agent", "host", "port", "credential")
# Another machine may stand there: its key has to be confirmed again.
OF_THE_MACHINE = frozenset({"transport", "agent", "host", "port"})
NO_KEY = {
    "host_key": "",
    "host_key_seen": "",
    "host_key_confirmed_at": None,
    "host_key_confirmed_by": None,
}


def edit_connection(*, connection: Connection, way: Way, actor: Viewer) -> Connection:
    """Change the way to a device; its language stays. A confirmed key is good for its target only.

    Raises what `create_connection` raises.
    """
    actor.require(Capability.MANAGE_MONITORING)
    rows = Connection.objects.select_related("device", "agent", "credential")
    connection = rows.select_for_update(of=("self",)).get(pk=connection.pk)
    way = checked_way(way, connection.device)
    changed = [name for name in FACTS if getattr(connection, name) != getattr(way, name)]
    for name in changed:
        setattr(connection, name, getattr(way, name))
    forgotten = list(NO_KEY) if OF_THE_MACHINE & set(changed) else []
    for name in forgotten:
        setattr(connection, name, NO_KEY[name])
    if changed:
        connection.save(update_fields=[*changed, *forgotten])
        record(actor, "connection.changed", connection, id=connection.pk, changed=changed)
    return connection
