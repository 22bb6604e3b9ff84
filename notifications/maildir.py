"""Reading the demo's mail folder. Only mail of the viewer's provider and its people is found."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from heapq import merge
from itertools import islice
from pathlib import Path

from accounts.models import Membership
from calcom_portal.common.errors import Missing
from notifications.channels.folder import folder_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail as it was sent. `text` is its plain part."""

    name: str
    subject: str
    to: str
    sent_at: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str


def newest_mails(provider_id: int, *, before: str = "") -> list[DemoMail]:
    """Return a page of mails, newest first: those named before `before`, if given."""
    names = merge(
        ((name, False) for name in _names(folder_of(provider_id), before)),
        ((name, True) for name in _names(folder_of(None), before)),
        reverse=True,
    )
    found = (_open(provider_id, name) for name, _ in names)
    return list(islice((mail for mail in found if mail is not None), PAGE))


def read_mail(provider_id: int, name: str) -> DemoMail:
    """Return one mail. Raises Missing."""
    mail = _open(provider_id, name)
    if mail is None:
        raise Missing("There is no such mail.", remedy="Look for it in the list.")
    return mail


def raw_mail(provider_id: int, name: str) -> bytes:
    """Return one mail as it was sent. Raises Missing."""
    path = _path(provider_id, name)
    if path is None:
        raise Missing("There is no such mail.", remedy="Look for it in the list.")
    return path.read_bytes()


def _names(folder: Path, before: str) -> Iterator[str]:
    if not folder.is_dir():
        return
    names = (path.stem for path in folder.glob("[0-9]*.eml"))
    yield from sorted((name for name in names if not before or name < before), reverse=True)


def _open(provider_id: int, name: str) -> DemoMail | None:
    path = _path(provider_id, name)
    return _parse(path) if path else None


def _path(provider_id: int, name: str) -> Path | None:
    own = folder_of(provider_id) / f"{name}.eml"
    if own.is_file():
        return own
    # Password resets name no provider: they are shown where the person is a member.
    account = folder_of(None) / f"{name}.eml"
    return account if account.is_file() and _is_for_a_member(account) else None


def _is_for_a_member(path: Path) -> bool:
    message = _read(path)
    addresses = [address.lower() for _, address in getaddresses([str(message.get("To", ""))])]
    return bool(Membership.objects.filter(email__in=addresses, is_active=True).exists())


def _parse(path: Path) -> DemoMail:
    message = _read(path)
    body = message.get_body(("plain",))
    return DemoMail(
        name=path.stem,
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
        sent_at=_when(message),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=body.get_content() if body else "",
    )


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _when(message: EmailMessage) -> datetime | None:
    try:
        sent_at = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return None
    # Django writes -0000, which Python reads as "zone unknown"; it is UTC.
    return sent_at.replace(tzinfo=UTC) if sent_at.tzinfo is None else sent_at
