"""A manager interface (AMI) on loopback that speaks as Asterisk 22 does."""

import asyncio
from collections.abc import Mapping
from hashlib import md5

from tests.monitoring.wire import Stream

NAME, SECRET, CHALLENGE = "portal", "ami-s3cret", "840415273"

ENDPOINTS = """\
Event: EndpointList
ObjectType: endpoint
ObjectName: 101
Auths: 101
OutboundAuths:
DeviceState: Not in use

Event: EndpointList
ObjectType: endpoint
ObjectName: 102
Auths: 102
OutboundAuths:
DeviceState: Unavailable

Event: EndpointList
ObjectType: endpoint
ObjectName: carrier
Auths:
OutboundAuths: carrier
DeviceState: Not in use
"""
CONTACTS = """\
Event: ContactList
Uri: sip:101@127.0.0.1:35060
UserAgent: baresip v1.0.0 (x86_64/linux)
Status: Reachable
Endpoint: 101
"""
TRUNKS = """\
Event: OutboundRegistrationDetail
ObjectName: carrier
ServerUri: sip:127.0.0.1:25060
Status: Registered

Event: AuthDetail
ObjectType: auth
ObjectName: carrier
Password: trunk-s3cret

Event: OutboundRegistrationDetail
ObjectName: spare
ServerUri: sip:192.0.2.1
Status: Rejected
"""
MAILBOXES = """\
Event: VoicemailUserEntry
VoiceMailbox: 101
MaxMessageCount: 20
NewMessageCount: 3
OldMessageCount: 9
"""
ROWS = {
    "PJSIPShowEndpoints": ENDPOINTS,
    "PJSIPShowContacts": CONTACTS,
    "PJSIPShowRegistrationsOutbound": TRUNKS,
    "VoicemailUsersList": MAILBOXES,
}
BOOTED = "Event: FullyBooted\r\nUptime: 7200\r\nLastReload: 60\r\n\r\n"
CORE = {
    "CoreSettings": "AsteriskVersion: 22.10.1~dfsg\r\n",
    "CoreStatus": "CoreCurrentCalls: 2\r\nCoreProcessedCalls: 40\r\n",
}
NOISE = "Event: PeerStatus\r\nPeer: PJSIP/101\r\n\r\n"


def manager(rows: Mapping[str, str | None] = ROWS) -> Stream:
    """Return a conversation; a list that is None is one that the login may not read."""

    def answer(asked: dict[str, str]) -> str:
        number, action = f"ActionID: {asked['ActionID']}\r\n", asked["Action"]
        if action == "Challenge":
            return f"Response: Success\r\n{number}Challenge: {CHALLENGE}\r\n\r\n"
        if action == "Login":
            key = md5(f"{CHALLENGE}{SECRET}".encode(), usedforsecurity=False).hexdigest()
            if (asked["Username"], asked["Key"]) != (NAME, key):
                return f"Response: Error\r\n{number}Message: Authentication failed\r\n\r\n"
            return f"Response: Success\r\n{number}Message: Authentication accepted\r\n\r\n{BOOTED}"
        if action in CORE:
            return f"{NOISE}Response: Success\r\n{number}{CORE[action]}\r\n"
        if (text := rows.get(action)) is None:
            return f"Response: Error\r\n{number}Message: Permission denied\r\n\r\n"
        return f"Response: Success\r\n{number}EventList: start\r\n\r\n{NOISE}{listed(text, number)}"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        while True:
            block = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = (line.split(": ", 1) for line in block.strip().split("\r\n"))
            writer.write(answer(dict(lines)).encode())

    return talk


def listed(text: str, number: str) -> str:
    blocks = [block.strip().replace("\n", "\r\n") for block in text.split("\n\n") if block.strip()]
    events = "".join(f"{block}\r\n{number}\r\n" for block in blocks)
    return f"{events}Event: ListComplete\r\n{number}EventList: Complete\r\n\r\n"
