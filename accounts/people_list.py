"""The list of people: what can be asked of it, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q, QuerySet

from accounts.capabilities import CUSTOMER_ROLES, STAFF_ROLES, Role
from accounts.models import Membership
from accounts.viewer import Viewer

ACCESS = {"open": "Open access", "closed": "Closed access"}
LIMITS = {"limited": "With limits", "approves": "Authorised for changes"}
COMPANIES = {"ours": "Our own people", "customers": "Customers' people"}


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """One view of the list. Empty texts ask for everybody; unknown values are not asked for."""

    q: str = ""
    role: str = ""
    access: str = ""
    limits: str = ""
    company: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str], viewer: Viewer) -> Self:
        """Read a view from the address."""
        return cls(
            q=values.get("q", "")[:200],
            role=_offered(values, "role", dict(role_choices(viewer))),
            access=_offered(values, "access", ACCESS),
            limits=_offered(values, "limits", LIMITS),
            company="" if viewer.is_customer else _offered(values, "company", COMPANIES),
        )

    @property
    def is_narrow(self) -> bool:
        """Is anything asked for?"""
        return self != PeopleFilter()

    def people(self, viewer: Viewer) -> QuerySet[Membership]:
        """Return the people whom the viewer manages, as far as they fit."""
        rows = Membership.objects.select_related("customer").named_like(self.q).by_name()
        if viewer.is_customer:
            rows = rows.filter(customer_id=viewer.own_customer_id)
        if self.role:
            rows = rows.filter(role=self.role)
        if self.access:
            rows = rows.filter(is_active=self.access == "open")
        if self.company:
            rows = rows.filter(customer__isnull=self.company == "ours")
        if self.limits == "limited":
            rows = rows.filter(Q(own_tickets_only=True) | Q(site_limit__isnull=False))
        elif self.limits:
            rows = rows.filter(may_approve_changes=True)
        return rows

    def context(self, viewer: Viewer) -> dict[str, Any]:
        """Return what the page's form shows."""
        choices = [("role", "Role", role_choices(viewer)), ("access", "Access", ACCESS.items())]
        if not viewer.is_customer:
            choices.append(("company", "Company", COMPANIES.items()))
        choices.append(("limits", "Limits", LIMITS.items()))
        selects = [
            (name, label, getattr(self, name), list(offered)) for name, label, offered in choices
        ]
        return {"q": self.q, "selects": selects, "is_narrow": self.is_narrow}


def role_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the roles that the viewer's list may hold."""
    seen = CUSTOMER_ROLES if viewer.is_customer else CUSTOMER_ROLES | STAFF_ROLES
    return [(role.value, role.label) for role in Role if role in seen]


def _offered(values: Mapping[str, str], name: str, offered: Mapping[str, str]) -> str:
    value = values.get(name, "")
    return value if value in offered else ""
