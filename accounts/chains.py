"""Appending to a provider's hash chains under the lock of the chain's head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from django.db import connection

from accounts.models import ChainHead
from calcom_portal.common.chain import GENESIS, Break, Link, extend, first_break


class Chain(StrEnum):
    """The chains of a provider."""

    AUDIT = "audit"
    CLOCK = "clock"


def start_chains(provider_id: int) -> None:
    """Create the heads of a new provider's chains."""
    ChainHead.objects.bulk_create(
        ChainHead(provider_id=provider_id, chain=chain.value, digest=GENESIS) for chain in Chain
    )


def append_links(chain: Chain, *, provider_id: int, bodies: Sequence[str]) -> list[Link]:
    """Reserve the next places of a chain for `bodies`, in order; its head is locked until commit.

    Take row locks of tickets and clocks before this, never after: writers meet here in one order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, digest FROM accounts_chainhead"
            " WHERE provider_id = %s AND chain = %s FOR UPDATE",
            [provider_id, chain.value],
        )
        links = list(extend(cursor.fetchone(), bodies))
        if links:
            cursor.execute(
                "UPDATE accounts_chainhead SET number = %s, digest = %s"
                " WHERE provider_id = %s AND chain = %s",
                [links[-1].number, links[-1].digest, provider_id, chain.value],
            )
    return links


def verify_chain(chain: Chain, *, provider_id: int, links: Iterable[Link]) -> Break | None:
    """Walk the stored rows of a chain, in order; return the first place where it does not hold.

    The head says how long the chain is, so that rows cut off its end are missed too. `links` must
    be lazy: rows may be added while we walk, so the head is read before them and once more after.
    """
    before = _head(chain, provider_id)
    if before is None:
        return Break(1, "the head of the chain is missing")
    at_head = last = Link(0, "", "", GENESIS)

    def walked() -> Iterator[Link]:
        nonlocal at_head, last
        for last in links:
            at_head = last if last.number == before.number else at_head
            yield last

    if found := first_break(walked()):
        return found
    after = _head(chain, provider_id) or before
    if last.number < before.number:
        why = f"row {last.number + 1} is missing: the chain ends at row {last.number}"
        return Break(last.number + 1, f"{why}, its head says {before.number}")
    if at_head.digest != before.digest or last.number > after.number:
        return Break(before.number, f"the head of the chain tells another row {before.number}")
    return None


def _head(chain: Chain, provider_id: int) -> ChainHead | None:
    row: ChainHead | None = ChainHead.objects.filter(
        provider_id=provider_id, chain=chain.value
    ).first()
    return row
