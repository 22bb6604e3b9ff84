"""Change the picture at the head of documents."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.logos import keep_logo
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile


def change_logo(*, picture: IncomingFile | None, actor: Viewer) -> Provider:
    """Put a logo on documents that are made from now on; None takes it off.

    Raises NotAllowed, and BadInput for what is no PNG, JPEG or SVG.
    """
    actor.require(Capability.MANAGE_COMPANY)
    # Documents that were made keep theirs: the file stays, under its hash.
    logo = keep_logo(picture) if picture is not None else ""
    provider: Provider = Provider.objects.select_for_update().get(pk=actor.provider_id)
    if provider.logo_sha256 != logo:
        provider.logo_sha256 = logo
        provider.save(update_fields=["logo_sha256"])
        record(actor, "company.logo_changed", provider, sha256=logo)
    return provider
