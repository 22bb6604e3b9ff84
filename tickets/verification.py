"""Verifying the clock's ledger: the chain, the rows beside it, and the verdicts that it seals."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import Prefetch

from accounts.chains import Chain, verify_chain
from calcom_portal.common.chain import Link, canonical
from tickets.labour_ledger import entry_details
from tickets.ledger import Event, body_of, plain
from tickets.models import Fact, LabourEntry, LabourLine, Verdict


def verify_clock(provider_id: int) -> list[str]:
    """Return in words where the clock ledger of a provider does not hold; empty when it holds."""
    checks = (_chain, _columns, _verdicts, _unsealed, _labour)
    return [found for check in checks for found in check(provider_id)]


def _chain(provider_id: int) -> Iterator[str]:
    found = verify_chain(Chain.CLOCK, provider_id=provider_id, links=_links(provider_id))
    if found is not None:
        yield f"fact {found.number}: {found.why}"


def _links(provider_id: int) -> Iterator[Link]:
    rows = Fact.objects.filter(provider_id=provider_id).order_by("number")
    for row in rows.values_list("number", "previous", "body", "digest").iterator():
        yield Link(*row)


def _columns(provider_id: int) -> Iterator[str]:
    """The columns that the clock reads must say what the hashed body says."""
    rows = Fact.objects.filter(provider_id=provider_id).select_related("ticket").order_by("number")
    for fact in rows.iterator():
        if canonical(body_of(fact, fact.ticket.reference)) != fact.body:
            yield f"fact {fact.number} of {fact.ticket.reference}: its columns differ from its body"


def _verdicts(provider_id: int) -> Iterator[str]:
    rows = Verdict.objects.filter(provider_id=provider_id).select_related("fact", "ticket")
    for verdict in rows.order_by("pk").iterator():
        sealed = json.loads(verdict.fact.body)
        details = sealed["details"]
        told = {
            "ticket": sealed["ticket"],
            "metric": details.get("metric"),
            "outcome": details.get("outcome"),
            "due_at": details.get("due_at"),
            "stopped_at": details.get("stopped_at"),
            "reason": details.get("reason", ""),
        }
        stored = {
            "ticket": verdict.ticket.reference,
            "metric": verdict.metric,
            "outcome": verdict.outcome,
            "due_at": plain(verdict.due_at),
            "stopped_at": plain(verdict.stopped_at),
            "reason": verdict.reason,
        }
        if told != stored:
            differing = ", ".join(name for name in told if told[name] != stored[name])
            name = f"verdict {verdict.pk} of {verdict.ticket.reference}"
            yield f"{name}: {differing} differ from fact {verdict.fact.number}"


def _unsealed(provider_id: int) -> Iterator[str]:
    rows = Fact.objects.filter(provider_id=provider_id, kind=Event.VERDICT.value)
    without = rows.exclude(pk__in=Verdict.objects.filter(provider_id=provider_id).values("fact"))
    for number in without.order_by("number").values_list("number", flat=True):
        yield f"fact {number} seals a verdict that is gone"


def _labour(provider_id: int) -> Iterator[str]:
    """Entries of labour and their lines must say what their fact sealed."""
    rows = LabourEntry.objects.filter(provider_id=provider_id).select_related("fact", "ticket")
    in_order = Prefetch("lines", LabourLine.objects.order_by("position"))
    for entry in rows.prefetch_related(in_order).order_by("pk").iterator(chunk_size=500):
        details = entry_details(entry, list(entry.lines.all()))
        stored = {name: plain(value) for name, value in details.items() if value is not None}
        if stored != json.loads(entry.fact.body)["details"]:
            name = f"labour {entry.pk} of {entry.ticket.reference}"
            yield f"{name}: it differs from fact {entry.fact.number}"
