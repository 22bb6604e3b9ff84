"""What can be done to an entry of labour, and issuing statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from accounts.access import access_customer
from accounts.api_scopes import ApiScope
from accounts.api_writes import Call, Write
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, DayField, IdField, InstantField, LineField
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput, Missing
from tickets.access import access_labour
from tickets.actions import (
    answer_labour_question,
    ask_about_labour,
    correct_labour,
    issue_statement,
    override_labour,
    strike_labour,
)
from tickets.api.inputs import REASON_LIMIT, LabourInput
from tickets.api.labour import ENTRY, LabourShape, facts_of, with_lines
from tickets.api.statements import STATEMENT, StatementShape
from tickets.models import Cause, LabourEntry, LabourQuestion, Statement

TICKETS, CONTRACTS = ApiScope.TICKETS_WRITE, ApiScope.CONTRACTS_WRITE
LOG = Capability.LOG_LABOUR
QUESTION_LIMIT = 1_000
WAIVERS = [Cause.GOODWILL.value, Cause.DISPUTE.value]

QUESTION = {
    "id": 6,
    "entry": 71,
    "text": "Was this not covered?",
    "asked_by": "Amit Bhatt",
    "asked_at": "2026-06-18T16:00:00.000000Z",
    "answer": "",
    "answered_by": "",
    "answered_at": None,
}


class CorrectInput(LabourInput):
    """The work as it really was, and what was wrong."""

    reason = LineField(max_length=REASON_LIMIT, help_text="The customer reads it.")


class StrikeInput(StrictSerializer):
    """Why it does not count."""

    reason = LineField(max_length=REASON_LIMIT, help_text="The customer reads it.")


class OverrideInput(StrikeInput):
    """As what it is not charged, and why."""

    cause = ChoiceField(WAIVERS)


class QuestionInput(StrictSerializer):
    """What is asked, or answered."""

    text = LineField(max_length=QUESTION_LIMIT)


class IssueInput(StrictSerializer):
    """Whose month is stated."""

    customer = IdField()
    month = DayField(help_text="A day of it, such as its first.")


class QuestionShape(serializers.Serializer[Any]):
    """A customer's question about an entry, and the answer."""

    id = serializers.IntegerField()
    entry = serializers.IntegerField(source="entry_id")
    text = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by_name")
    asked_at = InstantField()
    answer = serializers.CharField(allow_blank=True)
    answered_by = serializers.CharField(source="answered_by_name", allow_blank=True)
    answered_at = InstantField(allow_null=True)


def _entry(call: Call) -> LabourEntry:
    return access_labour(call.viewer, call.names["reference"], call.id("entry_id"))


def _shown(entry: LabourEntry) -> LabourEntry:
    shown: LabourEntry = with_lines().get(pk=entry.pk)
    return shown


def _correct(call: Call) -> LabourEntry:
    values = call.values
    return _shown(
        correct_labour(
            entry=_entry(call),
            facts=facts_of(values),
            reason=values["reason"],
            overlap_ok=values["overlap_ok"],
            actor=call.viewer,
        )
    )


def _strike(call: Call) -> LabourEntry:
    reason = call.values["reason"]
    return _shown(strike_labour(entry=_entry(call), reason=reason, actor=call.viewer))


def _override(call: Call) -> LabourEntry:
    cause, reason = Cause(call.values["cause"]), call.values["reason"]
    entry = override_labour(entry=_entry(call), cause=cause, reason=reason, actor=call.viewer)
    return _shown(entry)


def _ask(call: Call) -> LabourQuestion:
    return ask_about_labour(entry=_entry(call), text=call.values["text"], actor=call.viewer)


def _answer(call: Call) -> LabourQuestion:
    rows = LabourQuestion.objects.select_related("ticket", "entry")
    question = rows.filter(entry_id=_entry(call).pk, answered_at=None).first()
    if question is None:
        raise Missing(
            "There is no open question about this.", remedy="Look at the labour of the ticket."
        )
    text = call.values["text"]
    return answer_labour_question(question=question, text=text, actor=call.viewer)


def _issue(call: Call) -> Statement:
    try:
        customer = access_customer(call.viewer, call.values["customer"])
    except Missing as error:
        raise BadInput(error.message, field="customer", remedy="Check the id.") from error
    return issue_statement(customer=customer, month=call.values["month"], actor=call.viewer)


def _on_entry(
    name: str,
    summary: str,
    words: str,
    needs: Capability,
    act: Callable[[Call], Any],
    takes: type[StrictSerializer],
    example: dict[str, Any],
) -> Write:
    is_about = takes is QuestionInput
    shape, answer = (QuestionShape, QUESTION) if is_about else (LabourShape, ENTRY)
    ids = ("entry_id",)
    return Write(
        f"labour_{name}",
        summary,
        words,
        TICKETS,
        needs,
        act,
        shape,
        answer,
        takes,
        example,
        status=200 if name == "answer" else 201,
        ids=ids,
    )


VERBS = {
    "correct": _on_entry(
        "correct",
        "Correct labour",
        "A further entry takes its place, judged anew; both stay. Others' entries need the right "
        "to decide about them.",
        LOG,
        _correct,
        CorrectInput,
        {
            "work": "troubleshooting",
            "started_at": "2026-06-17T16:00:00Z",
            "minutes": 40,
            "reason": "The break was counted.",
        },
    ),
    "strike": _on_entry(
        "strike",
        "Strike labour out",
        "It counts for nothing, and stays to be seen.",
        LOG,
        _strike,
        StrikeInput,
        {"reason": "It belongs to another ticket."},
    ),
    "override": _on_entry(
        "override",
        "Do not charge labour",
        "As goodwill, or to settle a question; the former verdict stays beside it.",
        Capability.OVERRIDE_LABOUR,
        _override,
        OverrideInput,
        {"cause": "goodwill", "reason": "You waited long enough."},
    ),
    "query": _on_entry(
        "query",
        "Ask about labour",
        "For the customer's people. It is marked until somebody has answered.",
        Capability.QUERY_LABOUR,
        _ask,
        QuestionInput,
        {"text": "Was this not covered?"},
    ),
    "answer": _on_entry(
        "answer",
        "Answer a question about labour",
        "The verdict stays as it was.",
        LOG,
        _answer,
        QuestionInput,
        {"text": "Training is not part of Tier 2."},
    ),
}
ISSUING = Write(
    "statements_issue",
    "Issue the statement of a month",
    "It never changes afterwards, and closes the month; the customer is told.",
    CONTRACTS,
    Capability.ISSUE_STATEMENTS,
    _issue,
    StatementShape,
    STATEMENT,
    IssueInput,
    {"customer": 3, "month": "2026-06-01"},
    status=201,
    ids=(),
)
