"""Signing in, and what protects it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.who import user_id
from tests.builders import PASSWORD, build_password
from tests.cast import Cast
from tests.stage import browser_of

LOGIN = "/account/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return int(client.post(LOGIN, {"login": email, "password": password}).status_code)


def user_of(cast: Cast) -> User:
    return User.objects.get(pk=user_id(cast.elena))


@pytest.fixture
def elena(cast: Cast) -> User:
    build_password(cast.elena)
    return user_of(cast)


def test_the_right_password_signs_in(client: Client, elena: User) -> None:
    assert sign_in(client, elena.email) == 302
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda text: f" {text} "])
def test_the_address_may_be_typed_in_any_case(
    client: Client, elena: User, spelling: object
) -> None:
    assert sign_in(client, spelling(elena.email)) == 302  # type: ignore[operator]


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client, elena: User) -> None:
    def errors(email: str) -> list[str]:
        answer = client.post(LOGIN, {"login": email, "password": "not the right sentence"})
        told = answer.content.decode()
        return re.findall(r'class="form-errors" role="alert"><.*?</div>', told, re.DOTALL)

    assert errors(elena.email) == errors("nobody@people.example") != []


def test_five_wrong_passwords_lock_the_address_for_a_while(client: Client, elena: User) -> None:
    for _ in range(5):
        sign_in(client, elena.email, "not the right sentence")
    assert sign_in(client, elena.email) == 200
    assert client.get("/profile/").status_code == 302


def test_an_inactive_account_is_told_so(client: Client, elena: User) -> None:
    User.objects.filter(pk=elena.pk).update(is_active=False)
    answer = client.post(LOGIN, {"login": elena.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    page = client.get("/account/signup/").content.decode()
    assert "Accounts are made by invitation" in page
    client.post("/account/signup/", {"email": "new@people.example", "password1": PASSWORD})
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/account/email/",
        "/account/confirm-email/",
        "/account/mfa/webauthn/",
        "/account/3rdparty/",
    ],
)
def test_addresses_of_allauth_that_we_do_not_offer_do_not_exist(
    client: Client, db: None, path: str
) -> None:
    assert client.get(path).status_code == 404


def test_the_same_password_in_two_unicode_forms_is_one(elena: User) -> None:
    password = "Ångström café ﬁve 🐙"
    elena.set_password(unicodedata.normalize("NFD", password))
    assert elena.check_password(unicodedata.normalize("NFC", password))
    assert elena.check_password(unicodedata.normalize("NFKC", password))
    assert not elena.check_password("Angstrom cafe five")


def test_a_password_is_kept_with_argon2(elena: User) -> None:
    assert elena.password.startswith("argon2")


@pytest.mark.parametrize("password", ["x" * 1001, "\x00" * 12])
def test_a_password_that_cannot_be_set_never_fits(elena: User, password: str) -> None:
    assert not elena.check_password(password)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "too short"),
        ("1q2w3e4r5t", "too common"),
        ("elena.moreno", "too similar"),
        ("a b" * 334, "at most 1,000"),
    ],
)
def test_a_weak_password_is_refused_in_words(
    cast: Cast, elena: User, password: str, words: str
) -> None:
    browser = browser_of(cast.elena)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = browser.post("/account/password/change/", data).content.decode()
    assert words in page
    assert user_of(cast).check_password(PASSWORD)


@pytest.mark.parametrize("password", ["a calm long sentence 🐙 with emoji", "word " * 199])
def test_long_passwords_with_spaces_and_emoji_are_good(
    cast: Cast, elena: User, password: str
) -> None:
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert browser_of(cast.elena).post("/account/password/change/", data).status_code == 302
    assert user_of(cast).check_password(password)


def test_a_new_password_ends_every_other_session(client: Client, elena: User) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, elena.email)
    sign_in(elsewhere, elena.email)
    assert elsewhere.get("/profile/").status_code == 200
    new = "quite another sentence"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post("/account/password/change/", data)
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_other_sessions_are_listed_and_can_be_ended(client: Client, elena: User) -> None:
    here, elsewhere = Client(), Client(headers={"User-Agent": "A van's tablet"})
    sign_in(here, elena.email)
    sign_in(elsewhere, elena.email)
    assert "A van&#x27;s tablet" in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")
    assert elsewhere.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 200


def test_a_forgotten_password_is_set_by_a_link_that_works_once(client: Client, elena: User) -> None:
    client.post("/account/password/reset/", {"email": elena.email})
    link = re.search(
        r"http://127\.0\.0\.1:8000(/account/password/reset/key/\S+)", str(mail.outbox[0].body)
    )
    assert link is not None
    form = client.get(link[1], follow=True)
    new = "quite another sentence"
    data = {"password1": new, "password2": new}
    client.post(form.request["PATH_INFO"], data)
    assert User.objects.get(pk=elena.pk).check_password(new)
    again = Client().get(link[1], follow=True).content.decode()
    assert 'name="password1"' not in again


def test_nobody_learns_who_has_an_account(client: Client, elena: User) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": email})
        for email in (elena.email, "x@people.example")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [[elena.email]]


@pytest.mark.parametrize("token", ["0-0", "null-null", "1-", "zz-set-password", "1-" + "a" * 200])
def test_a_made_up_reset_link_opens_nothing(client: Client, elena: User, token: str) -> None:
    answer = client.get(f"/account/password/reset/key/{token}/", follow=True)
    assert answer.status_code in {200, 404}
    assert 'name="password1"' not in answer.content.decode()


def test_a_code_from_an_app_is_asked_for_after_the_password(client: Client, elena: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(elena, secret)
    assert sign_in(client, elena.email) == 302
    assert client.get("/profile/").status_code == 302
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    client.post("/account/mfa/authenticate/", {"code": code})
    assert client.get("/profile/").status_code == 200


def test_a_page_carries_the_headers_that_keep_others_out(client: Client, db: None) -> None:
    answer = client.get(LOGIN)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    page = answer.content.decode()
    # Data for a script is no script.
    scripts = re.findall(r"<script(?![^>]*src=)[^>]*>", page)
    assert all('type="application/json"' in script for script in scripts)
    assert " style=" not in page


def test_the_session_cookie_is_out_of_reach_for_scripts(client: Client, elena: User) -> None:
    sign_in(client, elena.email)
    cookie = client.cookies["portal"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("body", [b"login=a%00b&password=x", b"login=%C3%28&password=x"])
def test_hostile_bytes_are_refused_in_words(client: Client, db: None, body: bytes) -> None:
    answer = client.post(LOGIN, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400}
    assert "Server Error" not in answer.content.decode()


def test_a_stale_form_is_explained(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This form has grown old" in answer.content.decode()


def test_forms_about_passwords_use_our_own_words(cast: Cast, elena: User, client: Client) -> None:
    asking = client.get("/account/password/reset/").content.decode()
    changing = browser_of(cast.elena).get("/account/password/change/").content.decode()
    assert re.search(r">\s*E-mail\s*<", asking)
    assert re.search(r"Present password.*New password, once more", changing, re.DOTALL)
    assert "Current Password" not in changing
