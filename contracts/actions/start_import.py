"""Take in a list of installed products, and have it checked."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.jobs import start_job
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import IncomingFile, store_files
from calcom_portal.common.tenancy import database_now
from contracts.goods.dates import DateStyle
from contracts.goods.text_file import Letters
from contracts.goods_plan import SHELF
from contracts.models import Contract, GoodsImport, ImportState

CHECK = "goods.check"


@dataclass(frozen=True, slots=True)
class ListSent:
    """A file, and how it is to be read. `contract` is for warranty dates that name none."""

    file: IncomingFile
    style: DateStyle = DateStyle.ASK
    letters: Letters = Letters.AUTO
    contract: Contract | None = None


def start_import(*, customer: Customer, sent: ListSent, actor: Viewer) -> GoodsImport:
    """Keep the file and start its dry run, which changes nothing.

    Raises NotAllowed, RuleBroken for an inactive customer, BadInput for an empty file or another
    customer's contract, and TooLarge.
    """
    require_import(actor)
    if not customer.is_active:
        raise RuleBroken(
            f"{customer} is not active.", remedy="Make the customer active before the import."
        )
    if sent.contract is not None and sent.contract.customer_id != customer.pk:
        raise BadInput(
            "That contract is not this customer's.",
            field="contract",
            remedy="Choose one of the list.",
        )
    (stored,) = store_files([sent.file], limit=settings.IMPORT_LIMIT_BYTES, shelf=SHELF)
    made: GoodsImport = GoodsImport.objects.create(
        provider_id=actor.provider_id,
        customer=customer,
        file_name=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        style=sent.style,
        letters=sent.letters,
        contract=sent.contract,
        created_at=database_now(),
        created_by_id=actor.membership_id or 0,
    )
    start_checking(made, actor)
    record(actor, "import.sent", made, id=made.pk, customer=customer.pk, sha256=stored.sha256)
    return made


def require_import(actor: Viewer) -> None:
    """Raise NotAllowed unless the viewer may change devices and warranty lists both."""
    actor.require(Capability.MANAGE_DEVICES)
    actor.require(Capability.MANAGE_CONTRACTS)


def start_checking(goods_import: GoodsImport, actor: Viewer) -> None:
    """Have the list checked (again) by a job."""
    job = start_job(
        kind=CHECK,
        title=f"Check of {goods_import.file_name}"[:160],
        arguments={"import": goods_import.pk},
        actor=actor,
        customer_id=goods_import.customer_id,
    )
    goods_import.state, goods_import.job_id = ImportState.CHECKING, job.pk
    goods_import.save(update_fields=["state", "job_id"])
