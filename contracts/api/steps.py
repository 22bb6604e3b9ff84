"""The steps in the life of a signed contract: each can be looked at before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.api_writes import Call, Values, Write
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import (
    ChoiceField,
    DayField,
    LineField,
    WholeField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from contracts.actions import (
    Changed,
    Side,
    call_off_contract,
    end_contract,
    give_notice,
    renew_contract,
    withdraw_notice,
)
from contracts.api.written import (
    CHANGE,
    FOUND,
    IN_FORCE,
    WRITE,
    ConsequencesShape,
    WrittenContract,
    contract_of,
    taken,
)
from contracts.consequences import (
    Consequences,
    rehearse,
)
from contracts.models import Contract
from contracts.renewals import LONGEST_TERM

REASON = 240


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
