"""What is forgotten, and what is not."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.actions import invite_person
from accounts.models import Customer, Invitation, Submission
from accounts.submissions import Answer, once
from accounts.tasks import tidy_up
from tests.accounts.who import seat_id
from tests.builders import PASSWORD, build_password
from tests.cast import Cast
from tests.stage import DatabaseTime, acting

NOTHING = {
    "sessions": 0,
    "submissions": 0,
    "invitations": 0,
    "jobs": 0,
    "sign_ups": 0,
    "imports": 0,
}


def test_old_traces_go_and_fresh_ones_stay(cast: Cast, database_time: DatabaseTime) -> None:
    start = timezone.now()
    database_time.set(start - timedelta(days=40))
    _leave_traces(cast, "old")
    database_time.set(start)
    _leave_traces(cast, "fresh")
    assert tidy_up() == {**NOTHING, "sessions": 1, "submissions": 1, "invitations": 1}
    assert tidy_up() == NOTHING
    assert Session.objects.count() == UserSession.objects.count() == 1
    with acting(cast.ruth):
        assert [row.key for row in Submission.objects.all()] == ["fresh"]
        assert [row.name for row in Invitation.objects.still_open()] == ["fresh"]


def _leave_traces(cast: Cast, name: str) -> None:
    build_password(cast.amit)
    with acting(cast.amit):
        bayview = Customer.objects.get(pk=cast.bayview.pk)
        once(cast.amit, "probe", name, "f", lambda: Answer(200, None))
        invite_person(
            email=f"{name}@bayview.example",
            name=name,
            role="customer_user",
            customer=bayview,
            actor=cast.amit,
        )
        email = bayview.memberships.get(pk=seat_id(cast.amit)).email
    Client().post("/account/login/", {"login": email, "password": PASSWORD})
