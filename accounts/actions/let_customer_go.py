"""A customer leaves: planned for a day, called off, carried out."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer, Provider
from accounts.offboarding import Leaving, carry_out
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now


def let_customer_go(*, customer: Customer, leaving: Leaving, actor: Viewer) -> Customer:
    """Set the last day of a customer. What follows happens when that day is over.

    A day that is over already takes effect at once. Raises NotAllowed, RuleBroken for a customer
    who has left, BadInput for a day more than a month ago or five years ahead.
    """
    actor.require(Capability.MANAGE_CUSTOMERS)
    customer = _lock(customer)
    today = today_at(customer.provider_id)
    if not -31 <= (leaving.last_day - today).days <= 5 * 366:
        raise BadInput(
            "The last day is too far away.",
            field="last_day",
            remedy="Choose a day from a month ago to five years from now.",
        )
    customer.leaves_on, customer.leaving_closes = leaving.last_day, leaving.closes_tickets
    customer.save(update_fields=["leaves_on", "leaving_closes"])
    day = leaving.last_day.isoformat()
    record(actor, "customer.leaving", customer, on=day, closes_tickets=leaving.closes_tickets)
    return close_account(customer, leaving, actor) if leaving.last_day < today else customer


def keep_customer(*, customer: Customer, actor: Viewer) -> Customer:
    """Call off that a customer leaves. Raises NotAllowed, or RuleBroken when they have left."""
    actor.require(Capability.MANAGE_CUSTOMERS)
    customer = _lock(customer)
    if customer.leaves_on is not None:
        customer.leaves_on = None
        customer.save(update_fields=["leaves_on"])
        record(actor, "customer.staying", customer)
    return customer


def close_account(customer: Customer, leaving: Leaving, actor: Viewer) -> Customer:
    """Do what the leaving means; the last day is over. The customer's row must be locked."""
    carry_out(customer, leaving, actor)
    customer.is_active, customer.left_at = False, database_now()
    customer.save(update_fields=["is_active", "left_at"])
    record(actor, "customer.left", customer, on=leaving.last_day.isoformat())
    return customer


def today_at(provider_id: int) -> date:
    """Return the day that it is where the provider is."""
    zone = Provider.objects.values_list("zone", flat=True).get(pk=provider_id)
    return database_now().astimezone(ZoneInfo(zone)).date()


def _lock(customer: Customer) -> Customer:
    locked: Customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if locked.left_at is not None:
        raise RuleBroken(
            f"{locked.name} has left already.", remedy="Their data stays readable for you."
        )
    return locked
