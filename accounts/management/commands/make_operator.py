"""`manage.py make_operator`: let somebody run the installation, or no longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.emails import BadAddress, clean_email
from accounts.operator_log import log_act
from accounts.operators import COMMAND_LINE
from accounts.people import create_user, user_with_address


class Command(BaseCommand):
    """Sets or takes the flag. A new account gets its password by “Forgot your password?”."""

    help = "Make the owner of an e-mail address an operator of this installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read whom."""
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="for an account that does not exist yet")
        parser.add_argument("--revoke", action="store_true", help="take the right away again")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Find or create the account, set the flag, write it down."""
        try:
            email = clean_email(options["email"])
        except BadAddress as error:
            raise CommandError(str(error)) from error
        user = user_with_address(email)
        if user is None and (options["revoke"] or not options["name"]):
            raise CommandError(f"{email} has no account. Give --name to create one.")
        if user is None:
            user = create_user(email=email, name=options["name"], password=None)
        user.is_operator = not options["revoke"]
        user.save(update_fields=["is_operator"])
        act = "operator.made" if user.is_operator else "operator.revoked"
        log_act(COMMAND_LINE, act, tenant=None, email=email)
        self.stdout.write(self._words(email, is_operator=user.is_operator))

    def _words(self, email: str, *, is_operator: bool) -> str:
        if not is_operator:
            return f"{email} is no operator any more."
        return (
            f"{email} is an operator now. They sign in, set up a second step and open /operator/."
            " Without a password yet, they ask for one under “Forgot your password?”."
        )
