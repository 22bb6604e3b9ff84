"""API keys: making them, and what they open."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from accounts.actions import create_api_key, revoke_api_key
from accounts.models import ApiKey, Customer, Membership, User
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed
from tests.accounts.who import seat_id, user_id
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of

pytestmark = pytest.mark.urls("tests.accounts.api_probe")

PROBE = "/api/probe/"
REFUSED = "The API key is unknown, expired, revoked, or its person no longer works here."


def make_key(cast: Cast, person: Viewer, *scopes: str, days: int = 30) -> str:
    with acting(cast.ruth):
        membership = Membership.objects.get(pk=seat_id(person))
        chosen = scopes or ("tickets:read", "tickets:write")
        lasts = timedelta(days=days)
        return create_api_key(
            person=membership, label="Monitor", scopes=chosen, lasts=lasts, actor=cast.ruth
        )[1]


def call(token: str, method: str = "get", **options: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return getattr(client, method)(PROBE, content_type="application/json", **options)


def test_a_key_sees_what_its_person_sees(cast: Cast) -> None:
    assert call(make_key(cast, cast.dana)).json() == {"who": "Dana Okafor", "customers": 2}
    assert call(make_key(cast, cast.elena)).json() == {"who": "Elena Moreno", "customers": 1}


def test_without_a_key_the_answer_says_what_to_send(client: Client, cast: Cast) -> None:
    answer = client.get(PROBE)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "This address needs an API key."


def test_a_token_in_the_address_is_ignored(client: Client, cast: Cast) -> None:
    token = make_key(cast, cast.dana)
    assert client.get(PROBE, {"token": token, "access_token": token}).status_code == 401


def test_a_session_opens_nothing_in_the_api(cast: Cast) -> None:
    assert browser_of(cast.ruth).get(PROBE).status_code == 401


@pytest.mark.parametrize("change", ["revoked", "expired", "left", "suspended", "customer_gone"])
def test_a_key_that_is_no_longer_good_is_refused_without_saying_why(
    cast: Cast, database_time: DatabaseTime, change: str
) -> None:
    now = database_time.set("2026-06-15T16:00:00+00:00")
    token = make_key(cast, cast.elena)
    assert call(token).status_code == 200
    _spoil(cast, change, database_time)
    answer = call(token)
    assert (answer.status_code, answer.json()["detail"]) == (401, REFUSED)
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert now is not None


def _spoil(cast: Cast, change: str, database_time: DatabaseTime) -> None:
    with acting(cast.ruth) as scope:
        if change == "revoked":
            revoke_api_key(key=ApiKey.objects.get(), actor=cast.ruth)
        if change == "left":
            Membership.objects.filter(pk=seat_id(cast.elena)).update(is_active=False)
        if change == "customer_gone":
            Customer.objects.filter(pk=cast.bayview.pk).update(is_active=False)
    if change == "suspended":
        User.objects.filter(pk=user_id(cast.elena)).update(is_active=False)
    if change == "expired":
        database_time.set(scope.now + timedelta(days=30))


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Basic YTpi",
        "Bearer 000000000000.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Bearer \u00fc",
        "Token {}",
    ],
)
def test_what_is_no_key_is_refused(cast: Cast, header: str) -> None:
    header = header.format(make_key(cast, cast.dana))
    answer = Client().get(PROBE, headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_secret_of_another_key_does_not_fit(cast: Cast) -> None:
    first, second = make_key(cast, cast.dana), make_key(cast, cast.dana)
    assert call(f"{first.split('.')[0]}.{second.split('.')[1]}").status_code == 401


def test_a_key_does_only_what_its_scopes_say(cast: Cast) -> None:
    token = make_key(cast, cast.ruth, "tickets:read")
    assert call(token).status_code == 200
    answer = call(token, "post", data={})
    assert answer.status_code == 403
    assert "lacks the scope tickets:write" in answer.json()["detail"]
    assert call(token, "delete").status_code == 403


def test_what_is_no_success_is_rolled_back(cast: Cast) -> None:
    token = make_key(cast, cast.ruth)
    assert call(token, "post", data={"fail": True}).status_code == 409
    with acting(cast.ruth):
        assert not Customer.objects.filter(number="N-1").exists()
    assert call(token, "post", data={}).status_code == 201
    with acting(cast.ruth):
        assert Customer.objects.filter(number="N-1").exists()


def test_the_use_of_a_key_is_noted_once_a_minute(cast: Cast, database_time: DatabaseTime) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    token, seen = make_key(cast, cast.dana), []
    for seconds in (0, 59, 60):
        database_time.set(start + timedelta(seconds=seconds))
        call(token)
        with acting(cast.ruth):
            seen.append(ApiKey.objects.get().last_used_at)
    assert seen == [start, start, start + timedelta(seconds=60)]


def test_a_key_that_calls_too_often_is_told_to_wait(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"reads": "2/min", "writes": "1/min"})
    token, other = make_key(cast, cast.ruth), make_key(cast, cast.ruth)
    assert [call(token).status_code for _ in range(3)] == [200, 200, 429]
    answer = call(token)
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert call(other).status_code == 200
    assert [call(token, "post", data={"fail": True}).status_code for _ in range(2)] == [409, 429]


def test_only_administrators_make_and_revoke_keys(cast: Cast) -> None:
    for viewer in (cast.amit, cast.priya):
        with acting(viewer):
            me = Membership.objects.get(pk=seat_id(viewer))
            day, scopes = timedelta(days=1), ["tickets:read"]
            with pytest.raises(NotAllowed):
                create_api_key(person=me, label="x", scopes=scopes, lasts=day, actor=viewer)


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 30), (["everything"], 30), (["tickets:read"], 0), (["tickets:read"], 400)],
)
def test_a_key_has_known_scopes_and_an_end(cast: Cast, scopes: list[str], days: int) -> None:
    with acting(cast.ruth):
        me = Membership.objects.get(pk=seat_id(cast.ruth))
        with pytest.raises(BadInput):
            create_api_key(
                person=me, label="x", scopes=scopes, lasts=timedelta(days=days), actor=cast.ruth
            )


def test_the_token_is_shown_once_and_kept_nowhere(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    data = {
        "label": "Monitor",
        "person": cast.dana.membership_id,
        "scopes": ["tickets:read"],
        "lasts": "30",
        "submission": str(uuid.uuid4()),
    }
    page = browser.post("/keys/new/", data).content.decode()
    token = page.split('id="token"')[1].split(">")[1].split("<")[0]
    assert call(token).status_code == 200
    again = browser.post("/keys/new/", data)
    assert (again.status_code, again["Location"]) == (303, "/keys/")
    listed = browser.get("/keys/").content.decode()
    assert "Monitor" in listed
    assert token.split(".")[1] not in listed
    with acting(cast.ruth):
        assert ApiKey.objects.count() == 1
        assert token.split(".")[1] not in ApiKey.objects.get().secret_hash


def test_a_key_is_revoked_after_a_question(cast: Cast) -> None:
    token, browser = make_key(cast, cast.dana), browser_of(cast.ruth)
    with acting(cast.ruth):
        path = f"/keys/{ApiKey.objects.get().pk}/revoke/"
    assert "refused from the next call on" in browser.get(path).content.decode()
    assert call(token).status_code == 200
    browser.post(path)
    assert call(token).status_code == 401


def test_the_rates_stand_in_the_settings() -> None:
    rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert set(rates) == {"reads", "writes"}
