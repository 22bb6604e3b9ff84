"""Make a health check of a system now."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from contracts.models import Device
from contracts.promised import promised_for
from monitoring.models import HealthCheck, HealthReport, HealthState

UNFINISHED = (HealthState.OWED.value, HealthState.COLLECTING.value)


@transaction.atomic
def start_health_check(*, device: Device, actor: Viewer) -> HealthCheck:
    """Ask for a health check beside those that are owed; a worker makes it within a minute.

    Raises NotAllowed; RuleBroken for a device out of service, and while one is being made.
    """
    actor.require(Capability.SIGN_HEALTH_CHECKS)
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.retired_on is not None:
        raise RuleBroken(f"{device.name} is out of service: there is nothing to look at.")
    if HealthCheck.objects.filter(device=device, state__in=UNFINISHED).exists():
        raise RuleBroken(
            f"A health check of {device.name} is being made.", remedy="Wait for it to end."
        )
    now = database_now()
    owner = {"provider_id": device.provider_id, "customer_id": device.customer_id}
    report = HealthReport.objects.create(**owner, site_id=device.site_id, made_at=now)
    promised = promised_for(
        customer_id=device.customer_id, site_id=device.site_id, device_id=device.pk, at=now
    )
    health_check: HealthCheck = HealthCheck.objects.create(
        **owner,
        report=report,
        device=device,
        contract_id=promised.contract_id,
        planned_at=now,
        look_at=now,
    )
    record(actor, "health.started", health_check, device=device.name)
    wake("monitoring.collect_health_checks")
    return health_check
