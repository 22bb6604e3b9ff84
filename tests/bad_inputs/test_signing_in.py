"""Signing in, resetting and joining with what nobody should be let in for."""

from __future__ import annotations

import unicodedata

import pytest

from accounts.models import User
from tests.bad_inputs.texts import NASTY
from tests.bad_inputs.world import World, look, send

LOGIN, RESET = "/account/login/", "/account/password/reset/"
PHRASE = "caf\u00e9 \U0001f4de staple \u212b sentence "
TOKENS = (
    *("0", "null", "NULL", "None", "undefined", "x" * 43, "y" * 900, "%20", "..", "1 OR 1=1", "-"),
)
KEYS = ("1-nothing", "0-0", "null-null", "zzzzzzzzzzzzz-a-b", "z" * 60 + "-a", "1-" + "a" * 500)


@pytest.mark.parametrize(
    "change",
    [
        lambda email: f"{email}.",
        lambda email: email.replace("a", "\u0430"),
        lambda email: f"{email}\u200b",
        lambda email: email.replace("@", "@@"),
        lambda email: f"{email}\nBcc: c@d.example",
        lambda email: f"{email}' OR 1=1--",
        lambda email: "x" * 320,
        lambda email: "",
    ],
)
def test_another_spelling_of_an_address_signs_nobody_in(world: World, change: object) -> None:
    login = change(world.names["sam_email"])  # type: ignore[operator]
    with world.browser("") as browser:
        answer = send(browser, LOGIN, {"login": login, "password": world.names["password"]})
        assert answer.status == 200
        assert answer.told.strip()
        assert "portal" not in browser.cookies or not browser.session.get("_auth_user_id")


@pytest.mark.parametrize("change", [str.upper, str.title, lambda email: f" {email} "])
def test_case_and_blanks_of_an_address_do_not_matter(world: World, change: object) -> None:
    login = change(world.names["sam_email"])  # type: ignore[operator]
    with world.browser("") as browser:
        values = {"login": login, "password": world.names["password"]}
        assert send(browser, LOGIN, values).status == 302


def test_hostile_texts_sign_nobody_in_and_ask_for_no_mail(world: World) -> None:
    before = world.state()
    for text in NASTY[:12]:
        with world.browser("") as browser:
            answer = send(browser, LOGIN, {"login": text, "password": text})
            assert (answer.status, bool(answer.told.strip())) == (200, True)
            answer = send(browser, RESET, {"email": text})
            assert (answer.status, bool(answer.told.strip())) == (200, True)
    assert world.state() == before


@pytest.mark.parametrize(("length", "status"), [(9, 422), (10, 303), (64, 303), (1_000, 303)])
def test_a_password_has_ten_to_a_thousand_characters(
    world: World, length: int, status: int
) -> None:
    password = (PHRASE * 50)[: length - 1] + "!"
    with world.browser("") as browser:
        link = world.names["link"]
        answer = send(browser, link, {"name": "Nina", "password": password})
        assert answer.status == status, answer.told
        assert (status == 422) == ("password" in answer.page.errors)


def test_a_longer_password_is_refused_before_it_is_hashed(world: World) -> None:
    before = world.state()
    for length in (1_001, 500_000):
        with world.browser("") as browser:
            sent = {"name": "Nina", "password": "ab c" * (length // 4) + "x"}
            answer = send(browser, world.names["link"], sent)
            assert answer.status == 422
            assert "1,000" in answer.page.errors["password"]
            assert answer.seconds < 1
            assert send(browser, LOGIN, {"login": "a@b.example", **sent}).seconds < 1
    assert world.state() == before


@pytest.mark.parametrize("password", ["password123", "nina@bayview.example", "1234567890"])
def test_a_password_that_is_known_is_refused(world: World, password: str) -> None:
    with world.browser("") as browser:
        answer = send(browser, world.names["link"], {"name": "Nina", "password": password})
        assert answer.status == 422
        assert "password" in answer.page.errors


def test_a_password_is_the_same_however_its_letters_are_put_together(world: World) -> None:
    password = unicodedata.normalize("NFD", f"{PHRASE}!")
    with world.browser("") as browser:
        sent = {"name": "Nina", "password": password}
        assert send(browser, world.names["link"], sent).status == 303
        user = User.objects.get(email="nina@bayview.example")
        with world.browser("") as other:
            composed = unicodedata.normalize("NFC", password)
            values = {"login": user.email, "password": composed}
            assert send(other, LOGIN, values).status == 302


def test_links_that_are_none_all_look_the_same(world: World) -> None:
    for prefix in ("/invitation/", "/acknowledge/"):
        with world.browser("") as browser:
            answers = [look(browser, f"{prefix}{token}/") for token in TOKENS]
            assert {answer.status for answer in answers} == {404}
            assert len({" ".join(answer.told.split()) for answer in answers}) == 1


def test_a_link_is_good_once_and_to_the_letter(world: World) -> None:
    link = world.names["link"]
    with world.browser("") as browser:
        for wrong in (link[:-3] + "/", link.swapcase(), link[:-1] + "x/", f"{link[:-1]}%00/"):
            assert look(browser, wrong).status in (400, 404), wrong
        good = {"name": "Nina", "password": PHRASE}
        assert send(browser, link, good).status == 303
        with world.browser("") as other:
            again = send(other, link, good)
            assert again.status == 404
            assert again.told.split() == look(other, "/invitation/nothing/").told.split()


def test_reset_links_that_are_none_all_look_the_same(world: World) -> None:
    with world.browser("") as browser:
        answers = [look(browser, f"{RESET}key/{key}/") for key in KEYS]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.html.count("form") for answer in answers}) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"),
        *("\thttps://evil.example", "/a\r\nSet-Cookie: x=y", "http:///evil.example", "x" * 3_000),
    ],
)
def test_nobody_is_sent_elsewhere_after_choosing_a_seat(world: World, wanted: str) -> None:
    with world.browser("sam") as browser:
        membership = world.cast.sam.membership_id
        answer = send(browser, "/seat/", {"membership": membership, "next": wanted})
        assert answer.status == 303
        assert answer.location == "/" or answer.location.startswith(("/a", "xxx"))
        assert "\r" not in answer.location
        assert "evil" not in answer.location


@pytest.mark.parametrize("choice", ["", "0", "-1", "\u0661", "{nils}", "9" * 40, "x"])
def test_only_an_own_seat_can_be_taken(world: World, choice: str) -> None:
    with world.browser("sam") as browser:
        assert send(browser, "/seat/", {"membership": world.path(choice)}).status == 404
