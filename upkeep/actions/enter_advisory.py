"""Write down that versions of a model have a fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.models import ProductModel
from tickets.text import checked_line
from upkeep.firmware.versions import compare
from upkeep.models import FirmwareAdvisory


@dataclass(frozen=True, slots=True)
class AdvisoryFacts:
    """An advisory: versions from `since` (all when empty) to before `fixed_in` are concerned."""

    title: str
    published_on: date
    text: str = ""
    source: str = ""
    since: str = ""
    fixed_in: str = ""


def enter_advisory(
    *, product: ProductModel, facts: AdvisoryFacts, actor: Viewer
) -> FirmwareAdvisory:
    """Enter an advisory; devices with a version within it are concerned from now on.

    Raises NotAllowed, and BadInput for versions that are in the wrong order.
    """
    actor.require(Capability.MANAGE_FIRMWARE)
    title = checked_line(facts.title, field="title", what="The title", limit=160)
    if facts.since and facts.fixed_in:
        order = compare(product.vendor, facts.since, facts.fixed_in)
        if order is None or order >= 0:
            raise BadInput(
                f"{facts.fixed_in} does not come after {facts.since}.",
                field="fixed_in",
                remedy="Give the first version that has the fault no more.",
            )
    advisory: FirmwareAdvisory = FirmwareAdvisory.objects.create(
        provider_id=actor.provider_id,
        product_model=product,
        title=title,
        text=facts.text,
        source=facts.source,
        since=facts.since,
        fixed_in=facts.fixed_in,
        published_on=facts.published_on,
        entered_at=database_now(),
        entered_by_id=actor.membership_id,
    )
    record(actor, "advisory.entered", advisory, id=advisory.pk)
    return advisory
