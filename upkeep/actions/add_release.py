"""Add a release to the catalogue."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import ProductModel
from upkeep.actions._release_facts import ReleaseFacts, write_facts
from upkeep.models import FirmwareRelease

__all__ = ["ReleaseFacts", "add_release"]


def add_release(*, product: ProductModel, facts: ReleaseFacts, actor: Viewer) -> FirmwareRelease:
    """Add a release of a model. Raises NotAllowed, and BadInput for one that cannot be."""
    actor.require(Capability.MANAGE_FIRMWARE)
    release = FirmwareRelease(
        provider_id=actor.provider_id, product_model=product, added_at=database_now()
    )
    write_facts(release, facts)
    release.save(force_insert=True)
    record(actor, "release.added", release, id=release.pk, status=release.status)
    return release
