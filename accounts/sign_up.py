"""Companies that open a provider by themselves: what is asked, how often, and the link.

Nothing here depends on whether an address or a company is known: the answer is always the same
page, and the letter always the same letter. Limits are rows, so they hold whatever the cache does.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from accounts.actions.open_provider import NewProvider
from calcom_portal.common.errors import Missing, RuleBroken

SALT: Final = "accounts.sign_up"
GOOD_FOR: Final = timedelta(hours=24)
# Letters to one address in a day; sign-ups from one place in an hour.
LETTERS_A_DAY: Final = 3
TRIES_AN_HOUR: Final = 10
LONGEST_SLUG: Final = 32


class NoSignUp(Missing):
    """Unknown, used and expired links look the same."""

    title = "This link cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "The link is not complete, was used already or has expired.",
            remedy="Sign in if your portal is open already, or begin again.",
        )


class TooManyTries(RuleBroken):
    """Too many sign-ups from one place."""

    status = 429
    code = "too-many-tries"
    title = "That was too often"

    def __init__(self) -> None:
        super().__init__(
            "Too many sign-ups came from your network within an hour.",
            remedy="Try again in an hour.",
        )


def check_open() -> None:
    """Raise Missing where the installation does not let companies sign up."""
    if not settings.SIGN_UP_OPEN:
        raise Missing(
            "Nothing is at this address.", remedy="Check the link, or start from the first page."
        )


def token_of(nonce: str) -> str:
    """Return the token that belongs to a nonce: 64 hexadecimal digits."""
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()


def confirm_path(nonce: str) -> str:
    """Return the path of the page on which a sign-up is confirmed."""
    return reverse("sign_up_confirm", args=[token_of(nonce)])


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 network of an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)


def begin_as(company: str) -> NewProvider:
    """Return what a company begins with; its first hour changes the rest.

    The short name ends at random, so that nobody learns from it which names are taken.
    """
    slug = slugify(company)[:LONGEST_SLUG].strip("-")
    return NewProvider(
        name=company,
        slug=f"{slug or 'provider'}-{secrets.token_hex(3)}",
        reference_prefix=_prefix_of(company),
        mail_from=settings.DEFAULT_FROM_EMAIL,
    )


def _prefix_of(company: str) -> str:
    """Return the initials of up to three words, or the first letters of the only one."""
    words = re.findall(r"[A-Z][A-Za-z]*", slugify(company).replace("-", " ").title())
    letters = "".join(word[0] for word in words[:3]) if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "T"
