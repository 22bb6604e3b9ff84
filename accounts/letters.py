"""Invitations go out through the outbox, which is an upper app: it registers its postman here.

A letter carries no secret. The token of its link is computed from the portal's secret key and the
letter's nonce when the mail is written, so neither the invitation nor the outbox can be used to
get in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.crypto import salted_hmac

SALT = "accounts.invitation"


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """An invitation on its way. `nonce` is also the key of the event: each nonce is sent once."""

    provider_id: int
    customer_id: int | None
    address: str
    name: str
    company: str
    role: str
    invited_by: str
    nonce: str
    expires_at: datetime


Postman = Callable[[InvitationLetter], None]

_postmen: list[Postman] = []


def register_postman(postman: Postman) -> Postman:
    """Make `postman` carry the letters."""
    _postmen[:] = [postman]
    return postman


def post(letter: InvitationLetter) -> None:
    """Hand the letter over, in the transaction of the invitation."""
    if not _postmen:
        raise LookupError("Nobody carries letters: call register_postman in the app's ready().")
    _postmen[0](letter)


def token_of(nonce: str) -> str:
    """Return the token that belongs to a nonce: 64 hexadecimal digits."""
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()


def invitation_path(nonce: str) -> str:
    """Return the path of the page on which the invitation is accepted."""
    return reverse("accept_invitation", args=[token_of(nonce)])
