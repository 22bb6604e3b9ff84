"""What stands at the head of a provider's documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from accounts.models import Provider
from accounts.phones import spell_phone

ADDRESS_LINES = 6


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A provider as letters show it. `phone` is in E.164; the address has one line a line."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""

    @classmethod
    def of(cls, provider: Provider) -> Self:
        """Return what the provider has said of itself."""
        return cls(
            provider.name, provider.address, provider.phone, provider.email, provider.website
        )


def letterhead_of(provider: Provider) -> dict[str, Any]:
    """Return the `letterhead` that `templates/typst/_letter.typ` asks for."""
    letterhead = asdict(Letterhead.of(provider))
    letterhead["lines"] = address_lines(letterhead.pop("address"))
    letterhead["phone"] = spell_phone(provider.phone)
    # Not the picture itself: `typeset` looks it up, so that kept documents stay small.
    letterhead["logo"] = provider.logo_sha256
    return letterhead


def address_lines(address: str) -> list[str]:
    """Return the lines of an address that say something."""
    return [line.strip() for line in address.splitlines() if line.strip()]
