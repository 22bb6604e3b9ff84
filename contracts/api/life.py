"""The life of a contract before and between its steps: drafted, given up, amended."""

from __future__ import annotations

from accounts.access import access_customer
from accounts.api_writes import Call, Values, Write
from calcom_portal.common.errors import BadInput, Missing, RuleBroken
from contracts.actions import (
    amend_contract,
    cancel_contract,
    create_contract,
    edit_contract,
    send_amendment,
)
from contracts.api.wishes import (
    AmendmentInput,
    DraftChange,
    DraftInput,
    Said,
    amendment_of,
    wish_of,
)
from contracts.api.written import (
    CHANGE,
    DRAFTED,
    FOUND,
    WAITS,
    WRITE,
    ConsequencesShape,
    WrittenContract,
    contract_of,
    stale,
    taken,
)
from contracts.consequences import (
    ChangedMeanwhile,
    Consequences,
    refuse_unseen,
    rehearse,
)
from contracts.models import Contract, ContractState, Terms


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
        raise stale(contract) from error
    send_amendment(note=call.values["note"], **wanted)
    return contract


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
