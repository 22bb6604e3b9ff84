"""Administrators close their own portal: a second step, a name, thirty days to think again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.actions.cancel_deletion import cancel_deletion
from accounts.actions.change_sender import change_sender
from accounts.actions.close_provider import close_provider, keep_provider
from accounts.models import AuditEntry, OperatorEntry, Provider, User
from accounts.operators import PORTAL
from calcom_portal.common.errors import Missing, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice
from tests.accounts.who import user_id
from tests.builders import build_operator
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of, browser_of_operator

START = "2026-06-15T16:00:00+00:00"


def row(cast: Cast) -> Provider:
    with system_scope("a test looks"):
        return Provider.objects.get(pk=cast.calcom.pk)


def test_it_takes_a_second_step_and_the_name_and_can_be_taken_back(
    cast: Cast, database_time: DatabaseTime, django_capture_on_commit_callbacks: Any
) -> None:
    now = database_time.set(START)
    plain = browser_of(cast.ruth)
    assert plain.get("/provider/close/").status_code == 403
    assert plain.post("/provider/close/", {"name": "CalCom"}).status_code == 403
    assert row(cast).deletion_due_at is None
    browser = browser_of_operator(User.objects.get(pk=user_id(cast.ruth)))
    assert "Take everything out first" in browser.get("/provider/close/").content.decode()
    assert browser.post("/provider/close/", {"name": "Northline"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post("/provider/close/", {"name": "CalCom"}).status_code == 303
    assert row(cast).deletion_due_at == now + timedelta(days=30)
    assert "you can keep it" in browser.get("/provider/").content.decode()
    with acting(cast.ruth):
        assert AuditEntry.objects.latest("number").action == "provider.deletion_scheduled"
        assert Notice.objects.filter(kind="provider_announcement").exists()
    entry = OperatorEntry.objects.latest("number")
    assert (entry.action, entry.tenant) == ("provider.deletion_scheduled", cast.calcom.pk)
    assert browser.post("/provider/close/", {"name": "CalCom"}).status_code == 409
    assert browser.get("/provider/keep/").status_code == 200
    assert browser.post("/provider/keep/").status_code == 303
    assert row(cast).deletion_due_at is None
    assert browser.post("/provider/keep/").status_code == 409


def test_only_administrators_close_and_only_before_the_grace_is_over(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    for person in (cast.dana, cast.elena):
        with acting(person):
            for act in (close_provider, keep_provider):
                with pytest.raises(NotAllowed):
                    act(actor=person)
    with acting(cast.ruth):
        close_provider(actor=cast.ruth)
    cancel_deletion(provider_id=cast.calcom.pk, operator=PORTAL)
    with acting(cast.ruth):
        close_provider(actor=cast.ruth)
    database_time.set(now + timedelta(days=31))
    with acting(cast.ruth), pytest.raises(RuleBroken, match="grace of CalCom is over"):
        keep_provider(actor=cast.ruth)


def test_an_operator_changes_the_sender_of_mail(cast: Cast) -> None:
    olga = browser_of_operator(build_operator())
    path = f"/operator/providers/{cast.calcom.pk}/sender/"
    assert olga.post(path, {"mail_from": "no address"}).status_code == 422
    assert olga.post(path, {"mail_from": "care@calcom.example"}).status_code == 303
    assert row(cast).mail_from == "care@calcom.example"
    assert OperatorEntry.objects.latest("number").action == "provider.sender_changed"
    with acting(cast.ruth):
        assert AuditEntry.objects.latest("number").action == "provider.sender_changed"
    assert "care@calcom.example" in browser_of(cast.ruth).get("/provider/").content.decode()


def test_the_same_sender_again_is_no_change(cast: Cast) -> None:
    for _ in range(2):
        change_sender(provider_id=cast.calcom.pk, mail_from="care@calcom.example", operator=PORTAL)
    assert row(cast).mail_from == "care@calcom.example"
    assert OperatorEntry.objects.filter(action="provider.sender_changed").count() == 1
    with pytest.raises(Missing):
        change_sender(provider_id=987_654, mail_from="care@calcom.example", operator=PORTAL)
