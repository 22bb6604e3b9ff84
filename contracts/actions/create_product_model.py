"""Add a model to the catalogue."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._models import link_devices
from contracts.models import ProductModel


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known about a model; `support_ends_on` is the maker's last day of support."""

    vendor: str
    model: str
    kind: str
    support_ends_on: date | None = None


def create_product_model(*, facts: ModelFacts, actor: Viewer) -> ProductModel:
    """Add a model, and link the devices that name it. Raises NotAllowed, BadInput for a double."""
    actor.require(Capability.MANAGE_DEVICES)
    refuse_taken_model(facts)
    product: ProductModel = ProductModel.objects.create(
        provider_id=actor.provider_id, **asdict(facts)
    )
    linked = link_devices(product)
    record(actor, "model.created", product, id=product.pk, devices=linked)
    return product


def refuse_taken_model(facts: ModelFacts, *, but: ProductModel | None = None) -> None:
    """Raise BadInput if the catalogue has another model of this maker and name."""
    rows = ProductModel.objects.named(facts.vendor, facts.model)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if other := rows.first():
        raise BadInput(
            f"The catalogue has {other} already.",
            field="model",
            remedy="Change that one, or correct the name.",
        )
