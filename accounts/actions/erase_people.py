"""Erase the names of a former customer's people."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer, Membership
from accounts.offboarding import KEPT_FOR, erase
from accounts.people import forget_users
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, system_scope


def erase_people(*, customer: Customer, actor: Viewer) -> Customer:
    """Replace names by "Former colleague" and remove addresses, for good.

    Ledgers keep what was sealed, or their hashes would no longer prove anything; pages show it
    without the names. Raises NotAllowed, or RuleBroken before the time has come.
    """
    actor.require(Capability.MANAGE_CUSTOMERS)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer.erased_at is not None:
        return customer
    if customer.left_at is None or database_now() < customer.left_at + KEPT_FOR:
        raise RuleBroken(
            f"Names are kept for {KEPT_FOR.days} days after a customer has left.",
            remedy="Erase them when that time is over.",
        )
    users = list(Membership.objects.filter(customer=customer).values_list("user_id", flat=True))
    erase(customer)
    customer.erased_at, customer.phone = database_now(), ""
    customer.save(update_fields=["erased_at", "phone"])
    record(actor, "customer.erased", customer, people=len(users))
    # Accounts of people are out of reach until the scope has ended.
    alone = users_without_other_seats(users)
    transaction.on_commit(lambda: forget_users(alone))
    return customer


def users_without_other_seats(user_ids: list[int]) -> list[int]:
    """Return those who are nowhere else, in no tenant."""
    with system_scope("see whether somebody is still a member elsewhere"):
        rows = Membership.objects.filter(user_id__in=user_ids).exclude(email="")
        elsewhere = set(rows.values_list("user_id", flat=True))
    return [user_id for user_id in user_ids if user_id not in elsewhere]
