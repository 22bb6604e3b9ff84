"""Who is told next when nobody acknowledges a critical notice.

A registry that apps fill in `ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.capabilities import Role
from accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Alert:
    """An event that nobody acknowledged in time."""

    provider_id: int
    customer_id: int | None
    kind: str
    subject_ref: str
    event_key: str
    payload: dict[str, Any]


# Gives the memberships of a rung (1 is the first after those who were told at once): an empty
# list when nobody stands on it, None above the top. People who know already are left out later.
NextRecipients = Callable[[Alert, int], Sequence[int] | None]

DEFAULT_RUNGS = (Role.DISPATCHER, Role.PROVIDER_ADMIN)

_ladders: dict[str, NextRecipients] = {}


def register_ladder(kind: str, next_recipients: NextRecipients) -> None:
    """Say who is told next for `kind`. Runs in a system scope: filter by `alert.provider_id`."""
    _ladders[kind] = next_recipients


def ladder_of(kind: str) -> NextRecipients:
    """Return the ladder of a kind: dispatchers, then administrators, unless an app chose."""
    return _ladders.get(kind, default_ladder)


def default_ladder(alert: Alert, step: int) -> Sequence[int] | None:
    """Return the provider's dispatchers, then its administrators."""
    if step > len(DEFAULT_RUNGS):
        return None
    return staff_in_role(alert.provider_id, DEFAULT_RUNGS[step - 1])


def staff_in_role(provider_id: int, role: Role) -> list[int]:
    """Return the memberships of a provider's active people in a role."""
    rows = Membership.objects.filter(provider_id=provider_id, role=role, is_active=True)
    return list(rows.order_by("id").values_list("id", flat=True))
