"""What a clause pays for: who pays for a kind of work on a day, by which clause, and why. Pure.

The agreement's clauses are RULES, one row a clause and kind of work. Where the agreement is silent
a column of the row holds the reading that we chose (docs/adr): only PROGRAM is bound to business
hours; "no additional labour cost" (SWAP, TROUBLE) leaves a trip billable, "no additional cost"
(INSPECT) does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from contracts.day_words import spell_day
from contracts.rates import Rates, spell_amount
from contracts.warranty import NO_WARRANTY, Warranty, WarrantyState


class Work(StrEnum):
    """The kinds of work that labour is logged as."""

    REMOTE_SUPPORT = "remote_support"
    WIFI_SUPPORT = "wifi_support"
    TROUBLESHOOTING = "troubleshooting"
    REINSTALLATION = "reinstallation"
    PROGRAMMING = "programming"
    RESTORE = "restore"
    FIRMWARE = "firmware"
    INSPECTION = "inspection"
    TRAINING = "training"
    INSTALLATION = "installation"
    TRIP = "trip"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return LABELS[self]


LABELS: Final = {
    Work.REMOTE_SUPPORT: "Remote support",
    Work.WIFI_SUPPORT: "Wi-Fi support",
    Work.TROUBLESHOOTING: "Troubleshooting",
    Work.REINSTALLATION: "Removal and re-installation",
    Work.PROGRAMMING: "Programming",
    Work.RESTORE: "Restore",
    Work.FIRMWARE: "Firmware update",
    Work.INSPECTION: "Inspection",
    Work.TRAINING: "Training",
    Work.INSTALLATION: "Installation",
    Work.TRIP: "Trip",
}
# How a sentence begins, where it is not with the name alone.
SUBJECTS: Final = LABELS | {
    Work.RESTORE: "Restoring a system",
    Work.FIRMWARE: "A firmware update",
    Work.INSPECTION: "An inspection",
    Work.TRIP: "A trip",
}


class Equipment(StrEnum):
    """What the work is done on: a listed device, nothing in particular, or what nobody covers."""

    LISTED = "listed"
    UNNAMED = "unnamed"
    FOREIGN = "foreign"


class Price(StrEnum):
    """By which of the agreed rates something is charged."""

    NORMAL = "normal"
    AFTER_HOURS = "after_hours"
    TRIP = "trip"


@dataclass(frozen=True, slots=True)
class Rate:
    """A price: of an hour in or out of business hours, or of one trip."""

    price: Price
    amount: Decimal
    currency: str

    @property
    def words(self) -> str:
        """Return "USD 95.00 an hour"."""
        return f"{spell_amount(self.amount, self.currency)} {PER[self.price]}"


PER: Final = {
    Price.NORMAL: "an hour",
    Price.AFTER_HOURS: "an hour outside business hours",
    Price.TRIP: "a trip",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a contract promises on the day: the tier's name, and the codes of its clauses."""

    tier: str
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """Work to be judged. `agreed` None: no contract covers the thing on that day.

    `inspections` counts those already done in the contract's year. `errand` is what a trip is for.
    """

    work: Work
    agreed: Agreed | None
    warranty: Warranty = NO_WARRANTY
    equipment: Equipment = Equipment.LISTED
    in_hours: bool = True
    inspections: int = 0
    errand: Work | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who pays: a clause of the contract, or the customer at `rate`. `worth` is the price of both.

    `clause` is empty when nothing covers the work. `reason` is for the customer. Without rates
    `worth` is None: what is billable is charged by the price list to come.
    """

    covered: bool
    clause: str
    reason: str
    worth: Rate | None

    @property
    def rate(self) -> Rate | None:
        """Return the rate that the customer pays; None for what is covered."""
        return None if self.covered else self.worth


@dataclass(frozen=True, slots=True)
class Rule:
    """That a clause pays for a kind of work, and within which bounds.

    `errand`: for trips, what they are for. `a_year`: how many times in a contract's year.
    """

    clause: str
    work: Work
    errand: Work | None = None
    needs_warranty: bool = False
    needs_business_hours: bool = False
    a_year: int | None = None


RULES: Final = (
    Rule("REMOTE", Work.REMOTE_SUPPORT),
    Rule("WIFI", Work.WIFI_SUPPORT),
    Rule("TROUBLE", Work.TROUBLESHOOTING),
    Rule("SWAP", Work.REINSTALLATION, needs_warranty=True),
    Rule("PROGRAM", Work.PROGRAMMING, needs_business_hours=True),
    Rule("RESTORE", Work.RESTORE),
    Rule("FIRMWARE", Work.FIRMWARE),
    Rule("INSPECT", Work.INSPECTION, a_year=1),
    Rule("INSPECT", Work.TRIP, errand=Work.INSPECTION, a_year=1),
)


def decide(case: Case, rates: Rates | None) -> Decision:
    """Decide who pays. Always an answer, always with a reason."""
    worth = None if rates is None else _worth(case, rates)
    rule = _rule_for(case)
    refusal = _general_refusal(case, rule) or _refusal_of_rule(case, rule)
    if refusal or rule is None or case.agreed is None:
        return Decision(False, "", f"{refusal}: {_price(worth)}.", worth)
    detail = "".join(words(case) for asked, words in DETAILS if asked(rule))
    subject = SUBJECTS[case.work]
    reason = f"{subject} is included in {case.agreed.tier}{detail}."
    return Decision(True, rule.clause, reason, worth)


def contract_year(starts_on: date, day: date) -> tuple[date, date]:
    """Return first and last day of the contract's year in which `day` lies.

    A contract that starts on 29 February has its anniversary on 1 March in common years.
    """
    years = day.year - starts_on.year
    if _anniversary(starts_on, years) > day:
        years -= 1
    return _anniversary(starts_on, years), _anniversary(starts_on, years + 1) - timedelta(days=1)


def _price(worth: Rate | None) -> str:
    return "charged by our price list" if worth is None else worth.words


def _worth(case: Case, rates: Rates) -> Rate:
    if case.work is Work.TRIP:
        return Rate(Price.TRIP, rates.trip, rates.currency)
    price = Price.NORMAL if case.in_hours else Price.AFTER_HOURS
    return Rate(price, rates.per_hour(in_hours=case.in_hours), rates.currency)


def _rule_for(case: Case) -> Rule | None:
    if case.agreed is None:
        return None
    errand = case.errand if case.work is Work.TRIP else None
    rules = BY_WORK.get((case.work, errand), ())
    return next((rule for rule in rules if rule.clause in case.agreed.clauses), None)


def _general_refusal(case: Case, rule: Rule | None) -> str:
    if case.agreed is None:
        return "No contract covers this"
    if case.equipment is Equipment.FOREIGN:
        return "This is not equipment that your contract covers"
    if rule is None:
        return f"{SUBJECTS[case.work]} is not part of {case.agreed.tier}"
    return ""


def _refusal_of_rule(case: Case, rule: Rule | None) -> str:
    if rule is None:
        return ""
    return next((words(case) for fails, words in BOUNDS if fails(rule, case)), "")


def _without_warranty(case: Case) -> str:
    subject, warranty = SUBJECTS[case.work], case.warranty
    if warranty.state is WarrantyState.NOT_YET and warranty.starts_on:
        why = f"the warranty of this product begins on {spell_day(warranty.starts_on)}"
    elif warranty.state is WarrantyState.EXPIRED and warranty.ends_on:
        why = f"the warranty of this product ended on {spell_day(warranty.ends_on)}"
    elif case.equipment is Equipment.UNNAMED:
        why = "no product of the warranty list was named"
    else:
        why = "this product is not on your warranty list"
    return f"{subject} is included during the extended warranty only, and {why}"


def _under_warranty(case: Case) -> str:
    until = case.warranty.ends_on
    return f" during the extended warranty, until {spell_day(until)}" if until else ""


# What keeps a rule from covering a case, and how a customer is told.
BOUNDS: Final[tuple[tuple[Callable[[Rule, Case], bool], Callable[[Case], str]], ...]] = (
    (
        lambda rule, case: (
            rule.needs_warranty
            and (case.equipment is not Equipment.LISTED or not case.warranty.is_active)
        ),
        _without_warranty,
    ),
    (
        lambda rule, case: rule.needs_business_hours and not case.in_hours,
        lambda case: f"{SUBJECTS[case.work]} is included in normal business hours only",
    ),
    (
        lambda rule, case: rule.a_year is not None and case.inspections >= rule.a_year,
        lambda case: "The inspection that is included in this year of the contract was done before",
    ),
)
DETAILS: Final[tuple[tuple[Callable[[Rule], bool], Callable[[Case], str]], ...]] = (
    (lambda rule: rule.needs_warranty, _under_warranty),
    (lambda rule: rule.needs_business_hours, lambda case: " in normal business hours"),
    (lambda rule: rule.errand is not None, lambda case: " for the yearly inspection"),
    (
        lambda rule: rule.a_year is not None and rule.errand is None,
        lambda case: ", once in each year of the contract",
    ),
)
BY_WORK: Final = {
    (rule.work, rule.errand): tuple(
        other for other in RULES if (other.work, other.errand) == (rule.work, rule.errand)
    )
    for rule in RULES
}


def _anniversary(starts_on: date, years: int) -> date:
    try:
        return starts_on.replace(year=starts_on.year + years)
    except ValueError:
        return date(starts_on.year + years, 3, 1)
