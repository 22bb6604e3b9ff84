"""How much a provider may have of what, and whether there is room for more.

The provider's row carries its limits (`plans` says where they come from). What is counted is
registered here by the app that knows it; counting happens in the provider's own scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from accounts.models import Customer, Invitation, Membership, Provider
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, provider_scope

MEGABYTE = 1024 * 1024


class Resource(StrEnum):
    """What a plan may limit. Storage is counted in bytes."""

    CUSTOMERS = "customers"
    STAFF = "staff"
    DEVICES = "devices"
    STORAGE = "storage"

    @property
    def words(self) -> str:
        """Return the name for people."""
        return {
            Resource.CUSTOMERS: "active customers",
            Resource.STAFF: "staff",
            Resource.DEVICES: "devices in service",
            Resource.STORAGE: "storage for files and backups",
        }[self]

    def spell(self, amount: int) -> str:
        """Return an amount in words: `12`, or `1.5 GB` of storage."""
        return spell_bytes(amount) if self is Resource.STORAGE else f"{amount:,}"


class PlanFull(RuleBroken):
    """The provider's plan has no room for this."""

    code = "plan-full"
    title = "There is no room for this"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much there is of what; `most` is None where nothing limits it."""

    resource: Resource
    used: int
    most: int | None

    @property
    def share(self) -> int:
        """Return the share in per cent, at most 100; 0 where nothing limits it."""
        if self.most is None:
            return 0
        return min(100, self.used * 100 // self.most) if self.most else 100

    @property
    def is_near(self) -> bool:
        """Is it time to think of more room?"""
        return self.most is not None and self.share >= 90

    @property
    def spelt(self) -> str:
        """Return what is used, in words."""
        return self.resource.spell(self.used)

    @property
    def most_spelt(self) -> str:
        """Return what is possible, in words."""
        return "no limit" if self.most is None else self.resource.spell(self.most)


Counter = Callable[[], int]

_counters: dict[Resource, list[Counter]] = {limit: [] for limit in Resource}


def register_counter(limit: Resource, counter: Counter) -> None:
    """Count `limit` with `counter` too, which is called in the provider's scope."""
    if counter not in _counters[limit]:
        _counters[limit].append(counter)


def make_room(limit: Resource, *, actor: Viewer, adding: int = 1) -> None:
    """Raise PlanFull unless `adding` more fit; two who add at once wait for each other.

    Call it in the action, before the rows are written. Customers' people are counted for too: the
    count runs in the provider's scope and gives nothing but a number.
    """
    with provider_scope(provider_id=actor.provider_id):
        provider = Provider.objects.only("name", "plan_name", "limits").get(pk=actor.provider_id)
        most = provider.limits.get(limit.value)
        if most is None:
            return
        _wait_for_others(limit, actor.provider_id)
        used = count(limit)
    if used + adding > most:
        raise _refusal(limit, provider, Usage(limit, used, most), actor)


def refuse_full(limit: Resource, *, actor: Viewer) -> None:
    """Raise PlanFull where no room at all is left: for what tells its size only when it has come.

    Nobody waits for others here, so a few who come at once may go beyond the limit together.
    """
    with provider_scope(provider_id=actor.provider_id):
        provider = Provider.objects.only("name", "plan_name", "limits").get(pk=actor.provider_id)
        most = provider.limits.get(limit.value)
        if most is not None and (used := count(limit)) >= most:
            raise _refusal(limit, provider, Usage(limit, used, most), actor)


def count(limit: Resource) -> int:
    """Return how much there is, in the provider's scope."""
    return sum(counter() for counter in _counters[limit])


def usage_of(provider: Provider) -> list[Usage]:
    """Return everything that may be limited. In the provider's scope."""
    return [Usage(limit, count(limit), provider.limits.get(limit.value)) for limit in Resource]


def spell_bytes(amount: int) -> str:
    """Return bytes in words: `0 MB`, `12 MB`, `1.5 GB`."""
    megabytes = amount / MEGABYTE
    if megabytes < 1000:
        return f"{megabytes:.1f} MB".replace(".0 ", " ")
    return f"{megabytes / 1000:.1f} GB".replace(".0 ", " ")


def count_customers() -> int:
    """Return the active customers of the scope's provider."""
    return Customer.objects.filter(is_active=True).count()


def count_staff() -> int:
    """Return the provider's people who may sign in, and those who are invited."""
    people = Membership.objects.filter(customer__isnull=True, is_active=True).count()
    invited = Invitation.objects.still_open().filter(
        customer__isnull=True, expires_at__gt=database_now()
    )
    return people + invited.count()


def _wait_for_others(limit: Resource, provider_id: int) -> None:
    with connection.cursor() as cursor:
        key = f"limit {limit.value} {provider_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _refusal(limit: Resource, provider: Provider, usage: Usage, actor: Viewer) -> PlanFull:
    if actor.is_customer:
        return PlanFull(
            f"{provider.name} has no room for this here at the moment.",
            remedy=f"Please tell {provider.name}; nothing was lost that was here before.",
        )
    return PlanFull(
        f"The plan {provider.plan_name} has room for {usage.most_spelt} {limit.words};"
        f" {usage.spelt} are in use.",
        remedy="Free some room, or ask whoever runs this portal for a larger plan.",
    )


register_counter(Resource.CUSTOMERS, count_customers)
register_counter(Resource.STAFF, count_staff)
