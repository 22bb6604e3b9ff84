"""What the runner reads: plans, and the secrets in them."""

from __future__ import annotations

import pytest

from calcom_portal.common.redaction import redact
from calcom_portal.common.tenancy import provider_scope
from monitoring.credentials import seal_secret
from monitoring.models import Check, Connection, Credential
from monitoring.probes.snmp import Community
from monitoring.runner.loading import plans_of
from tests.cast import Cast
from tests.monitoring.setup_world import build_setup
from tests.monitoring.watched import watch

pytestmark = pytest.mark.django_db

WORD = "kestrel over the harbour"


@pytest.fixture
def check(cast: Cast) -> Check:
    """A check over SNMP whose community is WORD."""
    made = build_setup(cast)
    check = watch(cast.phone_system)
    with provider_scope(provider_id=cast.calcom.pk):
        credential = Credential.objects.get(pk=made["credential"])
        credential.sealed = seal_secret(credential, {"community": WORD})
        credential.save(update_fields=["sealed"])
        line = Connection.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=cast.phone_system,
            driver="snmp",
            host="pbx.example.com",
            credential=credential,
        )
        Check.objects.filter(pk=check.pk).update(kind="snmp", connection=line, settings={})
    return check


def test_logs_mask_a_secret_for_as_long_as_a_plan_holds_it(check: Check) -> None:
    plans = plans_of([(check.pk, "digest")])
    assert plans[0].question is not None
    assert plans[0].question.snmp == Community(WORD)
    assert WORD not in repr(plans)
    assert redact(f"Sent: {WORD}.") == "Sent: •••."
    plans.clear()
    assert redact(f"Sent: {WORD}.") == f"Sent: {WORD}."
