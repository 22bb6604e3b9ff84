"""Builders of what is watched. The tenant comes from the device."""

from __future__ import annotations

import json
from typing import Any

from accounts.sealing import place_of_row, seal
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.models import Device
from monitoring.check_settings import checked_settings
from monitoring.models import Check, Connection, Credential, EgressAllowance, ProbeRequest


def build_connection(device: Device, host: str = "127.0.0.1", **fields: Any) -> Connection:
    """Build the way to a device."""
    owner = {"provider_id": device.provider_id, "customer_id": device.customer_id}
    with provider_scope(provider_id=device.provider_id):
        made: Connection = Connection.objects.create(
            **owner, device=device, **{"driver": "network", "host": host, **fields}
        )
        return made


def build_shown_key(connection: Connection, key: str) -> ProbeRequest:
    """Build the answer of a machine that was asked for its host key."""
    with provider_scope(provider_id=connection.provider_id):
        now = database_now()
        made: ProbeRequest = ProbeRequest.objects.create(
            provider_id=connection.provider_id,
            customer_id=connection.customer_id,
            device_id=connection.device_id,
            connection=connection,
            purpose="host_key",
            kind="ssh-key",
            asked_at=now,
            answered_at=now,
            outcome="alive",
            words="It shows its key",
            facts={"ssh.host_key": key},
        )
        return made


def build_check(
    device: Device, kind: str = "tcp", *, settings: dict[str, Any] | None = None, **fields: Any
) -> Check:
    """Build a check that nobody has asked yet, every minute unless said otherwise."""
    with provider_scope(provider_id=device.provider_id):
        now = database_now()
        made: Check = Check.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            kind=kind,
            settings=checked_settings(kind, settings or {}),
            **{"name": f"{kind} answers", "created_at": now, "since": now, **fields},
        )
        return made


def build_credential(device: Device, kind: str = "password", **secret: str) -> Credential:
    """Build a sealed secret of the device's customer."""
    with provider_scope(provider_id=device.provider_id):
        now = database_now()
        made: Credential = Credential.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            name="Monitor",
            kind=kind,
            created_at=now,
            changed_at=now,
        )
        place = place_of_row("monitoring_credential", made.provider_id, made.pk)
        made.sealed = seal(json.dumps(secret), place)
        made.save(update_fields=["sealed"])
        return made


def allow_loopback(provider_id: int) -> None:
    """Let the provider's probes go to this machine."""
    with provider_scope(provider_id=provider_id):
        EgressAllowance.objects.create(
            provider_id=provider_id, network="127.0.0.0/8", created_at=database_now()
        )
