"""What the lists of a phone system say about phones, trunks, calls and voicemail. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitoring.probes.facts import Fact, Value, clean
from monitoring.probes.manager_messages import Message

ENDPOINTS = "PJSIPShowEndpoints"
CONTACTS = "PJSIPShowContacts"
TRUNKS = "PJSIPShowRegistrationsOutbound"
MAILBOXES = "VoicemailUsersList"
# Which events are rows of a list: that of the trunks tells their passwords in rows between.
LISTS: Mapping[str, str] = {
    ENDPOINTS: "EndpointList",
    CONTACTS: "ContactList",
    TRUNKS: "OutboundRegistrationDetail",
    MAILBOXES: "VoicemailUserEntry",
}

REGISTERED = "Registered"
UNREACHABLE = frozenset({"Unreachable", "Removed"})
# So that a result stays a row and no book.
MOST_TRUNKS, MOST_PHONES, MOST_MISSING = 32, 500, 10

Lists = Mapping[str, Sequence[Message] | None]


def pbx_facts(booted: Message, core: tuple[Message, Message], lists: Lists) -> dict[str, Value]:
    """Return the facts of a phone system.

    `booted` is its FullyBooted event, `core` the answers to CoreSettings and CoreStatus; a list
    is None when the login may not read it, and its facts are missing then.
    """
    settings, status = core
    facts: dict[str, Value] = {}
    if version := settings.get("AsteriskVersion"):
        facts[Fact.VERSION] = clean(f"Asterisk {version}")
    for fact, text in (
        (Fact.PBX_UPTIME, booted.get("Uptime")),
        (Fact.CALLS_NOW, status.get("CoreCurrentCalls")),
        (Fact.CALLS_SINCE_START, status.get("CoreProcessedCalls")),
    ):
        if text is not None and text.isdecimal():
            facts[fact] = int(text)
    return facts | _phones(lists) | _trunks(lists) | _voicemail(lists)


def _phones(lists: Lists) -> dict[str, Value]:
    endpoints, contacts = lists[ENDPOINTS], lists[CONTACTS]
    if endpoints is None or contacts is None:
        return {}
    firmware = {
        contact.get("Endpoint", ""): clean(contact.get("UserAgent", ""))
        for contact in contacts
        if contact.get("Status") not in UNREACHABLE
    }
    # A trunk is an endpoint too: it signs in elsewhere, and nobody signs in to it.
    phones = [row["ObjectName"] for row in endpoints if _is_phone(row)]
    missing = sorted(name for name in phones if name not in firmware)
    facts: dict[str, Value] = {
        Fact.PHONES_PROVISIONED: len(phones),
        Fact.PHONES_REGISTERED: len(phones) - len(missing),
    }
    if missing:
        facts[Fact.PHONES_MISSING] = clean(", ".join(missing[:MOST_MISSING]))
    for name in phones[:MOST_PHONES]:
        if firmware.get(name):
            facts[Fact.PHONE_FIRMWARE.of(name)] = firmware[name]
    return facts


def _is_phone(endpoint: Message) -> bool:
    return bool(
        endpoint.get("ObjectName") and endpoint.get("Auths") and not endpoint.get("OutboundAuths")
    )


def _trunks(lists: Lists) -> dict[str, Value]:
    trunks = lists[TRUNKS]
    if trunks is None:
        return {}
    states = {row.get("ObjectName", ""): clean(row.get("Status", "")) for row in trunks}
    down = sum(state != REGISTERED for state in states.values())
    facts: dict[str, Value] = {Fact.TRUNKS: len(states), Fact.TRUNKS_DOWN: down}
    for name, state in list(states.items())[:MOST_TRUNKS]:
        facts[Fact.TRUNK_STATE.of(name)] = state
    return facts


def _voicemail(lists: Lists) -> dict[str, Value]:
    boxes = lists[MAILBOXES]
    if boxes is None:
        return {}
    counts = [row.get("NewMessageCount", "") for row in boxes]
    new = sum(int(count) for count in counts if count.isdecimal())
    facts: dict[str, Value] = {Fact.VOICEMAIL_BOXES: len(boxes), Fact.VOICEMAIL_NEW: new}
    used = [share for share in map(_used, boxes) if share is not None]
    return facts | ({Fact.VOICEMAIL_USED.value: max(used)} if used else {})


def _used(box: Message) -> float | None:
    """Return how full a box is in per cent: `MaxMessageCount` is of the folder of new messages."""
    new, most = box.get("NewMessageCount", ""), box.get("MaxMessageCount", "")
    if not (new.isdecimal() and most.isdecimal() and int(most)):
        return None
    return round(100 * int(new) / int(most), 1)
