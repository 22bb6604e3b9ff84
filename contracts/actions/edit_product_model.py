"""Correct a model of the catalogue."""

from __future__ import annotations

from dataclasses import asdict

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._models import link_devices
from contracts.actions.create_product_model import ModelFacts, refuse_taken_model
from contracts.models import ProductModel


def edit_product_model(*, product: ProductModel, facts: ModelFacts, actor: Viewer) -> ProductModel:
    """Change what is known about a model; its devices take over maker and name.

    Raises NotAllowed, and BadInput for a name that another model has.
    """
    actor.require(Capability.MANAGE_DEVICES)
    product = ProductModel.objects.select_for_update().get(pk=product.pk)
    refuse_taken_model(facts, but=product)
    changed = [name for name, value in asdict(facts).items() if getattr(product, name) != value]
    if not changed:
        return product
    for name in changed:
        setattr(product, name, getattr(facts, name))
    product.save(update_fields=changed)
    if {"vendor", "model"} & set(changed):
        product.devices.update(vendor=product.vendor, model=product.model)
        link_devices(product)
    record(actor, "model.edited", product, id=product.pk, changed=changed)
    return product
