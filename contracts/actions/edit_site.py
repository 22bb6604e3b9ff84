"""Correct what is known about a site."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions.create_site import refuse_taken_name
from contracts.models import Site


def edit_site(*, site: Site, name: str, address: str, zone: str, actor: Viewer) -> Site:
    """Change name, address and zone. Raises NotAllowed, and BadInput for a name that is taken."""
    actor.require(Capability.MANAGE_DEVICES)
    site = Site.objects.select_for_update().get(pk=site.pk)
    refuse_taken_name(site.customer_id, name, but=site)
    site.name, site.address, site.zone = name, address, zone
    site.save(update_fields=["name", "address", "zone"])
    record(actor, "site.edited", site, id=site.pk)
    return site
