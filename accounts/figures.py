"""The kept figures of providers: counts for operators, who may not look inside to count."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, Provider, ProviderFigures
from accounts.room import Resource, count
from calcom_portal.common.tenancy import database_now, provider_scope, system_scope


def count_providers() -> int:
    """Count what each provider has, and keep the counts; return how many providers there are."""
    with system_scope("list the providers to count"):
        ids = list(Provider.objects.order_by("pk").values_list("pk", flat=True))
    for provider_id in ids:
        count_provider(provider_id)
    return len(ids)


def count_provider(provider_id: int) -> None:
    """Count what one provider has, in its own scope, and keep the counts."""
    with provider_scope(provider_id=provider_id):
        newest = AuditEntry.objects.order_by("-number").values_list("at", flat=True).first()
        figures: dict[str, Any] = {
            "customers": count(Resource.CUSTOMERS),
            "staff": count(Resource.STAFF),
            "devices": count(Resource.DEVICES),
            "storage_bytes": count(Resource.STORAGE),
            "last_active_at": newest,
            "counted_at": database_now(),
        }
    with system_scope("keep the figures of a provider"):
        # Deleted meanwhile: then there is nothing to keep.
        if Provider.objects.filter(pk=provider_id).exists():
            ProviderFigures.objects.update_or_create(provider_id=provider_id, defaults=figures)
