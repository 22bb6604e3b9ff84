"""Questions and answers travel to the agent and back as they are."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.digest import Login
from monitoring.probes.facts import Fact
from monitoring.probes.kinds import ProbeKind, Question
from monitoring.probes.limits import Limit
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.snmp import Community, SnmpUser
from monitoring.probes.snmp_tables import SnmpTopic
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.web import WebExpectation
from monitoring.probes.wire_form import NotUnderstood, from_wire, to_wire


def there_and_back(kind: Any, value: Any) -> Any:
    return from_wire(kind, json.loads(json.dumps(to_wire(value))))


@pytest.mark.parametrize("kind", ProbeKind)
def test_a_question_of_every_kind_arrives_as_it_was(kind: ProbeKind) -> None:
    question = Question(kind, "192.168.10.5", 5060, timedelta(seconds=2.5))
    assert there_and_back(Question, question) == question


@pytest.mark.parametrize(
    "parts",
    [
        {"login": Login("101", "s3cret")},
        {"snmp": Community("public")},
        {"snmp": SnmpUser("monitor", "signs-with-this", "hides-with-this")},
        {"snmp_topics": frozenset({SnmpTopic.UPS, SnmpTopic.SYSTEM})},
        {"ssh": SshLogin("svc", private_key="KEY", host_key="SHA256:abc")},
        {"web": WebExpectation(text="Welcome")},
        {"limits": (Limit(Fact.DISK_USED, most=80.5), Limit(Fact.UPS_RUNTIME, least=5))},
        {"limits": ()},
    ],
    ids=lambda parts: next(iter(parts)),
)
def test_every_part_of_a_question_arrives(parts: dict[str, Any]) -> None:
    question = Question(ProbeKind.SNMP, "192.168.10.5", **parts)
    assert there_and_back(Question, question) == question


def test_what_is_as_usual_is_not_said() -> None:
    told = to_wire(Question(ProbeKind.PING, "192.168.10.5"))
    assert told == {"is": "Question", "kind": "ping", "host": "192.168.10.5"}


@given(
    st.sampled_from(Outcome),
    st.integers(0, 60_000_000),
    st.text(max_size=200),
    st.dictionaries(st.text(max_size=30), st.text() | st.integers() | st.floats(allow_nan=False)),
)
def test_every_answer_arrives(
    outcome: Outcome, took_us: int, words: str, facts: dict[str, Any]
) -> None:
    answer = ProbeResult(outcome, timedelta(microseconds=took_us), words, facts)
    assert there_and_back(ProbeResult, answer) == answer


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "Question",
        {},
        {"is": "ProbeResult"},
        {"is": "Question", "kind": "ping"},
        {"is": "Question", "kind": "shell", "host": "a"},
        {"is": "Question", "kind": "ping", "host": 7},
        {"is": "Question", "kind": "ping", "host": "a", "port": "5060"},
        {"is": "Question", "kind": "ping", "host": "a", "deadline": 1e300},
        {"is": "Question", "kind": "ping", "host": "a", "command": "id"},
        {"is": "Question", "kind": "ping", "host": "a", "login": {"is": "SshLogin"}},
        {"is": "Question", "kind": "ping", "host": "a", "limits": {"is": "Limit"}},
    ],
)
def test_what_is_no_question_is_not_understood(told: Any) -> None:
    with pytest.raises(NotUnderstood):
        from_wire(Question, told)
