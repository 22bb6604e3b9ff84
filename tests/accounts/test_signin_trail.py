"""Sign-ins stand in the audit trail of the company that a person then works for."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit import verify_audit
from accounts.capabilities import Role
from accounts.models import AuditEntry, Customer, Membership, Provider, User
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from tests.accounts.who import user_id
from tests.builders import PASSWORD, build_password
from tests.cast import Cast

LOGIN = "/account/login/"
SECRET = "JBSWY3DPEHPK3PXP"


def user_of(viewer: Viewer) -> User:
    build_password(viewer)
    return User.objects.get(pk=user_id(viewer))


def sign_in(client: Client, user: User, password: str = PASSWORD) -> None:
    client.post(LOGIN, {"login": user.email, "password": password}, REMOTE_ADDR="203.0.113.7")


def trail(provider: Provider) -> list[tuple[str, dict[str, Any]]]:
    """Return who signed in at a provider, and how; prove that its chain holds."""
    with provider_scope(provider_id=provider.pk):
        assert verify_audit(provider.pk) is None
        rows = AuditEntry.objects.filter(action="signed.in").order_by("number")
        return [(row.actor_name, json.loads(row.body)["details"]) for row in rows]


def test_a_sign_in_is_written_down_once_a_session(client: Client, cast: Cast) -> None:
    elena = user_of(cast.elena)
    sign_in(client, elena)
    for path in ("/profile/", "/", "/profile/"):
        assert client.get(path, REMOTE_ADDR="203.0.113.7").status_code == 200
    entry = ("Elena Moreno", {"address": "203.0.113.7", "ways": ["password"]})
    assert trail(cast.calcom) == [entry]
    assert trail(cast.northline) == []
    client.logout()
    sign_in(client, elena)
    client.get("/profile/", REMOTE_ADDR="203.0.113.7")
    assert trail(cast.calcom) == [entry, entry]


def test_the_second_step_is_written_down_too(client: Client, cast: Cast) -> None:
    dana = user_of(cast.dana)
    TOTP.activate(dana, SECRET)
    sign_in(client, dana)
    client.get("/profile/")
    assert trail(cast.calcom) == [], "the password alone is no sign-in"
    counter = next(iter(yield_hotp_counters_from_time()))
    client.post(
        "/account/mfa/authenticate/", {"code": format_hotp_value(hotp_value(SECRET, counter))}
    )
    client.get("/profile/", REMOTE_ADDR="203.0.113.7")
    assert trail(cast.calcom) == [
        ("Dana Okafor", {"address": "203.0.113.7", "ways": ["password", "totp"]})
    ]


def test_whoever_changes_the_seat_comes_in_at_the_other_company(client: Client, cast: Cast) -> None:
    dana = user_of(cast.dana)
    second = _join(cast.northline, dana)
    sign_in(client, dana)
    assert client.get("/profile/").status_code == 302
    assert trail(cast.calcom) == trail(cast.northline) == []
    for membership in (second.pk, cast.dana.membership_id, cast.dana.membership_id):
        client.post("/seat/", {"membership": membership})
    assert [name for name, _ in trail(cast.northline)] == ["Dana Okafor"]
    assert [name for name, _ in trail(cast.calcom)] == ["Dana Okafor"]


def test_later_requests_of_a_session_write_nothing(client: Client, cast: Cast) -> None:
    sign_in(client, user_of(cast.elena))
    client.get("/profile/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/profile/")
    assert [query["sql"] for query in queries if "accounts_auditentry" in query["sql"]] == []


def test_a_failed_sign_in_is_logged_without_what_was_typed(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    elena = user_of(cast.elena)
    with caplog.at_level(logging.WARNING, logger="accounts.signin"):
        sign_in(client, elena, "not the right sentence")
    assert [record.getMessage() for record in caplog.records] == ["signin.failed from=203.0.113.7"]
    assert client.get("/profile/").status_code == 302
    assert trail(cast.calcom) == []


def _join(provider: Provider, user: User, customer: Customer | None = None) -> Membership:
    with provider_scope(provider_id=provider.pk):
        return Membership.objects.create(
            provider=provider,
            customer=customer,
            user=user,
            role=Role.TECHNICIAN.value,
            name=user.name,
            email=user.email,
        )
