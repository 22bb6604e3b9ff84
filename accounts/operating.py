"""How operators reach providers: rows of the tenant root and kept figures, nothing inside.

Each call opens a system scope with its reason and asks for the provider's own row only; what is
done to it stands in the provider's audit trail as well as in the operator's log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.audit import record
from accounts.capabilities import Role
from accounts.models import Provider
from accounts.operators import Operator
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.tenancy import provider_scope, system_scope


@contextmanager
def provider_to_change(provider_id: int, reason: str) -> Iterator[Provider]:
    """Lock a provider's own row, as the system worker that `reason` describes. Raises Missing."""
    with system_scope(reason):
        provider = Provider.objects.select_for_update().filter(pk=provider_id).first()
        if provider is None:
            raise no_such_provider()
        yield provider


@contextmanager
def inside(provider: Provider, operator: Operator) -> Iterator[Viewer]:
    """Enter the provider's scope to leave a trace of the operator there; give who acts."""
    with provider_scope(provider_id=provider.pk):
        yield Viewer(
            name=f"{operator.name} (operator)",
            role=Role.SYSTEM,
            provider_id=provider.pk,
            provider_name=provider.name,
            via="operator",
        )


def tell_trail(provider: Provider, operator: Operator, act: str, **details: object) -> None:
    """Write into the provider's own audit trail what the operator did."""
    with inside(provider, operator) as actor:
        record(actor, act, provider, **details)


def no_such_provider() -> Missing:
    """Return the refusal for a provider that is not there, or not there any more."""
    return Missing("There is no such provider.", remedy="Look for it in the list of providers.")
