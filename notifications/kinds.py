"""What kinds of notices there are: a registry that apps fill in `ready()`.

How a kind's mail is written: `template` names a pair of templates without their ending, such as
"tickets/mail/breached" for breached.txt and breached.html. They extend mail/base.txt and
mail/base.html and fill the blocks `subject` (text only, one line) and `body`. They see

    payload            what the draft carried, and nothing of the database
    reader             who reads: name, zone; `{{ payload.due|at:reader }}` spells an ISO instant
                       (`{% load mails %}`)
    provider_name, portal_url (no slash at the end), acknowledge_url (critical kinds only)

`payload.url` (a path such as /tickets/CC-1042/) becomes the button of the mail, with
`payload.url_label` on it, and the link in a digest. `payload.attached` names documents that go
with the mail: see `notifications.attached`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Audience(StrEnum):
    """Whose settings list a kind. NOBODY: it only goes to people who are not members yet."""

    EVERYONE = "everyone"
    STAFF = "staff"
    CUSTOMERS = "customers"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice.

    `title` and `group` are words for the settings page. A critical kind asks for an acknowledgement
    and cannot be muted; `mutable=False` alone means: always sent, no answer wanted. `secrets` adds
    to the payload, when the mail is written, what must not lie in the outbox (such as a link that
    lets somebody in); it does not run for what administrators see.
    """

    code: str
    title: str
    group: str
    template: str
    critical: bool = False
    mutable: bool = True
    audience: Audience = Audience.EVERYONE
    secrets: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    @property
    def can_be_muted(self) -> bool:
        """May a person turn it off?"""
        return self.mutable and not self.critical


_kinds: dict[str, NoticeKind] = {}


def register_kinds(*kinds: NoticeKind) -> None:
    """Make kinds known. Raises ValueError when a code is taken by another kind."""
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"The notice kind {kind.code!r} is registered twice, differently.")


def kind_of(code: str) -> NoticeKind:
    """Return the kind. Raises LookupError for one that nobody registered."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(
            f"Nobody registered the notice kind {code!r}: call register_kinds in the app's ready()."
        ) from None


def all_kinds() -> list[NoticeKind]:
    """Return every kind, by group and title."""
    return sorted(_kinds.values(), key=lambda kind: (kind.group, kind.title))


def title_of(code: str) -> str:
    """Return the words for a kind, also for one that a former release knew."""
    kind = _kinds.get(code)
    return kind.title if kind else code.replace("_", " ").capitalize()
