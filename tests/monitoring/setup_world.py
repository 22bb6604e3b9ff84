"""One of everything that the addresses of setting up may name, for the access matrix."""

from __future__ import annotations

from datetime import time, timedelta

from accounts.sealing import present_key_id
from calcom_portal.common.tenancy import provider_scope
from monitoring.credentials import seal_secret
from monitoring.models import (
    Connection,
    Credential,
    EgressAllowance,
    Maintenance,
    ProbeRequest,
    SiteAgent,
)
from tests.cast import Cast


def build_setup(cast: Cast) -> dict[str, int]:
    """Make them, all of Bayview or its provider; return ids by the name in `access_visits`."""
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        credential = Credential.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            name="Phone system",
            kind="snmp_community",
            key_id=present_key_id(),
            created_at=scope.now,
            changed_at=scope.now,
        )
        credential.sealed = seal_secret(credential, {"community": "public"})
        credential.save(update_fields=["sealed"])
        network = EgressAllowance.objects.create(
            provider=cast.calcom, network="10.9.0.0/16", created_at=scope.now
        )
        owner = {"provider": cast.calcom, "customer": cast.bayview, "device": cast.phone_system}
        connection = Connection.objects.create(**owner, driver="sip", host="pbx.example.com")
        question = ProbeRequest.objects.create(
            **owner, connection=connection, purpose="test", kind="sip-udp", asked_at=scope.now
        )
        work = Maintenance.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=cast.phone_system,
            title="Replacing the switch",
            starts_on=scope.now.date() + timedelta(days=7),
            starts_at=time(22),
            zone="America/Los_Angeles",
            minutes=90,
            made_at=scope.now,
        )
        agent = SiteAgent.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            site=cast.market_street,
            name="Box in the cellar",
            created_at=scope.now,
        )
        return {
            "agent": agent.pk,
            "work": work.pk,
            "credential": credential.pk,
            "network": network.pk,
            "connection": connection.pk,
            "question": question.pk,
        }
