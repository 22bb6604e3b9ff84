"""Passkeys: what no authenticator would send is refused in words, and lets nobody in.

The ceremonies themselves are tried in a real browser (tests/browser/test_passkeys.py).
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.passkeys import REFUSED
from tests.builders import build_password
from tests.cast import Cast

ADD, SIGN_IN = "/account/mfa/passkeys/add/", "/account/mfa/passkeys/sign-in/"
AJAX = {"Accept": "application/json"}

RESPONSE = {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA"}
ODD: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "a text": "key",
    "a number": 5,
    "an empty object": {},
    "no response": {"id": "AA", "rawId": "AA", "type": "public-key"},
    "a response of another sort": {"id": "AA", "rawId": "AA", "type": "x", "response": []},
    "another type": {"id": "AA", "rawId": "AA", "type": "password", "response": RESPONSE},
    "no base64": {"id": "?", "rawId": "?", "type": "public-key", "response": {"userHandle": "?"}},
    "somebody unknown": {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": RESPONSE | {"signature": "AA", "userHandle": "OTk5OTk5"},
        "clientExtensionResults": {},
    },
    "a user handle that is no text": {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": RESPONSE | {"signature": "AA", "userHandle": 5},
        "clientExtensionResults": {},
    },
}
RAW = {
    "no JSON": "{",
    "empty": "",
    "deep": "[" * 100_000,
    "NUL": '"\x00"',
    **{name: json.dumps(value) for name, value in ODD.items()},
}


def signed_in(cast: Cast) -> Client:
    """Sign Dana in as she does it: changes of protection want a fresh proof."""
    browser = Client(raise_request_exception=False)
    password = build_password(cast.dana)
    page = {"login": email(cast), "password": password}
    assert browser.post("/account/login/", page).status_code == 302
    again = browser.post("/account/reauthenticate/", {"password": password})
    assert again.status_code == 302
    return browser


def email(cast: Cast) -> str:
    """Return the address with which Dana signs in."""
    return User.objects.get(pk=cast.dana.user_id or 0).email


def test_what_is_no_passkey_is_not_added(cast: Cast) -> None:
    browser = signed_in(cast)
    for name, raw in RAW.items():
        assert browser.get(ADD).status_code == 200
        answer = browser.post(ADD, {"name": "Laptop", "credential": raw})
        assert answer.status_code in {200, 400}, name
    assert not Authenticator.objects.exists()


def test_what_is_no_passkey_lets_nobody_in(cast: Cast) -> None:
    for name, raw in RAW.items():
        cache.clear()
        browser = Client(raise_request_exception=False)
        asked = browser.get(SIGN_IN, headers=AJAX).json()["request_options"]["publicKey"]
        assert (asked["userVerification"], asked.get("allowCredentials", [])) == ("required", [])
        answer = browser.post(SIGN_IN, {"credential": raw})
        told = (answer.status_code, answer.headers.get("Location"))
        assert told in {(302, "/account/login/"), (400, None)}, name
        assert "_auth_user_id" not in browser.session


def test_the_refusal_is_told_on_the_page_for_signing_in(cast: Cast) -> None:
    browser = Client()
    browser.get(SIGN_IN, headers=AJAX)
    answer = browser.post(SIGN_IN, {"credential": json.dumps(ODD["no response"])}, follow=True)
    text = answer.content.decode()
    assert REFUSED in text or "Incorrect code" in text


def test_a_device_is_asked_for_a_key_that_knows_its_person(cast: Cast) -> None:
    page = signed_in(cast).get(ADD)
    wanted = page.context["js_data"]["creation_options"]["publicKey"]["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")


def test_trying_keys_is_limited(cast: Cast) -> None:
    browser = Client()
    statuses = [browser.post(SIGN_IN, {"credential": "{}"}).status_code for _ in range(21)]
    assert statuses == [302] * 20 + [429]


def test_somebody_elses_passkey_is_not_there(cast: Cast) -> None:
    theirs = Authenticator.objects.create(
        user_id=cast.ruth.user_id, type=Authenticator.Type.WEBAUTHN, data={"name": "Ruth's"}
    )
    browser = signed_in(cast)
    for act in ("rename", "remove"):
        address = f"/account/mfa/passkeys/{theirs.pk}/{act}/"
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get().data == {"name": "Ruth's"}
