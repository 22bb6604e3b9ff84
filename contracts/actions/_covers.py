"""What drafting and editing a contract share: number, dates, covered things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.actions._cover_days import Thing
from contracts.drafts import Amendment, ContractWish, Draft, SentAmendment, tier_of
from contracts.models import Calendar, Contract, ContractState, Cover, Device, Site

FIRST_NUMBER = 2001

NEXT_NUMBER = """ SELECT greatest(%(first)s, 1 + coalesce(max(substring(number from
'^CT-([0-9]{1,15})$')::bigint), 0)) FROM contracts_contract WHERE provider_id = %(provider)s
"""


def next_number(provider_id: int) -> str:
    """Return the next free number of a provider, CT-2001 first. Held until the transaction ends."""
    with connection.cursor() as cursor:
        key = f"contract number {provider_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        cursor.execute(NEXT_NUMBER, {"first": FIRST_NUMBER, "provider": provider_id})
        number: int = cursor.fetchone()[0]
    return f"CT-{number}"


def check_wish(wish: ContractWish) -> None:
    """Raise BadInput for dates, a tier or a calendar that no contract can have."""
    if wish.ends_on is not None and wish.ends_on < wish.starts_on:
        raise BadInput(
            "The last day is before the first day.",
            field="ends_on",
            remedy="Choose a later day, or leave it empty for no end.",
        )
    if wish.renewal.is_automatic and wish.ends_on is None:
        raise BadInput(
            "Without a last day there is nothing to renew.",
            field="ends_on",
            remedy="Write the last day of the first period, or choose no renewal.",
        )
    check_draft(wish.draft)


def check_draft(draft: Draft) -> None:
    """Raise BadInput for a tier or a calendar that no contract can have."""
    tier_of(draft)
    if not Calendar.objects.filter(pk=draft.calendar_id).exists():
        raise BadInput(
            "There is no such calendar.", field="calendar", remedy="Choose one of the list."
        )


def lock_draft(contract: Contract) -> Contract:
    """Lock a contract that is still a draft. Raises RuleBroken for any other."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if contract.state != ContractState.DRAFT:
        raise RuleBroken(
            f"Contract {contract.number} is {contract.get_state_display().lower()} and cannot be"
            " changed.",
            remedy="Draft a new contract instead.",
        )
    return contract


def cover_things(contract: Contract, wish: ContractWish) -> None:
    """Write down what the draft covers. Raises BadInput for what is not the customer's."""
    owner = {"provider_id": contract.provider_id, "customer_id": contract.customer_id}
    Cover.objects.bulk_create(
        Cover(contract=contract, **owner, site_id=site_id, device_id=device_id)
        for site_id, device_id in things_chosen(contract, wish)
    )


def things_chosen(
    contract: Contract, wish: ContractWish | Amendment | SentAmendment
) -> list[Thing]:
    """Return what is to be covered, (site, device) each; neither: the whole company.

    Raises BadInput for what is not the customer's.
    """
    sites = _own(Site.objects.filter(is_active=True), contract, wish.site_ids, "sites")
    devices = _own(Device.objects.in_service(), contract, wish.device_ids, "devices")
    things: list[Thing] = [(pk, None) for pk in sites]
    return [*things, *((None, pk) for pk in devices)] or [(None, None)]


def _own(rows: Any, contract: Contract, ids: Iterable[int], field: str) -> list[int]:
    wanted = sorted(set(ids))
    found = sorted(
        rows.filter(customer_id=contract.customer_id, pk__in=wanted).values_list("pk", flat=True)
    )
    if found != wanted:
        raise BadInput(
            f"Some of the {field} are not this customer's, or no longer in use.",
            field=field,
            remedy="Load the page again and choose from the list.",
        )
    return found
