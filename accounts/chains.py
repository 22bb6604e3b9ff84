"""Appending to a provider's hash chains under the lock of the chain's head."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.db import connection

from accounts.models import ChainHead
from calcom_portal.common.chain import GENESIS, Link, extend


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
