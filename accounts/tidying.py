"""Forgetting what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Invitation, Submission
from calcom_portal.common.tenancy import database_now, system_scope

KEEP_SUBMISSIONS = timedelta(days=30)
SHOW_EXPIRED_INVITATIONS = timedelta(days=30)


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


def withdraw_expired_invitations() -> int:
    """Take invitations off the lists that expired a month ago."""
    with system_scope("withdraw expired invitations"):
        now = database_now()
        stale = Invitation.objects.still_open().filter(
            expires_at__lt=now - SHOW_EXPIRED_INVITATIONS
        )
        return stale.update(withdrawn_at=now)
