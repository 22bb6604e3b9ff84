"""What one of a customer's people may see less than their company does. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of one person, by membership.

    `site_ids` None: every site. They always see the tickets that they reported; of the others those
    of their sites, or none with `own_tickets_only`.
    """

    person_id: int
    site_ids: frozenset[int] | None = None
    own_tickets_only: bool = False

    @classmethod
    def of(
        cls, person_id: int, site_ids: Iterable[int] | None, *, own_tickets_only: bool
    ) -> Self | None:
        """Return the limit of a person; None for somebody who sees all of the company."""
        if site_ids is None and not own_tickets_only:
            return None
        return cls(person_id, None if site_ids is None else frozenset(site_ids), own_tickets_only)

    @property
    def others_site_ids(self) -> frozenset[int]:
        """Return the sites of which tickets of colleagues are seen too."""
        return frozenset() if self.own_tickets_only else self.site_ids or frozenset()

    def reaches_ticket(self, *, reporter_id: int | None, site_id: int | None) -> bool:
        """May the person see a ticket of their company?"""
        return reporter_id == self.person_id or site_id in self.others_site_ids

    def setting(self) -> str:
        """Return the limit as `rls` reads it: person|sites of tickets|sites, arrays of numbers."""
        sites = "" if self.site_ids is None else _array(self.site_ids)
        return f"{self.person_id}|{_array(self.others_site_ids)}|{sites}"


def _array(ids: Iterable[int]) -> str:
    return "{" + ",".join(str(number) for number in sorted(ids)) + "}"
