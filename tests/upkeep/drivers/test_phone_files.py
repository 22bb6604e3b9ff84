"""The file of a phone, what a plan may say of it, and the commands that come of it."""

import shlex
from dataclasses import replace
from typing import Any

import pytest

from upkeep.drivers.base import DriverFailed
from upkeep.drivers.commands import Ways
from upkeep.drivers.phone_commands import may_write, publish
from upkeep.drivers.phone_files import (
    PhonePlan,
    checked_file,
    line_of,
    phone_plan,
    value_of,
    with_line,
)
from upkeep.drivers.wanted import Target

KEY = "static.firmware.url"
PLAN = {
    "folder": "/srv/provisioning",
    "phone_file": "001565aabbcc.cfg",
    "key": KEY,
    "base_url": "http://10.0.0.5:8080/provisioning",
    "endpoint": "101",
}
TARGET = Target("66.86.0.20", url="https://maker.example/T46S-66.86.0.20.rom", sha256="AB" * 32)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("account.1.user = 101\n", ""),
        (f"{KEY} = http://a/1.rom\n", f"{KEY} = http://a/1.rom"),
        (f"  {KEY}=http://a/1.rom\r\nx = 1\r\n", f"  {KEY}=http://a/1.rom"),
        (f"{KEY} = 1\n{KEY} = 2", f"{KEY} = 2"),
        # A longer name, and a dot that stands for itself only.
        (f"{KEY}s = 1\nold.{KEY} = 1\nstatic-firmware.url = 1\n# {KEY} = 1\n", ""),
    ],
)
def test_the_line_that_names_the_firmware_is_found(text: str, line: str) -> None:
    assert line_of(text, KEY) == line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "L\n"),
        ("x = 1", "x = 1\nL\n"),
        ("x = 1\r\n", "x = 1\r\nL\r\n"),
        (f"a = 1\n{KEY} = old\nb = 2\n", "a = 1\nL\nb = 2\n"),
        (f"{KEY} = 1\na = 1\n{KEY} = 2", "L\na = 1\n"),
    ],
)
def test_one_line_takes_the_place_of_all_that_named_a_firmware(before: str, after: str) -> None:
    line = f"{KEY} = new"
    assert with_line(before, KEY, line) == after.replace("L", line)


@pytest.mark.parametrize("text", ["", "x = 1\n", f"a = 1\n{KEY} = old\nb = 2\n", "x = 1\r\n"])
def test_a_line_that_comes_and_goes_leaves_the_file_as_it_was(text: str) -> None:
    changed = with_line(text, KEY, f"{KEY} = new")
    assert value_of(line_of(changed, KEY)) == "new"
    assert with_line(changed, KEY, line_of(text, KEY)) == text


def test_a_firmware_is_published_by_a_name_that_is_its_content() -> None:
    plan = phone_plan(PLAN)
    assert plan == PhonePlan(**PLAN)
    assert plan.path == "/srv/provisioning/001565aabbcc.cfg"
    assert plan.name_of(TARGET) == "abababababab-T46S-66.86.0.20.rom"
    assert plan.address_of(TARGET) == (
        "http://10.0.0.5:8080/provisioning/abababababab-T46S-66.86.0.20.rom"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("folder", odd) for odd in ("", "/", "srv", "/srv/../etc", "/srv/a b", "/srv/a;b", 7)),
        *(("phone_file", odd) for odd in ("", "../a.cfg", "a/b.cfg", ".cfg", "-a.cfg", "a.cfg\n")),
        *(("key", odd) for odd in ("", "a b", "a=b", "a\nb", None)),
        *(
            ("base_url", odd)
            for odd in ("", "ftp://a/", "http://", "http://a/\nx = 1", "http://a b")
        ),
        *(("endpoint", odd) for odd in ("", "101 ", "101\r\nAction: Command", "1,2", "ä")),
    ],
)
def test_what_a_plan_may_not_say_is_refused(name: str, value: Any) -> None:
    with pytest.raises(DriverFailed, match=f"The {name} of the phone is no such thing"):
        phone_plan({**PLAN, name: value})


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"url": ""}, "no address"),
        ({"url": "file:///etc/passwd"}, "no address"),
        ({"url": "https://maker.example/a.rom' -o /etc/passwd '"}, "no address"),
        ({"url": "https://maker.example/"}, "no address"),
        ({"url": "https://maker.example/..?a.rom"}, "no address"),
        ({"sha256": ""}, "no SHA-256"),
        ({"sha256": "ab" * 31}, "no SHA-256"),
        ({"sha256": "zz" * 32}, "no SHA-256"),
    ],
)
def test_a_file_that_is_not_known_well_enough_is_refused(odd: dict[str, str], words: str) -> None:
    checked_file(TARGET)
    with pytest.raises(DriverFailed, match=words):
        checked_file(replace(TARGET, **odd))


def test_what_is_put_into_commands_is_quoted() -> None:
    hostile = "a'; reboot; '"
    line = publish(hostile, hostile, "ab", hostile, Ways(sudo=True))
    assert shlex.split(line.text)[:5] == ["sudo", "-n", "--", "sh", "-c"]
    assert shlex.split(line.text)[6:] == ["portal", hostile, hostile, "ab", hostile]
    assert shlex.split(may_write(hostile, hostile, Ways()).text)[3:] == ["portal", hostile, hostile]
