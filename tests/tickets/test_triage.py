"""Clause RESPONSE: a dead phone system is an emergency, one station or static a minor problem."""

from __future__ import annotations

import pytest

from contracts.sla import Priority
from tickets.triage import RULES, Answers, Handset, HowMany, Reachable, triage

EMERGENCY, MINOR = Priority.EMERGENCY, Priority.MINOR


@pytest.mark.parametrize(
    ("handset", "how_many", "reachable", "priority", "words"),
    [
        ("dead", "all", "no", EMERGENCY, "Callers cannot reach you"),
        ("dead", "all", "yes", EMERGENCY, "All phones are dead"),
        ("dead", "several", "in_part", EMERGENCY, "Several phones have no dial tone"),
        ("dead", "one", "in_part", MINOR, "trouble with one station"),
        ("dead", "one", "no", EMERGENCY, "Callers cannot reach you"),
        ("dead", "", "", EMERGENCY, "not said on how many phones"),
        ("dead", "", "yes", EMERGENCY, "not said on how many phones"),
        ("calls_fail", "all", "in_part", EMERGENCY, "Calls fail on all phones"),
        ("calls_fail", "several", "in_part", MINOR, "Calls still work in part"),
        ("calls_fail", "one", "yes", MINOR, "trouble with one station"),
        ("calls_fail", "", "in_part", MINOR, "Calls still work in part"),
        ("calls_fail", "", "", MINOR, "not said that they do on all phones"),
        ("bad_sound", "all", "yes", MINOR, "static on a line"),
        ("bad_sound", "one", "in_part", MINOR, "static on a line"),
        ("bad_sound", "all", "no", EMERGENCY, "Callers cannot reach you"),
        ("not_a_phone", "", "yes", MINOR, "The phones work"),
        ("", "", "", MINOR, "Nothing points to"),
    ],
)
def test_the_answers_decide_by_the_words_of_the_agreement(
    handset: str, how_many: str, reachable: str, priority: Priority, words: str
) -> None:
    given = {"handset": handset, "how_many": how_many, "reachable": reachable}
    decided = triage(Answers.from_dict(given))
    assert decided.priority is priority
    assert words in decided.reason


@pytest.mark.parametrize("handset", [None, *Handset])
@pytest.mark.parametrize("how_many", [None, *HowMany])
@pytest.mark.parametrize("reachable", [None, *Reachable])
def test_every_combination_is_decided_with_a_reason(
    handset: Handset | None, how_many: HowMany | None, reachable: Reachable | None
) -> None:
    assert triage(Answers(handset, how_many, reachable)).reason.endswith(".")


def test_every_rule_decides_something() -> None:
    combinations = [
        Answers(handset, how_many, reachable)
        for handset in (None, *Handset)
        for how_many in (None, *HowMany)
        for reachable in (None, *Reachable)
    ]
    assert {triage(answers) for answers in combinations} == {rule[3] for rule in RULES}


def test_answers_survive_being_stored() -> None:
    answers = Answers(Handset.DEAD, None, Reachable.NO)
    assert Answers.from_dict(answers.to_dict()) == answers


def test_an_answer_that_was_not_offered_is_refused() -> None:
    with pytest.raises(ValueError, match="melted"):
        Answers.from_dict({"handset": "melted"})
