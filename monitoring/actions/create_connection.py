"""Say how a device is reached."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.models import Device
from monitoring.actions._ways import Way, checked_way
from monitoring.models import Connection


def create_connection(*, device: Device, way: Way, actor: Viewer) -> Connection:
    """Write down a way to a device. Nothing is sent there yet.

    Raises NotAllowed; RuleBroken for a retired device; BadInput for a target that probes may not
    reach, or a credential or an agent that does not fit.
    """
    actor.require(Capability.MANAGE_MONITORING)
    way = checked_way(way, device)
    connection: Connection = Connection.objects.create(
        provider_id=actor.provider_id,
        customer_id=device.customer_id,
        device=device,
        driver=way.driver,
        transport=way.transport,
        agent=way.agent,
        host=way.host,
        port=way.port,
        credential=way.credential,
    )
    record(
        actor,
        "connection.created",
        connection,
        id=connection.pk,
        device=device.pk,
        transport=way.transport,
        port=way.port,
    )
    return connection
