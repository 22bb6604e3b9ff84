"""The life of a contract as one table: drafted, sent, signed, amended, renewed, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from accounts.access import access_customer
from accounts.api_scopes import ApiScope
from accounts.api_writes import Call, Values, Write
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.conditions import Stale
from calcom_portal.common.api.fields import (
    ChoiceField,
    DayField,
    InstantField,
    LineField,
    WholeField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput, Missing, RuleBroken
from contracts.access import access_contract
from contracts.actions import (
    Changed,
    Side,
    amend_contract,
    call_off_contract,
    cancel_contract,
    create_contract,
    edit_contract,
    end_contract,
    give_notice,
    renew_contract,
    send_amendment,
    withdraw_notice,
)
from contracts.api.examples import CONTRACT
from contracts.api.papers import REQUEST, RequestShape
from contracts.api.shapes import ContractShape
from contracts.api.views import agreed
from contracts.api.wishes import (
    AmendmentInput,
    DraftChange,
    DraftInput,
    Said,
    amendment_of,
    wish_of,
)
from contracts.consequences import (
    ChangedMeanwhile,
    Consequences,
    carry_out,
    refuse_unseen,
    rehearse,
)
from contracts.models import Contract, ContractState, Terms
from contracts.papers import waiting_request
from contracts.renewals import LONGEST_TERM

WRITE = ApiScope.CONTRACTS_WRITE
CHANGE = Capability.MANAGE_CONTRACTS
REASON = 240

DRAFT = {
    "tier": "TIER2",
    "calendar": 1,
    "options": [],
    "prices": {},
    "rates": None,
    "rounding": None,
    "targets": [
        {
            "priority": "emergency",
            "metric": "respond",
            "amount_seconds": 28800,
            "unit": "business_hours",
        }
    ],
}
IN_FORCE = CONTRACT | {"draft": None, "waiting": None}
DRAFTED = CONTRACT | {
    "state": "draft",
    "signed_at": None,
    "signed_name": "",
    "terms": [],
    "events": [],
    "draft": DRAFT,
    "waiting": None,
}
WAITS = CONTRACT | {"draft": None, "waiting": REQUEST | {"state": "waiting"}}
FOUND = {
    "changes": ["The last day is 31 Dec 2027 (before: 31 Dec 2026)."],
    "begins": [],
    "ends": ["The whole company: covered until 31 Dec 2027 (before: 31 Dec 2026)."],
    "gained": [],
    "lost": [],
    "prices": [],
    "moved": [
        {
            "reference": "CC-1042",
            "subject": "No dial tone at front desk",
            "customer": "Bayview Dental Group",
            "metric": "respond",
            "old_due": "2026-06-15T17:00:00.000000Z",
            "new_due": "2026-06-15T13:00:00.000000Z",
        }
    ],
    "base_version": 1,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class WrittenContract(ContractShape):
    """A contract after it was written, with what it says as a draft and what waits."""

    draft = serializers.DictField(allow_null=True, help_text="What is to be promised; else null.")
    waiting = RequestShape(allow_null=True, help_text="What the customer was sent to be signed.")

    def to_representation(self, instance: Contract) -> dict[str, Any]:
        """Return the contract as it is now."""
        contract = Contract.objects.select_related("customer").get(pk=instance.pk)
        contract.waiting = waiting_request(contract)
        prefetch_related_objects([contract], *agreed())
        shape: dict[str, Any] = super().to_representation(contract)
        return shape


class MovedShape(serializers.Serializer[Any]):
    """An open deadline that moves; null: no deadline."""

    reference = serializers.CharField()
    subject = serializers.CharField()
    customer = serializers.CharField()
    metric = serializers.CharField()
    old_due = InstantField(allow_null=True)
    new_due = InstantField(allow_null=True)


class ConsequencesShape(serializers.Serializer[Consequences]):
    """What would happen, in sentences. Nothing of it has."""

    changes = serializers.ListField(child=serializers.CharField())
    begins = serializers.ListField(child=serializers.CharField(), help_text="Cover that begins.")
    ends = serializers.ListField(child=serializers.CharField(), help_text="Cover that ends.")
    gained = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(child=serializers.CharField())
    prices = serializers.ListField(child=serializers.CharField())
    moved = MovedShape(many=True, help_text="Deadlines of open tickets that move.")
    base_version = serializers.IntegerField(source="base", help_text="The newest terms now.")
    digest = serializers.CharField(help_text="Send it as `seen` to carry out just this.")


class StepInput(StrictSerializer):
    """A step in the life of a signed contract."""

    seen = LineField(
        max_length=64,
        required=False,
        help_text="The `digest` of the preview: if anything else would happen now, 412.",
    )


class ReasonInput(StepInput):
    """Why."""

    reason = LineField(max_length=REASON, help_text="Both sides can read it.")


class RenewInput(StepInput):
    """For how long."""

    months = WholeField(1, LONGEST_TERM)


class NoticeInput(ReasonInput):
    """Who gave notice, and when it arrived."""

    side = ChoiceField([side.value for side in Side])
    given_on = DayField()


class EarlyEndInput(ReasonInput):
    """When it ends."""

    last_day = DayField()


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can be looked at before it is taken."""

    name: str
    summary: str
    words: str
    takes: type[StepInput]
    example: Values
    act: Callable[[Contract, Values, Viewer], Changed]


STEPS = (
    Step(
        "renew",
        "Renew a contract",
        "The last day moves by so many months, and with it what is covered until the end.",
        RenewInput,
        {"months": 12},
        lambda contract, values, actor: renew_contract(
            contract=contract, months=values["months"], actor=actor
        ),
    ),
    Step(
        "notice",
        "Write a notice down",
        "From here on it is decided when the contract ends. A notice that came too late counts for "
        "the period after.",
        NoticeInput,
        {"side": "customer", "given_on": "2026-06-15", "reason": "They move to another city."},
        lambda contract, values, actor: give_notice(
            contract=contract,
            side=Side(values["side"]),
            given_on=values["given_on"],
            reason=values["reason"],
            actor=actor,
        ),
    ),
    Step(
        "withdraw-notice",
        "Take a notice back",
        "The contract goes on as agreed before.",
        ReasonInput,
        {"reason": "They stay."},
        lambda contract, values, actor: withdraw_notice(
            contract=contract, reason=values["reason"], actor=actor
        ),
    ),
    Step(
        "end",
        "End a contract early",
        "What was opened until the last day keeps its promise.",
        EarlyEndInput,
        {"last_day": "2026-09-30", "reason": "The company closes."},
        lambda contract, values, actor: end_contract(
            contract=contract, last_day=values["last_day"], reason=values["reason"], actor=actor
        ),
    ),
    Step(
        "call-off",
        "Cancel a signed contract before it begins",
        "It covers nothing; its papers stay.",
        ReasonInput,
        {"reason": "The office was never opened."},
        lambda contract, values, actor: call_off_contract(
            contract=contract, reason=values["reason"], actor=actor
        ),
    ),
)


def taken(contract: Contract, act: Callable[[], Changed], seen: str | None) -> None:
    """Do `act`, with `seen` only if it does what was seen. Raises Stale."""
    if seen is None:
        act()
        return
    try:
        carry_out(contract, act, seen)
    except ChangedMeanwhile as error:
        raise _stale(contract) from error


def contract_of(call: Call) -> Contract:
    """Return the contract that the address names. Raises Missing."""
    return access_contract(call.viewer, call.id())


def preview_of(step: Step) -> Write:
    """Return the call that shows what a step would do."""

    def look(call: Call) -> Consequences:
        contract = contract_of(call)
        return rehearse(contract, lambda: step.act(contract, call.values, call.viewer))

    return Write(
        f"contracts_{step.name.replace('-', '_')}_preview",
        f"Preview: {step.summary[:1].lower()}{step.summary[1:]}",
        "Says what would change, and changes nothing.",
        WRITE,
        CHANGE,
        look,
        ConsequencesShape,
        FOUND,
        step.takes,
        step.example,
    )


def write_of(step: Step) -> Write:
    """Return the call that takes a step."""

    def do(call: Call) -> Contract:
        contract = contract_of(call)
        act = lambda: step.act(contract, call.values, call.viewer)  # noqa: E731
        taken(contract, act, call.values.get("seen"))
        return contract

    name, example = f"contracts_{step.name.replace('-', '_')}", step.example
    words = f"{step.words} `preview` says before what it would change."
    return Write(
        name, step.summary, words, WRITE, CHANGE, do, WrittenContract, IN_FORCE, step.takes, example
    )


def _draft(call: Call) -> Contract:
    try:
        customer = access_customer(call.viewer, call.values["customer"])
    except Missing as error:
        raise BadInput(error.message, field="customer", remedy="Check the id.") from error
    wish = wish_of(Said.new(call.values["tier"]), call.values)
    return create_contract(customer=customer, wish=wish, actor=call.viewer)


def _edit(call: Call) -> Contract:
    contract = contract_of(call)
    if not call.values:
        raise BadInput("Nothing is to be changed.", field="body", remedy="Send what changes.")
    if contract.draft is None or contract.state != ContractState.DRAFT:
        said = contract.get_state_display().lower()
        raise RuleBroken(
            f"Contract {contract.number} is {said} and cannot be changed.",
            remedy="Take it back first, or amend it once it is signed.",
        )
    wish = wish_of(Said.by_draft(contract), call.values, contract)
    return edit_contract(contract=contract, wish=wish, actor=call.viewer)


def _amending(call: Call) -> tuple[Contract, Values]:
    contract = contract_of(call)
    terms: Terms | None = contract.terms.select_related("calendar").order_by("-number").first()
    if terms is None:
        raise RuleBroken(
            f"Contract {contract.number} has no terms to change yet.",
            remedy="Change the draft itself.",
        )
    return contract, {
        "contract": contract,
        "amendment": amendment_of(Said.by_terms(contract, terms), call.values),
        "base_number": call.values["base_version"],
        "actor": call.viewer,
    }


def _preview(call: Call) -> Consequences:
    contract, wanted = _amending(call)
    return rehearse(contract, lambda: amend_contract(**wanted))


def _amend(call: Call) -> Contract:
    contract, wanted = _amending(call)
    act, seen = (lambda: amend_contract(**wanted)), call.values.get("seen")
    if not call.values["to_be_signed"]:
        taken(contract, act, seen)
        return contract
    try:
        if seen is not None:
            refuse_unseen(contract, act, seen)
    except ChangedMeanwhile as error:
        raise _stale(contract) from error
    send_amendment(note=call.values["note"], **wanted)
    return contract


def _stale(contract: Contract) -> Stale:
    return Stale(
        f"Something else would happen to contract {contract.number} now than what you saw.",
        remedy="Look at the preview again and decide anew.",
    )


NEW = {
    "customer": 3,
    "tier": "TIER2",
    "starts_on": "2026-07-01",
    "ends_on": "2027-06-30",
    "sites": [4],
    "rates": {"currency": "USD", "normal": "145.00", "after_hours": "217.50", "trip": "95.00"},
    "rounding": {"step": 15, "rule": "up", "minimum": 15},
    "renewal": {"rule": "automatic", "months": 12, "notice_days": 30},
}
AMENDED = {"effective_on": "2026-07-01", "base_version": 1, "options": [{"code": "VOICEMAIL"}]}

DRAFTING = Write(
    "contracts_draft",
    "Draft a contract",
    "Nothing is promised until it is signed.",
    WRITE,
    CHANGE,
    _draft,
    WrittenContract,
    DRAFTED,
    DraftInput,
    NEW,
    status=201,
    ids=(),
    place="api_contract",
)
EDITING = Write(
    "contracts_edit",
    "Change a draft",
    "Only what is sent changes.",
    WRITE,
    CHANGE,
    _edit,
    WrittenContract,
    DRAFTED,
    DraftChange,
    {"ends_on": None},
)
CANCELLING = Write(
    "contracts_cancel",
    "Give a draft up",
    "Its number is not used again.",
    WRITE,
    CHANGE,
    lambda call: cancel_contract(contract=contract_of(call), actor=call.viewer),
    WrittenContract,
    DRAFTED | {"state": "cancelled"},
)
LOOKING = Write(
    "amendments_preview",
    "Preview an amendment",
    "Says which deadlines of open tickets would move, which cover would begin or end, and what "
    "would be gained, lost or priced anew. Changes nothing.",
    WRITE,
    CHANGE,
    _preview,
    ConsequencesShape,
    FOUND,
    AmendmentInput,
    AMENDED,
)
AMENDING = Write(
    "amendments_add",
    "Amend a contract",
    "New immutable terms from a day on; what is left out stays as the newest terms say. It waits "
    "for the customer's signature unless `to_be_signed` is false. What was opened before that day "
    "keeps its promise.",
    WRITE,
    CHANGE,
    _amend,
    WrittenContract,
    WAITS,
    AmendmentInput,
    AMENDED,
    status=201,
)
