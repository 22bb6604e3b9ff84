"""Which signed terms are in force at an instant, and what they cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, F, Field, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from contracts.day_words import spell_day
from contracts.models import ContractState, Device, Terms

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations
    from psycopg2.extras import DateRange

    class OfCover(TypedDict):
        """What `signed_terms` adds to each row."""

        cover_site: int | None
        cover_device: int | None
        cover_during: DateRange | None
        version_id: int
        zone: str

    CoverTerms: TypeAlias = WithAnnotations[Terms, OfCover]
else:
    CoverTerms = Terms

DAY = timedelta(days=1)
DEVICE, SITE, CUSTOMER = "this device", "this site", "the whole company"
RANKS = {DEVICE: 0, SITE: 1, CUSTOMER: 2}


@dataclass(frozen=True, slots=True)
class CoverInForce:
    """That a contract covers a device, a site, or (neither given) a whole customer today."""

    contract_id: int
    contract_number: str
    tier_name: str
    customer_id: int
    site_id: int | None
    device_id: int | None
    ends_on: date | None
    is_without_promise: bool
    rank: tuple[int, int]

    @classmethod
    def of(cls, terms: CoverTerms) -> Self:
        """Read a row of `signed_terms`."""
        return cls(
            contract_id=terms.contract_id,
            contract_number=terms.contract.number,
            tier_name=terms.tier_name,
            customer_id=terms.customer_id,
            site_id=terms.cover_site,
            device_id=terms.cover_device,
            ends_on=last_day(terms),
            is_without_promise=not terms.promise["targets"],
            rank=precedence(terms),
        )

    def covers(self, *, customer_id: int, site_id: int | None, device_id: int | None) -> bool:
        """Does it cover a thing of a customer?"""
        if self.customer_id != customer_id:
            return False
        if self.device_id is not None:
            return self.device_id == device_id
        return self.site_id is None or self.site_id == site_id

    @property
    def words(self) -> str:
        """Return "Covered by Tier 2 · Extended warranty until 31 Mar 2027"."""
        until = f" until {spell_day(self.ends_on)}" if self.ends_on else ""
        return f"Covered by {self.tier_name}{until}"


def covers_in_force(customer_ids: Collection[int], at: datetime) -> list[CoverInForce]:
    """Return what is covered for some customers at `at`, the nearest cover first. One query."""
    rows = signed_terms(at).filter(customer_id__in=customer_ids)
    covers = [CoverInForce.of(terms) for terms in rows if is_in_force(terms, at)]
    return sorted(covers, key=lambda cover: cover.rank)


def cover_of_device(device: Device, covers: Iterable[CoverInForce]) -> CoverInForce | None:
    """Return the nearest of `covers` for a device; None when nothing covers it."""
    return next(
        (
            cover
            for cover in covers
            if cover.covers(
                customer_id=device.customer_id, site_id=device.site_id, device_id=device.pk
            )
        ),
        None,
    )


def signed_terms(at: datetime, until: datetime | None = None) -> QuerySet[CoverTerms]:
    """Return terms of signed contracts about `at`, one row for each thing that they cover.

    With `until`, those about any instant of the stretch from `at` on.

    A day's margin is left on both sides, because which day it is depends on the zone of each
    calendar: `is_in_force` decides. Annotated: cover_site, cover_device, cover_during, version_id
    and zone of the calendar's newest version.
    """
    return terms_between(*days_about(at, until))


def days_about(at: datetime, until: datetime | None = None) -> tuple[date, date]:
    """Return the days, in any zone, that an instant may be, or a stretch may touch."""
    return (at - DAY).date(), ((until or at) + DAY).date()


def terms_between(first: date, last: date) -> QuerySet[CoverTerms]:
    """Return what `signed_terms` does, by days."""
    rows: QuerySet[CoverTerms] = (
        Terms.objects.select_related("contract")
        .annotate(
            cover_site=F("contract__covers__site"),
            cover_device=F("contract__covers__device"),
            cover_during=F("contract__covers__during"),
            version_id=_of_newest_version("version.id", BigIntegerField()),
            zone=_of_newest_version("version.spec ->> 'tz'", TextField()),
        )
        .filter(
            Q(contract__ends_on=None) | Q(contract__ends_on__gte=first),
            contract__state=ContractState.SIGNED,
            contract__starts_on__lte=last,
            effective_on__lte=last,
        )
    )
    return rows


def _of_newest_version(column: str, kind: Field[Any, Any]) -> RawSQL:
    # Raw, because Django builds it ten times as quickly: every ticket that is opened asks.
    # The columns are constants of this file.
    return RawSQL(  # noqa: S611  # nosec B611
        f"(SELECT {column} FROM contracts_calendarversion version"  # noqa: S608  # nosec B608
        " WHERE version.provider_id = contracts_terms.provider_id"
        " AND version.calendar_id = contracts_terms.calendar_id"
        " ORDER BY version.number DESC LIMIT 1)",
        (),
        kind,
    )


def is_in_force(terms: CoverTerms, at: datetime) -> bool:
    """Does the day of `at` in the calendar's zone lie within the dates, both included?

    The dates are those of the contract, of the terms, and of the cover of the thing.
    """
    day = at.astimezone(ZoneInfo(terms.zone)).date()
    last = last_day(terms)
    return first_day(terms) <= day and (last is None or day <= last)


def first_day(terms: CoverTerms) -> date:
    """Return the first day of a row of `signed_terms`: of contract, terms and cover, the latest."""
    during = terms.cover_during
    starts: list[date] = [terms.contract.starts_on, terms.effective_on]
    if during is not None and during.lower is not None:
        starts.append(during.lower)
    return max(starts)


def last_day(terms: CoverTerms) -> date | None:
    """Return the last day of a row of `signed_terms`: of the contract, or of the cover before."""
    during = terms.cover_during
    ends = [terms.contract.ends_on]
    if during is not None and during.upper is not None:
        # PostgreSQL gives the day after as the upper bound.
        ends.append(during.upper - DAY)
    return min((day for day in ends if day is not None), default=None)


def precedence(terms: CoverTerms) -> tuple[int, int]:
    """Return a key that sorts the nearest cover first, and of one contract the newest terms."""
    return (RANKS[covered(terms)], -terms.number)


def covered(terms: CoverTerms) -> str:
    """Say what a row of `signed_terms` covers."""
    if terms.cover_device is not None:
        return DEVICE
    return CUSTOMER if terms.cover_site is None else SITE
