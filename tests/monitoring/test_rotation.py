"""`manage.py rotate_credentials`: a former key can go when everything has the present one."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.sealing import key_id_of, present_key_id
from monitoring.credentials import open_credential
from monitoring.models import Credential
from tests.accounts.who import user_id
from tests.cast import Cast
from tests.monitoring.test_credentials import SECRET, kept, trail
from tests.stage import acting

FORMER, PRESENT = "the former key " * 4, "the present key " * 4


@pytest.fixture
def new_key(cast: Cast, settings: Any) -> Cast:
    """Let the portal have a new key, after a credential and a second step had the former one."""
    settings.SECRET_KEY = FORMER
    kept(cast)
    TOTP.activate(User.objects.get(pk=user_id(cast.ruth)), "JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = PRESENT, [FORMER]
    return cast


def rotate() -> str:
    """Run the command and return what it says."""
    said = StringIO()
    call_command("rotate_credentials", stdout=said)
    return said.getvalue()


def test_everything_gets_the_present_key_and_the_former_one_can_go(
    new_key: Cast, settings: Any
) -> None:
    assert rotate() == f"2 secrets were sealed with the present key {present_key_id()}.\n"
    settings.SECRET_KEY_FALLBACKS = []
    with acting(new_key.ruth):
        credential = Credential.objects.get()
        assert credential.key_id == key_id_of(credential.sealed) == present_key_id()
        assert dict(open_credential(credential)) == SECRET
    ruth = Authenticator.objects.get(user_id=user_id(new_key.ruth))
    assert TOTP(ruth).validate_code("000000") is False
    assert trail(new_key.ruth, "credential.rotated") == [{"key": present_key_id()}]


def test_a_second_run_finds_nothing_to_do(new_key: Cast) -> None:
    rotate()
    assert rotate().startswith("0 secrets")
    assert len(trail(new_key.ruth, "credential.rotated")) == 1


def test_what_cannot_be_opened_is_named_and_the_rest_is_done(new_key: Cast) -> None:
    with acting(new_key.ruth):
        spoilt = Credential.objects.get()
        Credential.objects.filter(pk=spoilt.pk).update(sealed=f"{spoilt.sealed[:-8]}AAAAAAA=")
    good = kept(new_key, "Another one")
    with pytest.raises(CommandError, match=f"1 cannot be opened .* credential {spoilt.pk}"):
        rotate()
    with acting(new_key.ruth):
        assert dict(open_credential(Credential.objects.get(pk=good.pk))) == SECRET
    ruth = Authenticator.objects.get(user_id=user_id(new_key.ruth))
    assert key_id_of(ruth.data["secret"]) == present_key_id()
