"""The viewer: who acts, in which tenant, with which rights. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from accounts.capabilities import CAPABILITIES, Capability, Role
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.limits import Limit


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person in one tenant, a person's API key, or a named system worker.

    `zone` is an IANA name: the zone in which times are shown. `scopes` narrows an API key
    (None: everything that the role may do), `limit` what one of a customer's people sees. A
    suspended provider's people read only; `closes_at` is when all that the provider has will be
    deleted.
    """

    name: str
    role: Role
    provider_id: int
    provider_name: str = ""
    provider_phone: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    membership_id: int | None = None
    user_id: int | None = None
    zone: str = "UTC"
    scopes: frozenset[str] | None = None
    via: str = "browser"
    limit: Limit | None = None
    may_approve_changes: bool = False
    is_suspended: bool = False
    closes_at: datetime | None = None
    is_in_first_hour: bool = False

    @property
    def is_customer(self) -> bool:
        """Is this one of a customer's own people?"""
        return self.role.is_customer

    @property
    def is_staff(self) -> bool:
        """Is this one of the provider's people?"""
        return not self.role.is_customer and self.role is not Role.SYSTEM

    @property
    def own_customer_id(self) -> int:
        """Return the customer of one of its people. Raises LookupError for everybody else."""
        if self.customer_id is None:
            raise LookupError(f"{self.name} is nobody's customer.")
        return self.customer_id

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar."""
        words = self.name.split()
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        ).upper()

    @property
    def caption(self) -> str:
        """Return what stands under the name: a customer's company, or the role of staff."""
        return self.customer_name if self.is_customer else self.role.label

    def can(self, capability: Capability | str) -> bool:
        """May the viewer do this?"""
        return capability in CAPABILITIES[self.role]

    def require(self, capability: Capability) -> None:
        """Raise NotAllowed unless the viewer may do this."""
        if not self.can(capability):
            act = capability.value.replace("_", " ")
            raise NotAllowed(
                f"As {self.role.label.lower()} you may not {act}.",
                remedy="Ask an administrator of your company to do it, or to give you the right.",
            )

    @classmethod
    def system(cls, worker: str, *, provider_id: int) -> Self:
        """Return a named system worker, such as "deadline sweep"."""
        return cls(name=worker, role=Role.SYSTEM, provider_id=provider_id, via="system")
