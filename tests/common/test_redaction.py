"""What a log may not say."""

from __future__ import annotations

import io
import json
import logging
import pickle

import pytest

from calcom_portal.celery import app
from calcom_portal.common.redaction import MASK, RedactingFormatter, Secret, redact

CANARY = "corr3ct-h0rse!battery"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(message)s"))
    logger = logging.Logger("test of redaction")
    logger.addHandler(handler)
    return logger, lines


def test_an_open_secret_is_masked_in_message_arguments_and_traceback(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, lines = log
    secret = Secret(CANARY)
    logger.info(f"said {CANARY} aloud")
    logger.info("with %s and %r", secret, {"text": CANARY})
    try:
        raise ValueError(f"the device refused {CANARY}")
    except ValueError:
        logger.exception("lost")
    assert CANARY not in lines.getvalue()
    assert f"said {MASK} aloud" in lines.getvalue()
    assert f"ValueError: the device refused {MASK}" in lines.getvalue()
    assert secret.open() == CANARY


def test_a_secret_that_is_gone_is_not_looked_for() -> None:
    secret = Secret("an ordinary sentence")
    assert redact("This is an ordinary sentence.") == f"This is {MASK}."
    del secret
    assert redact("This is an ordinary sentence.") == "This is an ordinary sentence."


def test_short_secrets_do_not_spoil_every_line() -> None:
    secret = Secret("a")
    assert redact("a check was late") == "a check was late"
    assert secret


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(CANARY)
    assert (str(secret), repr(secret), f"{secret}") == (MASK, f"Secret({MASK})", MASK)
    with pytest.raises(TypeError):
        json.dumps({"password": secret})
    with pytest.raises(TypeError):
        pickle.dumps(secret)


SPOKEN = ("hunter", "public", "sesame", "abcdefgh", "ijklmnop", "b3Blb", "0123", "3f9c", "AbC")
KEY = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjE\n-----END OPENSSH PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("password=hunter22 host=pbx", f"password={MASK} host=pbx"),
        ('{"password": "hunter 22", "port": 22}', f'{{"password": {MASK}, "port": 22}}'),
        ("Login(username='root', password='hunter22')", None),
        ("community='public' version=2c", f"community={MASK} version=2c"),
        ("auth_key=abcdefgh, priv_key=ijklmnop", f"auth_key={MASK}, priv_key={MASK}"),
        ("passphrase: sesame", f"passphrase: {MASK}"),
        ("Authorization: Digest username=u, response=0123", f"Authorization: {MASK}"),
        ("sent Bearer ckey_0123456789abcdef", f"sent Bearer {MASK}"),
        ("GET https://root:hunter22@pbx.example/x", f"GET https://{MASK}@pbx.example/x"),
        ("POST /beat/3f9c0d8e7b6a/fail 200", f"POST /beat/{MASK}/fail 200"),
        ("row holds k1.0a1b2c3d.AbC-_=", f"row holds {MASK}"),
        (f"key {KEY} end", f"key {MASK} end"),
        (f"key {KEY[:60]}", f"key {MASK}"),
    ],
)
def test_what_looks_like_a_secret_is_masked_too(line: str, masked: str | None) -> None:
    written = redact(line)
    assert masked in (None, written)
    assert not [word for word in SPOKEN if word in written]


@pytest.mark.parametrize(
    "line",
    [
        "sweep moved=12 late=0",
        "signin.failed from=192.0.2.7",
        "ticket CC-1042 was reset by a password change",
        "https://portal.example/devices/7/ answered 200",
        "The token is no longer good.",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_every_process_writes_its_lines_through_it(settings: object) -> None:
    plain = settings.LOGGING["formatters"]["plain"]  # type: ignore[attr-defined]
    assert plain["()"] == "calcom_portal.common.redaction.RedactingFormatter"
    assert app.conf.worker_hijack_root_logger is False
