"""What becomes of a leaving customer's contracts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.actions.let_customer_go import today_at
from accounts.models import Customer
from accounts.offboarding import SHOWN, Consequence, Leaving, several
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.actions import call_off_contract, end_contract
from contracts.days import today_of_calendar
from contracts.models import Contract, ContractState

REASON = "The customer leaves."


class ContractsEnd:
    """Contracts in force end with the account, those that never began are cancelled."""

    def foresee(self, customer: Customer, leaving: Leaving) -> Sequence[Consequence]:
        """Say which would end."""
        today = today_at(customer.provider_id)
        numbers = list(_unended(customer).order_by("number").values_list("number", "starts_on"))
        ending = [number for number, starts_on in numbers if starts_on <= today]
        later = [number for number, starts_on in numbers if starts_on > today]
        url = f"{reverse('contracts')}?customer={customer.pk}"
        ends = f"{several(len(ending), 'contract ends', 'contracts end')} with the last day"
        never = several(len(later), "contract that has not begun", "contracts that have not begun")
        told = [
            (ending, ends),
            (later, f"{never}: cancelled with the last day"),
        ]
        return [Consequence(text, names[:SHOWN], url) for names, text in told if names]

    def carry_out(self, customer: Customer, leaving: Leaving, actor: Viewer) -> None:
        """End them, today at the earliest: what was promised until now stays promised."""
        # All locks before the first step, which holds the audit trail's head.
        for contract in list(_unended(customer).order_by("pk").select_for_update(no_key=True)):
            calendar = contract.terms.latest("number").calendar
            today = today_of_calendar(calendar, database_now())
            if contract.starts_on > today:
                call_off_contract(contract=contract, reason=REASON, actor=actor)
            elif contract.ends_on != today:
                end_contract(contract=contract, last_day=today, reason=REASON, actor=actor)

    def erase(self, customer: Customer) -> None:
        """Nothing: who signed is part of what was agreed."""


def _unended(customer: Customer) -> QuerySet[Contract]:
    rows = Contract.objects.filter(customer=customer, state=ContractState.SIGNED)
    # A day's margin: which day it is depends on the calendar.
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today_at(customer.provider_id)))
