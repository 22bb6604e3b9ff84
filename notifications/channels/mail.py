"""Mail, by SMTP or by whatever Django's mail backend is: one connection carries many messages."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from socket import SHUT_RDWR
from types import TracebackType
from typing import Any, Self

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.models import Outcome

# Longest time that one message may take, connecting included, whatever the other side does.
PATIENCE = timedelta(seconds=25)
# After so many broken connections in a row the server is thought to be away.
BREAKS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """How the other side answered, in its own words."""

    outcome: Outcome
    detail: str


class Tracked:
    """An SMTP client that shows itself before it connects, so that a watchdog can cut it off."""

    def __init__(self, *args: Any, track: Any, **kwargs: Any) -> None:
        track(self)
        super().__init__(*args, **kwargs)


class TrackedSMTP(Tracked, smtplib.SMTP):
    """Plain, or with STARTTLS."""


class TrackedSMTPS(Tracked, smtplib.SMTP_SSL):
    """TLS from the first byte."""


class SmtpBackend(EmailBackend):
    """Django's SMTP backend with a limit on the whole, not only on each read.

    A server that sends one byte a second never runs into a socket's timeout.
    """

    _client: smtplib.SMTP | None = None

    @property
    def connection_class(self) -> Any:
        """Return the client class, bound so that it is known before it connects."""
        return partial(TrackedSMTPS if self.use_ssl else TrackedSMTP, track=self._track)

    @contextmanager
    def limited(self, patience: timedelta) -> Iterator[None]:
        """Cut the connection off when what happens inside takes longer than `patience`."""
        watchdog = threading.Timer(patience.total_seconds(), self._cut_off)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def drop(self) -> None:
        """Let the connection go without a word: after a failure QUIT may hang as well."""
        if self._client is not None:
            self._client.close()
        self.connection = self._partial_connection = self._client = None

    def _track(self, client: smtplib.SMTP) -> None:
        self._client = client

    def _cut_off(self) -> None:
        sock = getattr(self._client, "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)


class MailChannel:
    """Sends messages one by one and says how each went. Never raises for what the network does."""

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self._backend = mail.get_connection(fail_silently=False)
        self._patience = patience
        self._breaks = 0

    def is_down(self) -> bool:
        """Is there no point in trying the next message now?"""
        return self._breaks >= BREAKS

    def send(self, message: EmailMessage) -> Result:
        """Hand one message over."""
        with self._limited():
            try:
                self._backend.open()
            except OSError as error:
                self._breaks = BREAKS
                return self._broken(error)
            try:
                self._backend.send_messages([message])
            except smtplib.SMTPException as error:
                return self._answer(error)
            except OSError as error:
                return self._broken(error)
            except ValueError as error:
                return Result(Outcome.REFUSED, f"The mail cannot be written: {error}")
        self._breaks = 0
        return Result(Outcome.SENT, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._limited(), suppress(OSError):
            self._backend.close()

    def _answer(self, error: smtplib.SMTPException) -> Result:
        code: int
        words: bytes | str
        match error:
            case smtplib.SMTPRecipientsRefused():
                code, words = next(iter(error.recipients.values()))
            case smtplib.SMTPSenderRefused():
                # Our own address is at fault: a matter of settings, which somebody may mend.
                return Result(Outcome.DEFERRED, _words(error.smtp_code, error.smtp_error))
            case smtplib.SMTPResponseException():
                code, words = error.smtp_code, error.smtp_error
            case _:
                return self._broken(error)
        if code == 421:
            return self._broken(error, _words(code, words))
        self._breaks = 0
        return Result(Outcome.REFUSED if code >= 500 else Outcome.DEFERRED, _words(code, words))

    def _broken(self, error: OSError, detail: str = "") -> Result:
        self._breaks += 1
        if isinstance(self._backend, SmtpBackend):
            self._backend.drop()
        return Result(Outcome.UNAVAILABLE, detail or _describe(error))

    @contextmanager
    def _limited(self) -> Iterator[None]:
        if isinstance(self._backend, SmtpBackend):
            with self._backend.limited(self._patience):
                yield
        else:
            yield


def _words(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(said.replace(chr(0), '').split())}"[:300]


def _describe(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
