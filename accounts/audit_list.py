"""The audit trail as people ask for it: filters, and entries in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.audit_words import WORDS, act_in_words
from accounts.capabilities import CUSTOMER_ROLES
from accounts.models import AuditEntry, Customer
from accounts.offboarding import FORMER
from calcom_portal.common.errors import BadInput

LONGEST_ID = 18
# How the subjects of entries about people begin.
PEOPLE = ("membership ", "invitation ")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """One view of the trail, as it stands in the address. `since` and `until` are both included."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    customer: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """Read a view. Raises BadInput for a day or a customer that cannot be read."""
        texts = {name: values.get(name, "").strip()[:120] for name in cls.__dataclass_fields__}
        for name in ("since", "until"):
            _day(name, texts[name])
        customer = texts["customer"]
        if customer and not (
            customer.isascii() and customer.isdigit() and len(customer) <= LONGEST_ID
        ):
            raise BadInput(
                "There is no such customer.", field="customer", remedy="Choose one from the list."
            )
        return cls(**texts)

    @property
    def is_narrow(self) -> bool:
        """Is anything asked for?"""
        return self != AuditFilter()

    @property
    def query(self) -> str:
        """Return the query string of this view."""
        return urlencode({name: value for name, value in self.values.items() if value})

    @property
    def values(self) -> dict[str, str]:
        """Return what was asked for, by name."""
        return {name: getattr(self, name) for name in AuditFilter.__dataclass_fields__}

    def entries(self, zone: str) -> QuerySet[AuditEntry]:
        """Return the entries that fit; days begin and end in `zone` (IANA)."""
        rows = AuditEntry.objects.all()
        if self.actor:
            rows = rows.filter(actor_name__icontains=self.actor)
        if self.action:
            rows = rows.filter(action__startswith=self.action)
        if self.subject:
            rows = rows.filter(subject__icontains=self.subject)
        if self.customer:
            rows = rows.filter(customer_id=int(self.customer))
        if since := _day("since", self.since):
            rows = rows.filter(at__gte=_midnight(since, zone))
        if until := _day("until", self.until):
            rows = rows.filter(at__lt=_midnight(until + timedelta(days=1), zone))
        return rows


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the trail, for people."""

    number: int
    at: datetime
    actor: str
    via: str
    action: str
    words: str
    subject: str
    details: list[tuple[str, str]]


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    """Return entries in words. Names that were erased are not told any more: one query."""
    about = {entry.customer_id for entry in entries if entry.customer_id is not None}
    rows = Customer.objects.filter(pk__in=about, erased_at__isnull=False)
    erased = set(rows.values_list("pk", flat=True))
    return [
        _nameless(entry) if entry.customer_id in erased else line_of(entry) for entry in entries
    ]


def _nameless(entry: AuditEntry) -> Line:
    line, by = line_of(entry), json.loads(entry.body)["actor"]["role"]
    if line.subject.startswith(PEOPLE):
        line = replace(line, subject=FORMER, details=[])
    return replace(line, actor=FORMER, details=[]) if by in CUSTOMER_ROLES else line


def line_of(entry: AuditEntry) -> Line:
    """Return an entry in words. Details come from the body that the hash covers."""
    body = json.loads(entry.body)
    details = [
        (name.replace("_", " "), told(value))
        for name, value in sorted(body["details"].items(), key=lambda item: item[0] == "after")
        if value not in (None, "")
    ]
    via = body["actor"]["via"]
    return Line(
        number=entry.number,
        at=entry.at,
        actor=entry.actor_name,
        via="" if via == "browser" else via,
        action=entry.action,
        words=act_in_words(entry.action),
        subject=entry.subject,
        details=details,
    )


def told(value: Any) -> str:
    """Return a value of the body as people would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        pairs = ((name, told(inner)) for name, inner in value.items())
        return ", ".join(f"{name.replace('_', ' ')} {words}" for name, words in pairs if words)
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(
            map(told, value)
        )
    return "" if value is None else str(value)


def offered_acts() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the acts to choose from, in groups."""
    return [(group, list(acts.items())) for group, acts in WORDS.items()]


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return day + timedelta(days=1) - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"“{text}” is not a day.", field=name, remedy="Write it as 2026-06-15."
        ) from error


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
