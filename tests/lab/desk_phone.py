"""A desk phone for the lab. It is a test program, and no maker's phone.

It does what such phones do: it signs in to a real Asterisk, says its version in User-Agent, fetches
its configuration over HTTP when it is told to look (NOTIFY, Event: check-sync), and takes the
firmware that is named there. A firmware that begins with `BAD` it refuses, as phones do.
"""

import secrets
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from monitoring.probes.digest import Login, authorization, read_challenge
from monitoring.probes.egress import Pinned
from monitoring.probes.sip_messages import read_answer

KEY = "static.firmware.url"
STARTS_ANEW_SECONDS = 0.5
SENDS_AGAIN_SECONDS = 0.5


@dataclass
class DeskPhone:
    """The phone: whom it signs in as and where, and where its configuration is."""

    pbx: Pinned
    login: Login
    configuration: str
    version: str = "1.0.0.1"
    firmware: str = ""
    looked: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    line: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.line = socket.socket(type=socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.line.settimeout(0.2)

    @property
    def port(self) -> int:
        port: int = self.line.getsockname()[1]
        return port

    def live(self) -> None:
        """Sign in, and answer what is asked."""
        self.sign_in()
        while not self.over.is_set():
            data = self._heard()
            if data is None:
                continue
            first = data.split("\r\n", 1)[0]
            if first.startswith(("OPTIONS", "NOTIFY")):
                self._send(_answer(data))
            if first.startswith("NOTIFY") and "check-sync" in data:
                self.look()

    def look(self) -> None:
        """Fetch the configuration, and the firmware that it names."""
        self.looked += 1
        for line in _fetched(self.configuration).decode().splitlines():
            name, _, address = line.partition("=")
            if name.strip() == KEY and address.strip() != self.firmware:
                self._take(address.strip())

    def _take(self, address: str) -> None:
        content = _fetched(address)
        if content.startswith(b"BAD"):
            return
        self.firmware, self.version = address, content.decode().split()[0]
        time.sleep(STARTS_ANEW_SECONDS)
        self.sign_in()

    def sign_in(self) -> None:
        """REGISTER with the password, and with the version of now."""
        call, extra = secrets.token_hex(8), ""
        uri = f"sip:127.0.0.1:{self.pbx.port}"
        for number in (1, 2):
            said = self._asked(self._register(uri, call, number, extra), call)
            if said is None:
                return
            answer = read_answer(said.encode())
            if answer.status != 401:
                assert answer.status == 200, answer
                return
            challenge = read_challenge(answer.headers["www-authenticate"])
            proof = authorization(
                challenge, self.login, method="REGISTER", uri=uri, client_nonce=call
            )
            extra = f"Authorization: {proof}\r\n"

    def _register(self, uri: str, call: str, number: int, extra: str) -> str:
        person = f"<sip:{self.login.username}@127.0.0.1:{self.pbx.port}>"
        return (
            f"REGISTER {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{secrets.token_hex(8)}\r\n"
            f"Max-Forwards: 70\r\nFrom: {person};tag={call}\r\nTo: {person}\r\n"
            f"Call-ID: {call}\r\nCSeq: {number} REGISTER\r\n"
            f"Contact: <sip:{self.login.username}@127.0.0.1:{self.port}>\r\nExpires: 300\r\n"
            f"User-Agent: LabPhone X1 {self.version}\r\n{extra}Content-Length: 0\r\n\r\n"
        )

    def _asked(self, request: str, call: str) -> str | None:
        """Send a request until it is answered, as UDP asks for; None when the phone is over."""
        while not self.over.is_set():
            self._send(request)
            end = time.monotonic() + SENDS_AGAIN_SECONDS
            while time.monotonic() < end:
                data = self._heard()
                if data and data.startswith("SIP/2.0") and call in data:
                    return data
        return None

    def _heard(self) -> str | None:
        try:
            return self.line.recv(65535).decode()
        except (TimeoutError, ConnectionRefusedError):
            return None

    def _send(self, text: str) -> None:
        self.line.sendto(text.encode(), ("127.0.0.1", self.pbx.port))


def _answer(asked: str) -> str:
    kept = ("via:", "from:", "to:", "call-id:", "cseq:")
    lines = [line for line in asked.split("\r\n") if line.lower().startswith(kept)]
    lines = [f"{line};tag=phone" if line.lower().startswith("to:") else line for line in lines]
    return "\r\n".join(["SIP/2.0 200 OK", *lines, "Content-Length: 0", "", ""])


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


@contextmanager
def desk_phone(pbx: Pinned, login: Login, configuration: str) -> Iterator[DeskPhone]:
    """Have a phone live beside the test."""
    phone = DeskPhone(pbx, login, configuration)
    thread = threading.Thread(target=phone.live, daemon=True)
    thread.start()
    try:
        yield phone
    finally:
        phone.over.set()
        thread.join(10)
        phone.line.close()
