"""The first hour of a provider: what there is to do, and what is done, read from the rows.

Nothing remembers a position: a step is done when its rows are there, or when somebody marked it as
not wanted now. Apps register the steps that they know about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.urls import reverse

from accounts.models import Customer, Invitation, Membership, Provider
from accounts.viewer import Viewer

# Later it is no first hour any more, done or not.
LASTS: Final = timedelta(days=60)
# The order in which the steps are shown.
ORDER: Final = ("name", "letterhead", "hours", "tiers", "customer", "contract", "colleague")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `is_done` asks in the provider's scope; `keep` names a way to leave it."""

    code: str
    title: str
    why: str
    url_name: str
    act: str
    is_done: Callable[[], bool]
    keep: str = "Not now"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one step stands."""

    step: Step
    is_done: bool
    is_skipped: bool = False
    is_next: bool = False

    @property
    def url(self) -> str:
        """Return where it is done."""
        return reverse(self.step.url_name)


@dataclass(frozen=True, slots=True)
class FirstHour:
    """All steps, in order."""

    stands: tuple[Stand, ...]

    @property
    def settled(self) -> int:
        """Return how many steps are done or left out."""
        return sum(stand.is_done or stand.is_skipped for stand in self.stands)

    @property
    def is_over(self) -> bool:
        """Is there nothing left to do?"""
        return self.settled == len(self.stands)

    @property
    def share(self) -> int:
        """Return the progress in per cent."""
        return self.settled * 100 // len(self.stands)

    @property
    def next(self) -> Stand | None:
        """Return the step to go on with."""
        return next((stand for stand in self.stands if stand.is_next), None)


_steps: dict[str, Step] = {}


def register_step(step: Step) -> None:
    """Show `step` in the first hour. Raises ValueError for one that has no place in the order."""
    if step.code not in ORDER:
        raise ValueError(f"The step {step.code} has no place in the first hour.")
    _steps[step.code] = step


def is_step(code: str) -> bool:
    """Is there such a step?"""
    return code in _steps


def first_hour_of(provider: Provider) -> FirstHour:
    """Return where the provider stands. In its scope."""
    skipped = set(provider.first_hour.get("skipped", ()))
    stands = []
    for code in ORDER:
        if (step := _steps.get(code)) is not None:
            is_done = step.is_done()
            stands.append(Stand(step, is_done, is_skipped=not is_done and code in skipped))
    waiting = (at for at, one in enumerate(stands) if not (one.is_done or one.is_skipped))
    if (at := next(waiting, None)) is not None:
        stands[at] = replace(stands[at], is_next=True)
    return FirstHour(tuple(stands))


def progress_of(viewer: Viewer) -> FirstHour | None:
    """Return what a page shows on its way; None where there is no first hour, without a query."""
    if not viewer.is_in_first_hour:
        return None
    return first_hour_of(Provider.objects.get(pk=viewer.provider_id))


def _has_address() -> bool:
    return Provider.objects.exclude(address="").exists()


def _has_customer() -> bool:
    return Customer.objects.exists()


def _has_colleague() -> bool:
    staff = Membership.objects.filter(customer__isnull=True)
    invited = Invitation.objects.still_open().filter(customer__isnull=True)
    return staff.count() > 1 or invited.exists()


OWN_STEPS: Final = (
    Step(
        "name",
        "Your company has a name",
        "Customers read it on every page and in every mail.",
        "company",
        "Change it",
        lambda: True,
    ),
    Step(
        "letterhead",
        "Complete your letterhead",
        "Agreements and statements carry your address, phone and e-mail.",
        "company",
        "Fill in the letterhead",
        _has_address,
    ),
    Step(
        "customer",
        "Take on your first customer",
        "A company whose systems you look after.",
        "customer_new",
        "Add a customer",
        _has_customer,
    ),
    Step(
        "colleague",
        "Invite your first colleague",
        "Technicians answer tickets, dispatchers share them out.",
        "invite",
        "Invite a colleague",
        _has_colleague,
        keep="I work alone for now",
    ),
)

for _step in OWN_STEPS:
    register_step(_step)
