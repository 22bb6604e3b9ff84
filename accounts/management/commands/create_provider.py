"""`manage.py create_provider`: a new provider, and the link for its first administrator."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import create_provider
from accounts.actions.invite_person import invite_with_link
from accounts.capabilities import Role
from accounts.emails import BadAddress, clean_email
from accounts.viewer import Viewer
from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import provider_scope


class Command(BaseCommand):
    """Creates a provider and prints the invitation of its first administrator."""

    help = "Create a provider and print the invitation link of its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read what a provider needs."""
        parser.add_argument("name", help="as customers read it, such as “CalCom”")
        parser.add_argument("--slug", required=True, help="short name, unique in this portal")
        parser.add_argument("--prefix", required=True, help="of ticket references, such as CC")
        parser.add_argument("--mail-from", required=True, help="sender of the provider's mail")
        parser.add_argument("--zone", default="America/Los_Angeles", help="IANA time zone")
        parser.add_argument("--phone", default="")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, invite, print."""
        check(options)
        try:
            link = found(options)
        except PortalError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from error
        self.stdout.write(f"{options['name']} is founded. The first administrator joins here,")
        self.stdout.write(f"within seven days: {settings.PORTAL_URL.rstrip('/')}{link}")


def check(options: dict[str, Any]) -> None:
    """Raise CommandError for what the database would refuse, or a clock would trip over."""
    if options["zone"] not in zoneinfo.available_timezones():
        raise CommandError(f"{options['zone']} is no IANA time zone: write Europe/Berlin, say.")
    prefix = options["prefix"]
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper() and len(prefix) <= 6):
        raise CommandError("--prefix takes one to six capital letters, such as CC.")
    for name in ("mail_from", "admin_email"):
        try:
            clean_email(options[name])
        except BadAddress as error:
            raise CommandError(f"--{name.replace('_', '-')}: {error}") from error


@transaction.atomic
def found(options: dict[str, Any]) -> str:
    """Create the provider and its first invitation; return the path of the link."""
    provider = create_provider(
        name=options["name"],
        slug=options["slug"],
        reference_prefix=options["prefix"],
        mail_from=options["mail_from"],
        zone=options["zone"],
        phone=options["phone"],
    )
    operator = Viewer(
        name="Operator",
        role=Role.SYSTEM,
        provider_id=provider.pk,
        provider_name=provider.name,
        via="command line",
    )
    with provider_scope(provider_id=provider.pk):
        _, link = invite_with_link(
            email=options["admin_email"],
            name=options["admin_name"],
            role=Role.PROVIDER_ADMIN,
            customer=None,
            actor=operator,
        )
    return link
