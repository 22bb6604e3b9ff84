"""Which model of the catalogue a device is."""

from __future__ import annotations

from django.db.models import QuerySet

from contracts.models import Device, ProductModel


def model_named(vendor: str, model: str) -> ProductModel | None:
    """Return the model of the catalogue that these words name, whatever the case."""
    if not (vendor and model):
        return None
    found: ProductModel | None = ProductModel.objects.named(vendor, model).first()
    return found


def link_devices(product: ProductModel) -> int:
    """Link every device that names the model and is linked to none; return how many."""
    rows: QuerySet[Device] = Device.objects.filter(
        vendor__iexact=product.vendor, model__iexact=product.model, product_model=None
    )
    return rows.update(product_model=product)
