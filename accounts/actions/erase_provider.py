"""Delete a provider whose grace is over: rows, files, accounts."""

from __future__ import annotations

import logging

from django.db import transaction

from accounts.leaving import (
    count_rows,
    erase_files,
    erase_results,
    erase_root,
    erase_rows,
    forget_orphans,
    heads_of_chains,
)
from accounts.models import OperatorEntry, Provider
from accounts.operating import provider_to_change
from accounts.operator_log import log_act
from accounts.operators import Operator
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, system_scope

log = logging.getLogger(__name__)

BEGAN, DONE = "provider.deletion_began", "provider.deleted"


def erase_provider(*, provider_id: int, operator: Operator) -> None:
    """Delete everything of a provider for ever: in many transactions, so a later run can go on.

    The log keeps how many rows there were and how the chains ended, nothing else. Runs outside any
    scope. Raises Missing, RuleBroken before the grace is over; the database refuses that too.
    """
    name = _begin(provider_id, operator)
    erase_results(provider_id)
    erase_rows(provider_id)
    erase_files(provider_id)
    with transaction.atomic():
        if erase_root(provider_id):
            log_act(operator, DONE, tenant=provider_id, tenant_name=name)
    accounts = forget_orphans()
    log.warning("provider.deleted provider=%s accounts=%s", provider_id, accounts)


def erase_due_providers(*, operator: Operator) -> int:
    """Delete every provider whose grace is over; return how many there were."""
    with system_scope("find the providers whose grace is over") as scope:
        due = Provider.objects.filter(deletion_due_at__lte=scope.now).order_by("pk")
        ids = list(due.values_list("pk", flat=True))
    for provider_id in ids:
        erase_provider(provider_id=provider_id, operator=operator)
    return len(ids)


@transaction.atomic
def _begin(provider_id: int, operator: Operator) -> str:
    with provider_to_change(provider_id, "begin to delete a provider") as provider:
        due = provider.deletion_due_at
        if due is None or due > database_now():
            raise RuleBroken(
                f"{provider.name} is not due for deletion.",
                remedy="Schedule the deletion, and wait for the thirty days to pass.",
            )
    if not OperatorEntry.objects.filter(tenant=provider_id, action=BEGAN).exists():
        log_act(
            operator,
            BEGAN,
            tenant=provider_id,
            tenant_name=provider.name,
            rows=count_rows(provider_id),
            chains=heads_of_chains(provider_id),
        )
    return provider.name
