"""What one of a customer's people may see and decide, beside their role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from accounts.capabilities import Role
from accounts.company_sites import sites_of
from accounts.models import Invitation, Membership
from calcom_portal.common.errors import BadInput


class Reach(StrEnum):
    """How much of the company somebody sees."""

    ALL = "all"
    SITES = "sites"
    OWN = "own"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return REACHES[self]


REACHES = {
    Reach.ALL: "Everything of the company",
    Reach.SITES: "Some sites, and what they reported themselves",
    Reach.OWN: "Only the tickets that they reported themselves",
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of one person. `site_ids` None: every site."""

    site_ids: tuple[int, ...] | None = None
    own_tickets_only: bool = False
    may_approve_changes: bool = False

    @classmethod
    def of(cls, row: Membership | Invitation) -> Self:
        """Return what is stored with a person, or offered with an invitation."""
        sites = None if row.site_limit is None else tuple(row.site_limit)
        return cls(sites, row.own_tickets_only, row.may_approve_changes)

    @property
    def reach(self) -> Reach:
        """Return the choice that it stands for."""
        if self.own_tickets_only:
            return Reach.OWN
        return Reach.ALL if self.site_ids is None else Reach.SITES

    @property
    def columns(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "site_limit": None if self.site_ids is None else list(self.site_ids),
            "own_tickets_only": self.own_tickets_only,
            "may_approve_changes": self.may_approve_changes,
        }

    def told(self, names: Mapping[int, str]) -> dict[str, Any]:
        """Return it as the audit trail tells it."""
        sites = None if self.site_ids is None else [names.get(pk, f"{pk}") for pk in self.site_ids]
        return {"sees": self.reach.value, "sites": sites, "approves": self.may_approve_changes}


def check_allowance(allowance: Allowance, role: str, customer_id: int | None) -> dict[int, str]:
    """Return the names of the customer's sites.

    Raises BadInput for limits of somebody who has none, and for sites that are not the customer's.
    """
    if customer_id is None:
        if allowance != Allowance():
            raise BadInput(
                "The provider's own people have no such limits.",
                field="reach",
                remedy="Choose another role for them instead.",
            )
        return {}
    if role != Role.CUSTOMER_USER and allowance.reach is not Reach.ALL:
        raise BadInput(
            "Administrators see everything of their company.",
            field="reach",
            remedy="Choose the role customer user first.",
        )
    names = dict(sites_of(customer_id))
    if allowance.site_ids is not None and not (
        allowance.site_ids and names.keys() >= set(allowance.site_ids)
    ):
        raise BadInput(
            "Choose at least one site of the company.",
            field="sites",
            remedy="Choose from the sites in use.",
        )
    return names


def sites_in_words(row: Membership, names: Mapping[int, str]) -> str:
    """Return the names of somebody's sites; "" for all of them."""
    return ", ".join(names[pk] for pk in row.site_limit or () if pk in names)
