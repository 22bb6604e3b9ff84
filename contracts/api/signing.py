"""Signatures: asked for, given, taken back, declined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from accounts.api_writes import Call, Write
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import DayField, FlagField, LineField, TextField
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput
from contracts.access import access_contract, access_signing
from contracts.actions import (
    decline_agreement,
    send_for_signature,
    sign_agreement,
    sign_contract,
    withdraw_from_signature,
)
from contracts.api.papers import REQUEST, RequestShape
from contracts.api.wishes import SHORT_TEXT
from contracts.api.written import (
    CHANGE,
    DRAFTED,
    IN_FORCE,
    WAITS,
    WRITE,
    WrittenContract,
    contract_of,
)
from contracts.evidence import evidence_of
from contracts.models import Contract, SigningRequest

SIGN = Capability.SIGN_CONTRACTS
SCAN = "scan"


class SendInput(StrictSerializer):
    """Some words to those who are asked to sign."""

    note = TextField(max_length=SHORT_TEXT, required=False, default="", allow_blank=True)


class RecordInput(StrictSerializer):
    """A signature that was given outside the portal."""

    name = LineField(max_length=120, help_text="Of who signed, as on the paper.")
    role = LineField(max_length=120, required=False, default="", allow_blank=True)
    signed_on = DayField(required=False, help_text="Left out: today.")
    no_scan_reason = LineField(
        max_length=SHORT_TEXT,
        required=False,
        default="",
        allow_blank=True,
        help_text="Why no `scan` comes along. Both sides can read it.",
    )


class RecordWithScan(serializers.Serializer[Any]):
    """The same as a form, with the scan."""

    name = serializers.CharField()
    role = serializers.CharField(required=False)
    signed_on = serializers.DateField(required=False)
    scan = serializers.FileField(help_text="PDF, JPEG or PNG.")


class SignInput(StrictSerializer):
    """The customer's own signature."""

    name = LineField(max_length=120, help_text="Your full name: writing it is your signature.")
    role = LineField(max_length=120, help_text="Your role in the company.")
    consent = FlagField(help_text="true: you have read the agreement, and sign for your company.")
    terms_sha256 = LineField(max_length=64, help_text="Of the terms that you read.")


class DeclineInput(StrictSerializer):
    """Why not."""

    reason = TextField(max_length=SHORT_TEXT, help_text="What should be different.")


def _send(call: Call) -> Contract:
    contract = contract_of(call)
    send_for_signature(contract=contract, note=call.values["note"], actor=call.viewer)
    return contract


def _record(call: Call) -> Contract:
    values = call.values
    evidence = evidence_of(call.request, values["role"], signed_on=values.get("signed_on"))
    reason = values["no_scan_reason"]
    return sign_contract(
        contract=contract_of(call),
        name=values["name"],
        evidence=replace(evidence, scan=call.file(SCAN), no_scan_reason=reason),
        actor=call.viewer,
    )


def _sign(call: Call) -> Contract:
    values, wanted = call.values, access_signing(call.viewer, call.id())
    if not values["consent"]:
        raise BadInput(
            "Nothing is signed without your consent.", field="consent", remedy="Send true."
        )
    if values["terms_sha256"] != wanted.terms_sha256:
        raise BadInput(
            "These are not the terms that wait for your signature.",
            field="terms_sha256",
            remedy="Read the agreement again, then sign.",
        )
    evidence = evidence_of(call.request, values["role"])
    sign_agreement(request=wanted, name=values["name"], evidence=evidence, actor=call.viewer)
    return access_contract(call.viewer, wanted.contract_id)


def _decline(call: Call) -> SigningRequest:
    wanted = access_signing(call.viewer, call.id())
    decline_agreement(request=wanted, reason=call.values["reason"], actor=call.viewer)
    return access_signing(call.viewer, wanted.pk)


SENDING = Write(
    "contracts_send",
    "Send a draft to be signed",
    "What it says is frozen, and the customer's administrators are asked to sign.",
    WRITE,
    CHANGE,
    _send,
    WrittenContract,
    WAITS | {"state": "sent"},
    SendInput,
    {"note": "As we spoke about on the telephone."},
)
TAKING_BACK = Write(
    "contracts_take_back",
    "Take back what waits for a signature",
    "A new contract is a draft again; an amendment is given up.",
    WRITE,
    CHANGE,
    lambda call: withdraw_from_signature(contract=contract_of(call), actor=call.viewer),
    WrittenContract,
    DRAFTED,
)
RECORDING = Write(
    "contracts_sign",
    "Write a signature down",
    "One that was given on paper, of a draft, or of what was sent. The scan goes along as "
    "multipart/form-data under `scan`; without one, say why in `no_scan_reason`.",
    WRITE,
    CHANGE,
    _record,
    WrittenContract,
    IN_FORCE,
    RecordInput,
    {"name": "Amit Bhatt", "signed_on": "2026-06-15", "no_scan_reason": "Signed by telephone."},
    form=RecordWithScan,
)
SIGNING = Write(
    "signings_sign",
    "Sign what was sent to your company",
    "For administrators of a customer. Kept with it: when, from which address and program.",
    WRITE,
    SIGN,
    _sign,
    WrittenContract,
    IN_FORCE,
    SignInput,
    {
        "name": "Amit Bhatt",
        "role": "Office manager",
        "consent": True,
        "terms_sha256": REQUEST["terms_sha256"],
    },
)
DECLINING = Write(
    "signings_decline",
    "Decline what was sent to your company",
    "It goes back with your words; a new contract is a draft again.",
    WRITE,
    SIGN,
    _decline,
    RequestShape,
    REQUEST | {"state": "declined", "reason": "Only Market Street, please."},
    DeclineInput,
    {"reason": "Only Market Street, please."},
)
