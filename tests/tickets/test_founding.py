"""A provider that is founded from the command line can begin to work at once."""

from __future__ import annotations

from accounts.actions import create_provider
from accounts.capabilities import Role
from calcom_portal.common.tenancy import provider_scope
from contracts.models import CalendarVersion, Clause, Tier
from contracts.sla import Priority
from tests.builders import build_customer, build_person
from tests.stage import acting
from tickets.actions import TicketRequest, open_ticket


def test_a_new_provider_has_a_catalogue_a_calendar_and_a_first_ticket_number(db: None) -> None:
    provider = create_provider(
        name="Fernside", slug="fernside", reference_prefix="FS", mail_from="hi@fernside.example"
    )
    customer = build_customer(provider)
    anna = build_person(provider, Role.CUSTOMER_USER, customer=customer, name="Anna Berg")

    with provider_scope(provider_id=provider.pk):
        assert Clause.objects.count() == 16
        assert set(Tier.objects.values_list("code", flat=True)) == {"TIER1", "TIER2"}
        assert CalendarVersion.objects.get().spec["tz"] == "America/Los_Angeles"
    assert anna.membership_id is not None
    with acting(anna):
        ticket = open_ticket(
            request=TicketRequest(
                kind="problem",
                subject="No dial tone",
                text="All phones are dead.",
                customer_id=customer.pk,
                reporter_id=anna.membership_id,
                priority=Priority.EMERGENCY,
            ),
            actor=anna,
        )
    assert ticket.reference == "FS-1001"
