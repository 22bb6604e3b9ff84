"""From an id to a site, device, contract, calendar or tier of the viewer's, or 404.

The scope keeps other tenants' rows out; what is absent and what is somebody else's look the same.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing, NotAllowed
from calcom_portal.common.tenancy import current_scope
from contracts.models import (
    Calendar,
    Clause,
    Contract,
    Device,
    GoodsImport,
    ProductModel,
    Signature,
    SigningRequest,
    Site,
    Tier,
    TierClause,
    WarrantyItem,
)

Row = TypeVar("Row", bound=Model)
LONGEST_ID = 18


def access_site(viewer: Viewer, site_id: int) -> Site:
    """Return a site with its customer. Raises Missing."""
    return _one(Site.objects.select_related("customer"), site_id, "site", "sites")


def access_device(viewer: Viewer, device_id: int) -> Device:
    """Return a device with its site and customer. Raises Missing."""
    rows = Device.objects.select_related("site", "customer", "product_model")
    return _one(rows, device_id, "device", "devices")


def access_contract(viewer: Viewer, contract_id: int) -> Contract:
    """Return a contract with its customer and who signed it. Raises Missing."""
    rows = Contract.objects.select_related("customer", "signed_by")
    return _one(rows, contract_id, "contract", "contracts")


def access_paper(viewer: Viewer, contract_id: int) -> Contract:
    """Return a contract whose papers the viewer may read. Raises Missing.

    Raises NotAllowed for somebody with a limit: the paper names what is installed everywhere.
    """
    if current_scope().limit is not None:
        raise NotAllowed(
            "The agreement names the systems of all sites, and you see some of them.",
            remedy="Ask your company's administrator for it.",
        )
    return access_contract(viewer, contract_id)


def access_scan(viewer: Viewer, contract_id: int, version: int) -> Signature:
    """Return the signature on paper of a version of a contract. Raises Missing, NotAllowed."""
    contract = access_paper(viewer, contract_id)
    rows = Signature.objects.filter(contract=contract, terms__number=version)
    signature: Signature | None = rows.exclude(scan_sha256="").first()
    if signature is None:
        raise Missing(
            "There is no scan of this version.", remedy="Look at the page of the contract."
        )
    return signature


def access_signing(viewer: Viewer, request_id: int) -> SigningRequest:
    """Return an agreement that was sent to the viewer's company to be signed. Raises Missing."""
    rows = SigningRequest.objects.filter(customer_id=viewer.own_customer_id)
    return _one(rows.select_related("sent_by"), request_id, "contract to sign", "your contracts")


def access_calendar(viewer: Viewer, calendar_id: int) -> Calendar:
    """Return a service calendar. Raises Missing."""
    return _one(Calendar.objects.all(), calendar_id, "calendar", "calendars")


def access_tier(viewer: Viewer, tier_id: int) -> Tier:
    """Return a tier. Raises Missing."""
    return _one(Tier.objects.all(), tier_id, "tier", "tiers")


def access_tier_clause(viewer: Viewer, tier_id: int, row_id: int) -> TierClause:
    """Return how a tier offers a clause, reached through the tier. Raises Missing."""
    rows = TierClause.objects.filter(tier=access_tier(viewer, tier_id))
    return _one(rows.select_related("tier", "clause"), row_id, "clause in this tier", "tiers")


def access_clause(viewer: Viewer, clause_id: int) -> Clause:
    """Return a clause of the catalogue. Raises Missing."""
    return _one(Clause.objects.all(), clause_id, "clause", "tiers")


def access_product_model(viewer: Viewer, model_id: int) -> ProductModel:
    """Return a model of the catalogue. Raises Missing."""
    return _one(ProductModel.objects.all(), model_id, "model", "models")


def access_warranty(viewer: Viewer, item_id: int) -> WarrantyItem:
    """Return a line of a warranty list with device, contract and customer. Raises Missing."""
    rows = WarrantyItem.objects.select_related("device", "contract", "customer")
    return _one(rows, item_id, "warranty", "warranties")


def access_import(viewer: Viewer, import_id: int) -> GoodsImport:
    """Return a list that was sent in, with its customer and who sent it. Raises Missing."""
    rows = GoodsImport.objects.select_related("customer", "created_by")
    return _one(rows, import_id, "import", "imports")


def row_number(text: str) -> int:
    """Return the id that an address gives after the question mark. Raises Missing for none."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID and text[:1] != "0":
        return int(text)
    raise Missing("There is no such page.", remedy="Go back, and follow the link again.")


def _one(rows: QuerySet[Row], row_id: int, what: str, list_name: str) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Missing(
            f"There is no such {what}.", remedy=f"Look for it in the list of {list_name}."
        )
    return row
