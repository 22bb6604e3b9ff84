"""What lies in the database sealed: the secrets of the second step."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts.models import User
from accounts.sealing import (
    SealBroken,
    key_id_of,
    place_of_row,
    present_key_id,
    reseal,
    seal,
    unseal,
)
from calcom_portal.common.errors import RuleBroken
from tests.accounts.who import user_id
from tests.builders import PASSWORD, build_password
from tests.cast import Cast

SECRET = "JBSWY3DPEHPK3PXP"
TABLE = "mfa_authenticator"
FORMER, PRESENT = "the former key " * 4, "the present key " * 4


@pytest.fixture
def elena(cast: Cast) -> User:
    build_password(cast.elena)
    return User.objects.get(pk=user_id(cast.elena))


def code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def test_what_is_sealed_opens_in_its_place_only() -> None:
    sealed = seal(SECRET, TABLE)
    assert re.fullmatch(r"k1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]+", sealed)
    assert SECRET not in sealed
    assert unseal(sealed, TABLE) == SECRET
    with pytest.raises(RuleBroken, match="sealed with a key that this portal no longer has"):
        unseal(sealed, "another_table")


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert seal(SECRET, TABLE) != seal(SECRET, TABLE)


@pytest.mark.parametrize(
    "tampered",
    [
        SECRET,
        "",
        "k1.00000000.AAAA",
        "k1..",
        lambda sealed: sealed.replace("k1.", "k0."),
        lambda sealed: sealed[:-8] + "AAAAAAA=",
        lambda sealed: sealed[:20],
        lambda sealed: sealed + ".more",
    ],
)
def test_what_was_not_sealed_here_is_refused(tampered: Any) -> None:
    text = tampered if isinstance(tampered, str) else tampered(seal(SECRET, TABLE))
    with pytest.raises(RuleBroken):
        unseal(text, TABLE)


def test_a_former_key_opens_while_it_stands_among_the_fallbacks(settings: Any) -> None:
    settings.SECRET_KEY = FORMER
    sealed = seal(SECRET, TABLE)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = PRESENT, [FORMER]
    assert unseal(sealed, TABLE) == SECRET
    assert unseal(seal(SECRET, TABLE), TABLE) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(RuleBroken):
        unseal(sealed, TABLE)


def test_a_sealed_text_opens_in_its_own_row_of_its_own_provider_only() -> None:
    sealed = seal(SECRET, place_of_row("monitoring_credential", 1, 7))
    assert unseal(sealed, place_of_row("monitoring_credential", 1, 7)) == SECRET
    for provider_id, row_id in ((1, 8), (2, 7), (17, 0)):
        with pytest.raises(SealBroken):
            unseal(sealed, place_of_row("monitoring_credential", provider_id, row_id))


def test_a_text_is_brought_to_the_present_key(settings: Any) -> None:
    settings.SECRET_KEY = FORMER
    sealed = seal(SECRET, TABLE)
    assert key_id_of(sealed) == present_key_id()
    assert reseal(sealed, TABLE) == sealed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = PRESENT, [FORMER]
    assert key_id_of(sealed) != present_key_id()
    moved = reseal(sealed, TABLE)
    assert key_id_of(moved) == present_key_id()
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(moved, TABLE) == SECRET
    with pytest.raises(SealBroken):
        reseal(sealed, TABLE)


def test_a_rotation_finds_what_is_spoilt_though_its_key_is_present() -> None:
    sealed = seal(SECRET, TABLE)
    with pytest.raises(SealBroken):
        reseal(sealed, "another_table")


@pytest.mark.parametrize("text", ["", "plain", "k1.", "k2.aaaaaaaa.body", "k1.a.b.c"])
def test_what_was_never_sealed_has_no_key(text: str) -> None:
    assert key_id_of(text) == ""


def test_neither_secret_nor_seed_can_be_read_in_the_database(elena: User) -> None:
    TOTP.activate(elena, SECRET)
    RecoveryCodes.activate(elena)
    stored = dict(Authenticator.objects.filter(user=elena).values_list("type", "data"))
    assert stored["totp"]["secret"].startswith("k1.")
    assert stored["recovery_codes"]["seed"].startswith("k1.")
    assert SECRET not in str(stored)


def test_the_app_and_every_recovery_code_still_open_the_door(client: Client, elena: User) -> None:
    TOTP.activate(elena, SECRET)
    codes = RecoveryCodes.activate(elena).get_unused_codes()
    assert len(set(codes)) == 10
    for answer in (code(), codes[0]):
        client.logout()
        client.post("/account/login/", {"login": elena.email, "password": PASSWORD})
        assert client.get("/profile/").status_code == 302
        client.post("/account/mfa/authenticate/", {"code": answer})
        assert client.get("/profile/").status_code == 200
    unused = RecoveryCodes(Authenticator.objects.get(user=elena, type="recovery_codes"))
    assert unused.get_unused_codes() == codes[1:]


def test_a_secret_planted_in_the_database_lets_nobody_in(client: Client, elena: User) -> None:
    TOTP.activate(elena, "KRSXG5CTMVRXEZLU")
    Authenticator.objects.filter(user=elena).update(data={"secret": SECRET})
    client.post("/account/login/", {"login": elena.email, "password": PASSWORD})
    answer = client.post("/account/mfa/authenticate/", {"code": code()})
    assert answer.status_code == 409
    assert "reset the second step of your account" in answer.content.decode()
    assert client.get("/profile/").status_code == 302
