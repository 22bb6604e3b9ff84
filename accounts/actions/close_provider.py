"""A provider's own administrator has it deleted after the grace, or keeps it."""

from __future__ import annotations

from django.db import transaction

from accounts.actions.cancel_deletion import end_grace
from accounts.actions.schedule_deletion import begin_grace
from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Provider
from accounts.operating import provider_to_change
from accounts.operator_log import log_act
from accounts.operators import Operator
from accounts.viewer import Viewer


def close_provider(*, actor: Viewer) -> Provider:
    """Have everything of the actor's company deleted in thirty days; until then it can stay.

    Raises NotAllowed, RuleBroken when that is scheduled already.
    """
    actor.require(Capability.MANAGE_COMPANY)
    with provider_to_change(actor.provider_id, "begin the grace of a provider") as provider:
        begin_grace(provider)
    _write_down(provider, "provider.deletion_scheduled", actor, due=provider.deletion_due_at)
    return provider


def keep_provider(*, actor: Viewer) -> Provider:
    """Keep the actor's company, which was going to be deleted.

    Raises NotAllowed, RuleBroken when nothing is scheduled or the grace is over.
    """
    actor.require(Capability.MANAGE_COMPANY)
    with provider_to_change(actor.provider_id, "end the grace of a provider") as provider:
        end_grace(provider)
    _write_down(provider, "provider.deletion_cancelled", actor)
    return provider


def _write_down(provider: Provider, act: str, actor: Viewer, **details: object) -> None:
    record(actor, act, provider, **details)
    who = Operator(f"{actor.name} (administrator)")
    told = {name: str(value) for name, value in details.items()}
    # The operator's log is out of reach until the scope has ended.
    transaction.on_commit(
        lambda: log_act(who, act, tenant=provider.pk, tenant_name=provider.name, **told)
    )
