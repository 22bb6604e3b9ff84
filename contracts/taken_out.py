"""What this app gives to a take-out. Customers see signed contracts; drafts are the provider's."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from accounts.takeout import Part, PartFile, called
from calcom_portal.common.files import path_of
from contracts.models import (
    Contract,
    ContractEvent,
    ContractReminder,
    ContractState,
    Cover,
    Device,
    DeviceEvent,
    ExpiryWarning,
    GoodsImport,
    ImportRow,
    Signature,
    SigningRequest,
    Site,
    Terms,
    WarrantyItem,
)

OF_A_DRAFT = ~Q(contract__state=ContractState.SIGNED)

PARTS = (
    Part("sites", Site),
    Part("devices", Device),
    Part("device_events", DeviceEvent),
    Part("contracts", Contract, leaves_out=("draft",), hidden=~Q(state=ContractState.SIGNED)),
    Part("covers", Cover, hidden=OF_A_DRAFT),
    Part("terms", Terms, hidden=OF_A_DRAFT),
    Part("contract_events", ContractEvent, hidden=OF_A_DRAFT),
    Part("contract_reminders", ContractReminder, staff_only=True),
    Part("signing_requests", SigningRequest),
    Part("signatures", Signature),
    Part("imports", GoodsImport, leaves_out=("job_id",), staff_only=True),
    Part("import_rows", ImportRow, staff_only=True),
    Part("expiry_warnings", ExpiryWarning, staff_only=True),
    Part("warranties", WarrantyItem, hidden=OF_A_DRAFT),
)


def files_of(customer_id: int, with_hidden: bool) -> Iterator[PartFile]:
    """Yield the papers: what was sent to be signed, and what came back signed on paper."""
    # The number is read from the paper: a contract that is not signed is no row for customers.
    sent = SigningRequest.objects.filter(customer_id=customer_id).order_by("pk")
    for pk, sha256, number in sent.values_list("pk", "pdf_sha256", "document__number"):
        yield PartFile(f"contracts/{number}/sent/{pk}.pdf", path_of(sha256))
    scans = Signature.objects.filter(customer_id=customer_id).exclude(scan_sha256="")
    for pk, name, sha256, number in scans.order_by("pk").values_list(
        "pk", "scan_name", "scan_sha256", "document__number"
    ):
        yield PartFile(f"contracts/{number}/signed/{called(pk, name)}", path_of(sha256))
