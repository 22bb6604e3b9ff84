"""Forgetting what nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions import end_look
from accounts.actions.let_customer_go import close_account, today_at
from accounts.identity import viewer_of
from accounts.jobs.files import path_of, remove_orphans
from accounts.models import Customer, Invitation, Job, Look, LookEnd, SignUp, Submission
from accounts.offboarding import Leaving
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import (
    ask_database_now,
    database_now,
    provider_scope,
    system_scope,
)

KEEP_SUBMISSIONS = timedelta(days=30)
FILES_WITHOUT_JOB = timedelta(days=1)
KEEP_SIGN_UPS = timedelta(days=7)
SHOW_EXPIRED_INVITATIONS = timedelta(days=30)


Tidier = Callable[[], int]
_tidiers: dict[str, Tidier] = {}


def register_tidier(name: str, tidy: Tidier) -> None:
    """Have `tidy()` forget what an app above needs no more; it returns how much that was."""
    _tidiers[name] = tidy


def tidy_above() -> dict[str, int]:
    """Forget what the apps above need no more."""
    return {name: tidy() for name, tidy in sorted(_tidiers.items())}


def forget_sessions() -> int:
    """Delete expired sessions and their entries in people's lists. Outside any scope."""
    expired, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()
    return expired


def forget_submissions() -> int:
    """Delete answers that no browser will ask for again."""
    with system_scope("forget old submissions"):
        old = Submission.objects.filter(created_at__lt=database_now() - KEEP_SUBMISSIONS)
        return old.delete()[0]


def end_looks() -> int:
    """Write down the end of looks whose time is over, where nobody stopped them."""
    with system_scope("end looks whose time is over"):
        now = database_now()
        over = Look.objects.filter(ended_at__isnull=True, ends_at__lte=now).order_by("pk")
        looks = list(over.select_related("staff__provider", "staff__customer")[:500])
    for look in looks:
        with provider_scope(provider_id=look.provider_id):
            end_look(look=look, ended_by=LookEnd.TIME, actor=viewer_of(look.staff))
    return len(looks)


def forget_sign_ups() -> int:
    """Delete sign-ups that nobody confirmed, or that are confirmed for long. Outside any scope."""
    old = SignUp.objects.filter(created_at__lt=ask_database_now() - KEEP_SIGN_UPS)
    return old.delete()[0]


def close_accounts() -> int:
    """Close the accounts of customers whose last day is over, each in a transaction of its own."""
    with system_scope("find customers whose last day may be over") as scope:
        due = Customer.objects.filter(leaves_on__lte=scope.now.date(), left_at__isnull=True)
        found = list(due.order_by("pk").values_list("provider_id", "pk"))
    return sum(_close_account(provider_id, pk) for provider_id, pk in found)


def _close_account(provider_id: int, customer_id: int) -> bool:
    with provider_scope(provider_id=provider_id):
        rows = Customer.objects.select_for_update(no_key=True, skip_locked=True)
        customer = rows.filter(pk=customer_id, left_at__isnull=True).first()
        if customer is None or customer.leaves_on is None:
            return False
        if customer.leaves_on >= today_at(provider_id):
            return False
        leaving = Leaving(customer.leaves_on, customer.leaving_closes)
        close_account(customer, leaving, Viewer.system("Offboarding", provider_id=provider_id))
    return True


def withdraw_expired_invitations() -> int:
    """Take invitations off the lists that expired a month ago."""
    with system_scope("withdraw expired invitations"):
        now = database_now()
        stale = Invitation.objects.still_open().filter(
            expires_at__lt=now - SHOW_EXPIRED_INVITATIONS
        )
        return stale.update(withdrawn_at=now)


def forget_jobs() -> int:
    """Delete jobs whose time is over, their files first, and files that belong to none."""
    with system_scope("forget finished jobs"):
        expired = Job.objects.filter(expires_at__lt=database_now())
        for key in expired.exclude(file_key="").values_list("file_key", flat=True):
            path_of(key).unlink(missing_ok=True)
        forgotten = expired.delete()[0]
        known = list(Job.objects.exclude(file_key="").values_list("file_key", flat=True))
    remove_orphans(known, FILES_WITHOUT_JOB)
    return forgotten
