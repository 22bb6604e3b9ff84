"""The pages of credentials: what goes in does not come out, but for revealing."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from monitoring.models import Credential
from tests.accounts.who import user_id
from tests.cast import Cast
from tests.monitoring.keys import openssh_key
from tests.monitoring.test_credentials import SECRET, kept, trail
from tests.stage import acting, browser_of, browser_of_operator

PASSWORD = SECRET["password"]


def typed(cast: Cast, **fields: Any) -> dict[str, Any]:
    """Return what somebody typed into the form of a password."""
    return {
        "customer": cast.bayview.pk,
        "name": "Phone system",
        "submission": str(uuid.uuid4()),
        **SECRET,
        **fields,
    }


def ruth_with_second_step(cast: Cast) -> Client:
    """Return Ruth's browser, in which she has just given a code."""
    return browser_of_operator(User.objects.get(pk=user_id(cast.ruth)))


def test_a_secret_is_kept_once_however_often_the_form_is_sent(cast: Cast) -> None:
    browser, form = browser_of(cast.priya), typed(cast)
    first = browser.post("/credentials/new/?kind=password", form)
    second = browser.post("/credentials/new/?kind=password", form)
    assert (first.status_code, second.status_code) == (303, 303)
    with acting(cast.priya):
        credential = Credential.objects.get()
    assert first["Location"] == second["Location"] == f"/credentials/{credential.pk}/"


def test_no_page_shows_a_secret_again(cast: Cast) -> None:
    credential = kept(cast)
    browser = browser_of(cast.ruth)
    for address in (
        "/credentials/",
        *(f"/credentials/{credential.pk}/{act}" for act in ("", "edit/")),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert not [text for text in SECRET.values() if text in answer.content.decode()]


def test_a_form_with_an_error_comes_back_without_the_secret(cast: Cast) -> None:
    key = openssh_key()
    form = typed(cast, name="", private_key=key)
    answer = browser_of(cast.priya).post("/credentials/new/?kind=ssh_key", form)
    assert answer.status_code == 422
    assert key.splitlines()[1] not in answer.content.decode()
    with acting(cast.priya):
        assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "a\nb"}, "line break or invisible signs"),
        ({"password": ""}, "required"),
        ({"name": "x" * 81}, "longer than 80 characters"),
        ({"customer": "0"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, fields: Any, words: str) -> None:
    answer = browser_of(cast.priya).post("/credentials/new/", typed(cast, **fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with acting(cast.priya):
        assert not Credential.objects.exists()


def test_an_empty_form_keeps_the_secret_and_a_half_filled_one_is_refused(cast: Cast) -> None:
    credential = kept(cast)
    browser, address = browser_of(cast.priya), f"/credentials/{credential.pk}/edit/"
    assert browser.post(address, {"name": "PBX"}).status_code == 303
    answer = browser.post(address, {"name": "PBX", "user": "somebody"})
    assert answer.status_code == 422
    assert "Password is missing." in answer.content.decode()
    with acting(cast.priya):
        assert Credential.objects.get().sealed == credential.sealed


def test_without_a_second_step_the_page_says_how_to_get_one(cast: Cast) -> None:
    credential = kept(cast)
    address = f"/credentials/{credential.pk}/reveal/"
    for answer in (
        browser_of(cast.ruth).get(address),
        browser_of(cast.ruth).post(address, {"reason": "I want to"}),
    ):
        assert answer.status_code == 403
        assert "Set up a second step" in answer.content.decode()
        assert PASSWORD not in answer.content.decode()
    assert trail(cast.ruth, "credential.revealed") == []


def test_a_fresh_second_step_and_a_reason_show_the_secret_once(cast: Cast) -> None:
    credential = kept(cast)
    browser, address = ruth_with_second_step(cast), f"/credentials/{credential.pk}/reveal/"
    asked = browser.get(address)
    assert asked.status_code == 200
    assert PASSWORD not in asked.content.decode()
    answer = browser.post(address, {"reason": "A technician on site needs it"})
    assert answer.status_code == 200
    assert PASSWORD in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert trail(cast.ruth, "credential.revealed")[0]["reason"] == "A technician on site needs it"
    seen = browser.get(f"/credentials/{credential.pk}/").content.decode()
    assert "A technician on site needs it" in seen
    assert PASSWORD not in seen


def test_a_second_step_of_an_hour_ago_is_asked_for_again(cast: Cast) -> None:
    credential = kept(cast)
    TOTP.activate(User.objects.get(pk=user_id(cast.ruth)), "JBSWY3DPEHPK3PXP")
    browser, address = ruth_with_second_step(cast), f"/credentials/{credential.pk}/reveal/"
    with time_machine.travel(time.time() + 301, tick=True):
        for answer in (browser.get(address), browser.post(address, {"reason": "later"})):
            assert answer.status_code == 302
            assert (
                answer["Location"]
                == f"/account/mfa/reauthenticate/?next=%2Fcredentials%2F{credential.pk}%2Freveal%2F"
            )
        assert "code" in browser.get(answer["Location"]).content.decode()
    assert trail(cast.ruth, "credential.revealed") == []


def test_removing_says_that_it_is_for_good(cast: Cast) -> None:
    credential = kept(cast)
    browser, address = browser_of(cast.priya), f"/credentials/{credential.pk}/remove/"
    assert "gone for good" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 303
    assert browser.get(f"/credentials/{credential.pk}/").status_code == 404


def test_the_list_costs_as_much_for_many_as_for_one(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    kept(cast, "Number 0")
    browser.get("/credentials/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/credentials/")
    for number in range(1, 4):
        kept(cast, f"Number {number}")
    with CaptureQueriesContext(connection) as many:
        browser.get("/credentials/")
    assert len(many) == len(one)
