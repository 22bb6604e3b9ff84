"""The one validator of e-mail addresses. Pure."""

from __future__ import annotations

import re

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class BadAddress(ValueError):
    """Why an address cannot be used, in words for the person who typed it."""


def clean_email(value: str) -> str:
    """Return the address trimmed and in lower case: one person has one spelling.

    Quoted local parts and address literals are refused although RFC 5321 knows them, and so is
    everything outside ASCII: mail servers differ over both, and look-alike letters make two people
    of one. Raises BadAddress.
    """
    address = value.strip(" \t")
    if len(address) > LONGEST:
        raise BadAddress(f"An e-mail address has at most {LONGEST} characters.")
    if not address.isascii():
        raise BadAddress(
            "Write the address without accents or other scripts; a domain in its xn-- form."
        )
    local, at, domain = address.rpartition("@")
    if not at or not _is_local(local) or not _is_domain(domain):
        raise BadAddress("Write an address like name@company.com.")
    return address.lower()


def _is_local(local: str) -> bool:
    return len(local) <= 64 and LOCAL.fullmatch(local) is not None


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return (
        len(labels) > 1
        and all(LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
