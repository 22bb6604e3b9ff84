"""What checks can be told, and how people's words become settings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calcom_portal.common.errors import BadInput
from monitoring.check_settings import (
    HEARTBEAT,
    KINDS_OF_DRIVER,
    SETTINGS,
    SNMP_TOPICS,
    SSH_TOPICS,
    checked_settings,
)
from monitoring.places import NotAskable, Place
from monitoring.probes.facts import Fact
from monitoring.probes.kinds import ProbeKind
from monitoring.probes.limits import USUAL_LIMITS, Limit
from monitoring.probes.snmp import Community, SnmpUser
from monitoring.probes.snmp_tables import SnmpTopic
from monitoring.probes.ssh_catalogue import Topic
from monitoring.probes.ssh_login import SshLogin
from monitoring.questions import question_of
from monitoring.setting_readers import codes_of


def test_every_kind_of_probe_can_be_set_up() -> None:
    assert set(SETTINGS) == {kind.value for kind in ProbeKind} | {HEARTBEAT}
    assert {kind for kinds in KINDS_OF_DRIVER.values() for kind in kinds} == set(SETTINGS)
    assert set(SNMP_TOPICS) == {topic.value for topic in SnmpTopic}
    assert set(SSH_TOPICS) == {topic.value for topic in Topic}


@pytest.mark.parametrize("kind", sorted(set(SETTINGS) - {"dns"}))
def test_a_check_needs_no_settings_of_its_own(kind: str) -> None:
    assert checked_settings(kind, checked_settings(kind, {})) == checked_settings(kind, {})


def test_defaults_are_written_out() -> None:
    assert checked_settings("sip-udp", {"port": "5062"}) == {
        "host": "",
        "port": 5062,
        "alive": "",
        "degraded": "503",
        "limits": "",
    }


@pytest.mark.parametrize(
    ("kind", "raw", "field"),
    [
        ("smoke", {}, "kind"),
        ("tcp", {"colour": "red"}, "colour"),
        ("tcp", {"port": 65536}, "port"),
        ("tcp", {"port": -1}, "port"),
        ("tcp", {"port": "1_000"}, "port"),
        ("tcp", {"port": "٣"}, "port"),
        ("tcp", {"port": True}, "port"),
        ("tcp", {"port": 5.5}, "port"),
        ("tcp", {"host": "-h"}, "host"),
        ("tcp", {"host": "--help"}, "host"),
        ("tcp", {"host": ";id"}, "host"),
        ("tcp", {"host": "$(id)"}, "host"),
        ("tcp", {"host": "a b"}, "host"),
        ("tcp", {"host": "pbx\nexample"}, "host"),
        ("tcp", {"host": "*.example.com"}, "host"),
        ("tcp", {"host": "a_b.example.com"}, "host"),
        ("tcp", {"host": "a" * 64 + ".example.com"}, "host"),
        ("tcp", {"host": "a" * 300}, "host"),
        ("tcp", {"host": ["192.0.2.1"]}, "host"),
        ("sip-udp", {"alive": "200-99"}, "alive"),
        ("sip-udp", {"alive": "299-200"}, "alive"),
        ("sip-udp", {"alive": "99"}, "alive"),
        ("sip-udp", {"alive": "all"}, "alive"),
        ("web", {"page": "ftp://example.com"}, "page"),
        ("web", {"page": "https://user:secret@example.com/"}, "page"),
        ("web", {"path": "index.html"}, "path"),
        ("web", {"scheme": "gopher"}, "scheme"),
        ("dns", {}, "name"),
        ("dns", {"name": "a b"}, "name"),
        ("dns", {"name": "example.com", "record": "ANY"}, "record"),
        ("ssh", {"topics": "disk, rm -rf /"}, "topics"),
        ("ssh", {"topics": ["disk"]}, "topics"),
        ("snmp", {"limits": "disk.used_percent < 80"}, "limits"),
        ("snmp", {"limits": "luck <= 80"}, "limits"),
        ("snmp", {"limits": "disk.used_percent <= 1e309"}, "limits"),
        (HEARTBEAT, {"grace_seconds": 5}, "grace_seconds"),
    ],
)
def test_a_bad_setting_is_refused_and_named(kind: str, raw: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        checked_settings(kind, raw)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "2001:db8::1", "pbx.example.com", "pbx", "bücher.example", "pbx.example."]
)
def test_names_and_addresses_of_machines_are_accepted(host: str) -> None:
    assert checked_settings("tcp", {"host": f" {host} "})["host"] == host


def test_codes_are_kept_in_one_form() -> None:
    kept = checked_settings("web", {"statuses": " 200 - 204,401 "})["statuses"]
    assert kept == "200-204, 401"
    assert codes_of(str(kept)) == {200, 201, 202, 203, 204, 401}


def test_a_question_goes_where_the_connection_leads_unless_the_check_says_otherwise() -> None:
    place = Place("pbx.example.com", 5070)
    assert question_of("sip-udp", {}, place).port == 5070
    assert question_of("sip-udp", {}, Place("pbx.example.com")).port == 5060
    other = question_of("tcp", {"host": "192.0.2.9", "port": 22}, place, timedelta(seconds=2))
    assert (other.host, other.port, other.deadline.total_seconds()) == ("192.0.2.9", 22, 2)


def test_a_page_is_an_address_or_made_of_its_parts() -> None:
    assert question_of("web", {"page": "http://example.com/a"}).host == "http://example.com/a"
    place = Place("2001:db8::1", 8443)
    assert question_of("web", {"path": "/b"}, place).host == "https://[2001:db8::1]:8443/b"


def test_credentials_become_what_their_protocol_asks_for() -> None:
    def asked(kind: str, **secret: str) -> object:
        question = question_of(kind, {}, Place("pbx.example.com", 0, secret))
        return question.snmp or question.login

    assert asked("snmp", community="public") == Community("public")
    user = {"user": "monitor", "authentication": "signs", "privacy": "hides"}
    assert asked("snmp", **user) == SnmpUser("monitor", "signs", "hides")
    assert "101" in repr(asked("sip-login", user="101", password="secret"))


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("tcp", Place()),
        ("tcp", Place("pbx.example.com")),
        ("web", Place()),
        ("snmp", Place("pbx.example.com")),
        ("sip-login", Place("pbx.example.com")),
        ("ssh", Place("pbx.example.com", 0, {"user": "monitor"})),
        ("asterisk", Place("pbx.example.com", 0, {"user": "monitor", "password": "hush"})),
    ],
)
def test_what_cannot_be_asked_says_what_is_missing(kind: str, place: Place) -> None:
    with pytest.raises(NotAskable):
        question_of(kind, {}, place)


def test_secrets_do_not_show() -> None:
    assert "hush" not in repr(Place("pbx.example.com", 0, {"password": "hush"}))


def test_a_check_may_have_limits_of_its_own_beside_the_usual_ones() -> None:
    told = checked_settings("ssh", {"limits": "disk.used_percent<=80, load.1m <= 2.5"})
    place = Place("pbx.example.com", 0, {"user": "monitor", "password": "hush"}, "SHA256:abc")
    question = question_of("ssh", told, place)
    limits = {limit.fact: limit for limit in question.limits}
    assert limits[Fact.DISK_USED] == Limit(Fact.DISK_USED, most=80)
    assert limits[Fact.LOAD_1] == Limit(Fact.LOAD_1, most=2.5)
    assert len(limits) == len(USUAL_LIMITS) + 1
    assert question.ssh == SshLogin("monitor", password="hush", host_key="SHA256:abc")
    assert question.ssh_topics == {
        *(Topic.DISK, Topic.UPTIME, Topic.LOAD, Topic.MEMORY, Topic.VERSION)
    }


def test_answers_and_texts_that_a_check_expects_reach_the_probe() -> None:
    sip = question_of("sip-udp", {"alive": "200", "degraded": ""}, Place("pbx.example.com")).sip
    assert sip.alive == {200}
    assert not sip.degraded
    page = checked_settings("web", {"page": "https://example.com", "text": "Welcome"})
    assert question_of("web", page).web.text == "Welcome"
    power = question_of("nut", {"ups": "rack"}, Place("ups.example.com"))
    assert (power.ups, power.port) == ("rack", 3493)
    assert question_of("ping", {}, Place("192.0.2.1")).port == 0
