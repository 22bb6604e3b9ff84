"""From a bundle of notices to a mail: text and HTML, with headers that nobody can add to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.emails import clean_email
from notifications.attached import files_of
from notifications.bundles import Bundle, Letter, Reader
from notifications.kinds import kind_of
from notifications.tokens import acknowledge_token

DIGEST = "mail/digest"
# Beyond so many, a digest lists references only.
LISTED_IN_FULL = 100
LONGEST_SUBJECT = 180

PayloadOf = Callable[[Letter], dict[str, Any]]


class PortalMail(EmailMultiAlternatives):
    """A mail that knows in whose name it goes out."""

    provider_id: int


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as text, before it has headers."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in a digest."""

    title: str
    url: str
    subject_ref: str


def build_mail(bundle: Bundle) -> PortalMail:
    """Return the mail of a bundle.

    Raises LookupError for a kind that nobody registered, BadAddress for an address that is none.
    """
    template, context = _plan(bundle, _with_secrets)
    written = _written(template, context)
    mail = PortalMail(
        subject=written.subject,
        body=written.text,
        from_email=formataddr((one_line(bundle.sender.name), bundle.sender.address)),
        # The bare address: a display name can never become a second recipient.
        to=[clean_email(bundle.reader.address)],
        headers=_headers(bundle),
    )
    html = _render(f"{template}.html", context | {"subject": written.subject}, escape=True)
    mail.attach_alternative(html, "text/html")
    for name, data, media_type in files_of(bundle):
        mail.attach(name, data, media_type)
    mail.provider_id = bundle.sender.provider_id
    return mail


def write_text(bundle: Bundle) -> Written:
    """Return subject and text for people who look into the outbox: without links that let in."""
    template, context = _plan(bundle, _as_stored)
    return _written(template, context | {"acknowledge_url": ""})


def one_line(text: str) -> str:
    """Return `text` without line breaks and control characters: safe in a header."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    # An encoded word (RFC 2047) that somebody typed would be decoded by the reader's program.
    return line.replace("=?", "= ?")


def _as_stored(letter: Letter) -> dict[str, Any]:
    return letter.payload


def _with_secrets(letter: Letter) -> dict[str, Any]:
    secrets = kind_of(letter.kind).secrets
    return letter.payload | secrets(letter.payload) if secrets else letter.payload


def _plan(bundle: Bundle, payload_of: PayloadOf) -> tuple[str, dict[str, Any]]:
    """Return the template without its ending, and what it may see."""
    context = _frame(bundle)
    if len(bundle.letters) == 1:
        letter = bundle.letters[0]
        return kind_of(letter.kind).template, context | {
            "payload": payload_of(letter),
            "ladder_step": letter.ladder_step,
        }
    in_full = bundle.letters[:LISTED_IN_FULL]
    return DIGEST, context | {
        "lines": [_line(letter, bundle.reader) for letter in in_full],
        "others": [letter.subject_ref for letter in bundle.letters[LISTED_IN_FULL:]],
        "count": len(bundle.letters),
        "ladder_step": max(letter.ladder_step for letter in bundle.letters),
    }


def _frame(bundle: Bundle) -> dict[str, Any]:
    url = ""
    if bundle.is_critical:
        url = _portal(reverse("acknowledge", args=[acknowledge_token(bundle.letters[0].notice_id)]))
    return {
        "reader": bundle.reader,
        "provider_name": bundle.sender.name,
        "portal_url": settings.PORTAL_URL.rstrip("/"),
        "settings_url": _portal(reverse("notice_settings")),
        "acknowledge_url": url,
    }


def _line(letter: Letter, reader: Reader) -> Line:
    kind = kind_of(letter.kind)
    seen = {
        "payload": letter.payload,
        "reader": reader,
        "portal_url": settings.PORTAL_URL.rstrip("/"),
    }
    url = str(letter.payload.get("url", ""))
    return Line(
        _written(kind.template, seen).subject, _portal(url) if url else "", letter.subject_ref
    )


def _written(template: str, context: dict[str, Any]) -> Written:
    first, _, rest = _render(f"{template}.txt", context, escape=False).lstrip().partition("\n")
    return Written(one_line(first)[:LONGEST_SUBJECT], f"{rest.strip()}\n")


def _render(name: str, context: dict[str, Any], *, escape: bool) -> str:
    # Through the engine's own template: Django's wrapper would escape the text part as well.
    template: Any = get_template(name)
    text: str = template.template.render(Context(context, autoescape=escape))
    return text


def _headers(bundle: Bundle) -> dict[str, str]:
    sender, reader = bundle.sender, bundle.reader
    headers = {
        "To": formataddr((one_line(reader.name), reader.address)),
        "Message-ID": bundle.message_id,
        "List-Id": f"<notices.{sender.slug}.{settings.MAIL_DOMAIN}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if root := _thread_root(bundle):
        headers |= {"In-Reply-To": root, "References": root}
    return headers


def _thread_root(bundle: Bundle) -> str:
    """Return the name of the thread, so that all mail on one ticket stands together."""
    references = {letter.subject_ref for letter in bundle.letters}
    if len(references) != 1 or not (reference := references.pop()):
        return ""
    key = f"{bundle.sender.provider_id}:{reference}"
    return f"<{salted_hmac('notifications.thread', key).hexdigest()}@{settings.MAIL_DOMAIN}>"


def _portal(path: str) -> str:
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"
