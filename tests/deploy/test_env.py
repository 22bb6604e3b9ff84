"""A bad variable stops the start, names itself, and its value is never repeated."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.env import (
    BadSetting,
    DatabaseAddress,
    MailServer,
    env_bool,
    env_int,
    env_list,
    env_networks,
    env_path,
    env_str,
    env_url,
)


def env_port(name: str) -> int:
    return env_int(name, minimum=1, maximum=65535)


def env_database(name: str) -> str:
    return env_url(name, schemes=("postgresql", "postgres"))


def env_level(name: str) -> str:
    return env_str(name, choices=("INFO", "DEBUG"))


GOOD: list[tuple[Callable[[str], Any], str, Any]] = [
    (env_str, " some text ", "some text"),
    (env_level, "DEBUG", "DEBUG"),
    (env_bool, "On", True),
    (env_bool, "0", False),
    (env_port, "65535", 65535),
    (env_list, "a, b,,c ", ["a", "b", "c"]),
    (env_networks, "10.0.0.0/8, fd00::/8,", (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))),
    (env_database, "postgresql://a@b/c", "postgresql://a@b/c"),
    (env_path, "/tmp/../var", Path("/var")),  # noqa: S108
]
BAD: list[tuple[Callable[[str], Any], str, str]] = [
    (env_level, "hunter2", "one of INFO, DEBUG"),
    (env_bool, "hunter2", "1, true, yes, on or 0, false, no, off"),
    (env_port, "hunter2", "a whole number at least 1 and at most 65535"),
    (env_port, "0", "a whole number at least 1 and at most 65535"),
    (env_port, "65536", "a whole number at least 1 and at most 65535"),
    (env_database, "mysql://hunter2@b/c", "postgresql://… or postgres://…"),
    (env_database, "postgresql://hunter2@b:port/c", "postgresql://… or postgres://…"),
    (env_database, "postgresql:///hunter2", "postgresql://… or postgres://…"),
]


@pytest.mark.parametrize(("read", "text", "value"), GOOD)
def test_a_good_value_is_understood(
    read: Callable[[str], Any], text: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_NAME", text)
    assert read("SOME_NAME") == value


@pytest.mark.parametrize(("read", "text", "wanted"), BAD)
def test_a_bad_value_is_refused_by_name_and_not_repeated(
    read: Callable[[str], Any], text: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_NAME", text)
    with pytest.raises(BadSetting) as refused:
        read("SOME_NAME")
    assert str(refused.value) == (f"SOME_NAME is not understood. Wanted: {wanted}. Correct it.")
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_variable_set_to_nothing_counts_as_not_set(
    text: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOME_NAME", raising=False)
    if text is not None:
        monkeypatch.setenv("SOME_NAME", text)
    assert env_int("SOME_NAME", default=7) == 7
    with pytest.raises(BadSetting, match=r"^SOME_NAME is not set\. Wanted: a whole number\. Set"):
        env_int("SOME_NAME")


def test_a_database_address_is_decoded_into_its_parts() -> None:
    address = DatabaseAddress.from_url(
        "postgresql://portal_app:p%40ss%2Fword@db.example:5433/portal?sslmode=require"
    )
    assert address.django(CONN_MAX_AGE=0) == {
        "ENGINE": "calcom_portal.postgresql",
        "NAME": "portal",
        "USER": "portal_app",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
        "CONN_MAX_AGE": 0,
    }


def test_a_unix_socket_is_named_in_the_query() -> None:
    address = DatabaseAddress.from_url("postgresql://portal_app@/portal?host=/run/postgresql")
    assert (address.host, address.port, address.options) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    ("url", "port", "use_ssl", "use_starttls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://me:secret@mail.example", 587, False, True),
        ("smtps://me:secret@mail.example:4650", 4650, True, False),
    ],
)
def test_a_mail_address_tells_how_to_speak(
    url: str, port: int, use_ssl: bool, use_starttls: bool
) -> None:
    server = MailServer.from_url(url)
    assert (server.host, server.port) == ("mail.example", port)
    assert (server.use_ssl, server.use_starttls) == (use_ssl, use_starttls)


def test_a_network_with_bits_of_a_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_NAME", "10.0.0.1/8")
    with pytest.raises(BadSetting, match=r"Wanted: networks such as 10\.0\.0\.0/8\."):
        env_networks("SOME_NAME")
