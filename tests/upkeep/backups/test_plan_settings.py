"""What a plan may be told: paths, names and ports that are ones, and nothing else."""

from typing import Any

import pytest

from calcom_portal.common.errors import BadInput
from upkeep.backups.plan_settings import checked_plan_settings


def test_lists_are_typed_one_entry_a_line_and_kept_once() -> None:
    kept = checked_plan_settings(
        "ssh", {"paths": " /etc/asterisk/ \n\n/etc//asterisk\n/srv/a b", "databases": "cdr\nusers"}
    )
    assert kept == {
        "paths": ["/etc/asterisk", "/srv/a b"],
        "databases": ["cdr", "users"],
        "sqlite": [],
        "services": [],
        "sudo": False,
        "defaults_file": "",
    }


def test_an_asterisk_is_where_it_usually_is() -> None:
    kept = checked_plan_settings("asterisk", {})
    assert (kept["config"], kept["manager_port"]) == ("/etc/asterisk", 5038)
    assert kept["voicemail"] == "/var/spool/asterisk/voicemail"
    assert checked_plan_settings("drop", {"paths": ["/etc"]}) == {}


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("paths", "etc/asterisk"),
        ("paths", "/etc/../root"),
        ("paths", "/"),
        ("paths", "//"),
        ("paths", "/proc/1/environ"),
        ("paths", "/dev"),
        ("paths", "/etc/\x00passwd"),
        ("paths", "/" + "x" * 200),
        ("paths", ["/etc"] * 5 + [f"/srv/{number}" for number in range(40)]),
        ("paths", [7]),
        ("paths", {"/etc": 1}),
        ("databases", "asterisk; DROP TABLE users"),
        ("databases", "--all-databases"),
        ("databases", "`x`"),
        ("databases", "ａｓｔｅｒｉｓｋ"),
        ("services", "-H evil"),
        ("services", "a b"),
        ("sudo", "perhaps"),
        ("defaults_file", "~/.my.cnf"),
    ],
)
def test_what_is_none_is_refused_with_its_field(field: str, raw: Any) -> None:
    with pytest.raises(BadInput) as refused:
        checked_plan_settings("ssh", {"paths": "/etc", field: raw})
    assert refused.value.field == field


@pytest.mark.parametrize("raw", ["", "0", "65536", "５０３８", "5038x", None])
def test_a_port_is_a_number_of_a_port(raw: Any) -> None:
    with pytest.raises(BadInput) as refused:
        checked_plan_settings("asterisk", {"manager_port": raw})
    assert refused.value.field == "manager_port"


def test_a_plan_that_keeps_nothing_is_none() -> None:
    with pytest.raises(BadInput, match="Say what is to be kept"):
        checked_plan_settings("ssh", {"services": "asterisk"})
