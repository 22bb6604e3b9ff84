"""`manage.py demo_signins`: who can sign in to the demo."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.management.base import BaseCommand

from calcom_portal.demo.people import OPERATOR_SECRET, PASSWORD, SIGN_INS

LINE = "  {:<16} {:<16} {}"


class Command(BaseCommand):
    """Print the address, one person of each role, and the password that they share."""

    help = "List the demo's sign-ins."

    def handle(self, **_: Any) -> None:
        """Print the table."""
        self.stdout.write(f"\n  Sign in at {settings.PORTAL_URL} with the password {PASSWORD}\n")
        for person in SIGN_INS:
            self.stdout.write(LINE.format(person.role, person.name, person.email))
        code = format_hotp_value(hotp_value(OPERATOR_SECRET, next(yield_hotp_counters_from_time())))
        self.stdout.write(
            f"\n  The operator proves a second step: {OPERATOR_SECRET} in an authenticator app"
            f" (now {code}), then opens /operator/.\n"
        )
