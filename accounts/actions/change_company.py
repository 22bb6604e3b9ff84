"""Change what the provider says of itself."""

from __future__ import annotations

from dataclasses import asdict

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.letterhead import Letterhead
from accounts.models import Provider
from accounts.viewer import Viewer


def change_company(*, letterhead: Letterhead, actor: Viewer) -> Provider:
    """Save the letterhead of the actor's company: documents made from now on carry it."""
    actor.require(Capability.MANAGE_COMPANY)
    provider: Provider = Provider.objects.select_for_update().get(pk=actor.provider_id)
    before = asdict(Letterhead.of(provider))
    changed = {
        field: value for field, value in asdict(letterhead).items() if before[field] != value
    }
    for field, value in changed.items():
        setattr(provider, field, value)
    if changed:
        provider.save(update_fields=list(changed))
        record(actor, "company.changed", provider, **changed)
    return provider
