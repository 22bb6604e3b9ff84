"""What adding and changing a line of a warranty list share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.day_words import spell_day
from contracts.models import Contract, ContractState, Device, WarrantyItem

ONE_AT_A_TIME = "warranty_once_at_a_time"


@dataclass(frozen=True, slots=True)
class WarrantyFacts:
    """From which day to which a product is under warranty, both included."""

    starts_on: date
    ends_on: date
    note: str = ""

    def plain(self) -> dict[str, str]:
        """Return the facts for trails."""
        return {name: str(value) for name, value in asdict(self).items()}


def check_warranty(
    facts: WarrantyFacts, device: Device, *, but: WarrantyItem | None = None
) -> None:
    """Raise BadInput for an end before the start, and for days that another line covers."""
    if facts.ends_on < facts.starts_on:
        raise BadInput(
            "The last day is before the first day.",
            field="ends_on",
            remedy="Choose a later day.",
        )
    rows = WarrantyItem.objects.filter(
        device=device, starts_on__lte=facts.ends_on, ends_on__gte=facts.starts_on
    )
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if other := rows.select_related("contract").order_by("starts_on").first():
        raise BadInput(
            f"{device} is under warranty of contract {other.contract.number} from"
            f" {spell_day(other.starts_on)} to {spell_day(other.ends_on)} already.",
            field="starts_on",
            remedy="Choose days outside that, or change that line.",
        )


def refuse_cancelled(contract: Contract) -> None:
    """Raise RuleBroken for a contract that was given up."""
    if contract.state == ContractState.CANCELLED:
        raise RuleBroken(
            f"Contract {contract.number} was cancelled and covers nothing.",
            remedy="Choose another contract.",
        )


@contextmanager
def one_at_a_time(device: Device) -> Iterator[None]:
    """Say in words what the database refuses when two people put the same days on lists."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if ONE_AT_A_TIME not in str(error):
            raise
        raise BadInput(
            f"Somebody has just put {device} under warranty on some of these days.",
            field="starts_on",
            remedy="Load the page again and look at the list.",
        ) from error
