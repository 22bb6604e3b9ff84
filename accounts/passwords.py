"""Passwords: one form of the text at setting and at checking, and a longest length."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError

LONGEST = 1000


def one_form(password: str) -> str:
    """Return the password in NFKC: keyboards differ in how they put together the same letters.

    NIST SP 800-63B, 5.1.1.2.
    """
    return unicodedata.normalize("NFKC", password)


class LongestPasswordValidator:
    """Refuses passwords whose hashing would only cost time."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for more than 1,000 characters."""
        if len(password) > LONGEST:
            raise ValidationError(
                f"A password has at most {LONGEST:,} characters.", code="password_too_long"
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"At most {LONGEST:,} characters."
