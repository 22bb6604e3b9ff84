"""Correct a release of the catalogue, or judge it anew."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.actions._release_facts import ReleaseFacts, write_facts
from upkeep.models import FirmwareRelease

FIELDS = ("version", "status", "released_on", "ends_on", "file_url", "file_sha256", "notes")


def edit_release(
    *, release: FirmwareRelease, facts: ReleaseFacts, actor: Viewer
) -> FirmwareRelease:
    """Change what is known of a release. Raises NotAllowed, and BadInput for what cannot be."""
    actor.require(Capability.MANAGE_FIRMWARE)
    release = FirmwareRelease.objects.select_for_update().get(pk=release.pk)
    before = {name: getattr(release, name) for name in FIELDS}
    write_facts(release, facts)
    changed = [name for name in FIELDS if getattr(release, name) != before[name]]
    if not changed:
        return release
    release.save(update_fields=changed)
    record(actor, "release.edited", release, id=release.pk, changed=changed)
    return release
