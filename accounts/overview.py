"""What operators see of providers: their own rows and kept figures, and nothing inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Provider, ProviderFigures
from accounts.operating import no_such_provider
from accounts.room import spell_bytes
from calcom_portal.common.tenancy import system_scope

REASON = "show operators the providers and their figures"


@dataclass(frozen=True, slots=True)
class Sight:
    """One provider as operators see it. `figures` is None until it was counted."""

    provider: Provider
    figures: ProviderFigures | None

    @property
    def storage(self) -> str:
        """Return the size of all files, in words."""
        return spell_bytes(self.figures.storage_bytes) if self.figures else ""

    @property
    def last_active_at(self) -> datetime | None:
        """Return when somebody last did something there."""
        return self.figures.last_active_at if self.figures else None


def sights_of(providers: list[Provider]) -> list[Sight]:
    """Return the providers with their figures, in the same order. In a system scope."""
    kept = ProviderFigures.objects.filter(provider_id__in=[provider.pk for provider in providers])
    figures = {row.provider_id: row for row in kept}
    return [Sight(provider, figures.get(provider.pk)) for provider in providers]


def sight_of(provider_id: int) -> Sight:
    """Return one provider. Raises Missing. Outside any scope."""
    with system_scope(REASON):
        provider = Provider.objects.filter(pk=provider_id).first()
        if provider is None:
            raise no_such_provider()
        return sights_of([provider])[0]
