"""`manage.py rotate_credentials`: seal everything with the present key; a former one can go then.

Put the new key into SECRET_KEY and the former one into SECRET_KEY_FALLBACKS first. It may run while
the portal works, and again after it was broken off.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Provider
from accounts.resealing import reseal_registered
from accounts.sealing import SealBroken, present_key_id, reseal
from accounts.signin import AUTHENTICATORS
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, system_scope
from monitoring.actions.rotate_credentials import rotate_credentials

# Where allauth keeps what it sealed, by the kind of second step.
PARTS = ("secret", "seed")


class Command(BaseCommand):
    """Seals anew. Ends with an error when something cannot be opened."""

    help = "Seal credentials, second steps and texts of changes with the present key."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through everything and say what was done."""
        moved, broken = _second_steps()
        for provider_id in _providers():
            more, lost = _credentials_of(provider_id)
            above = reseal_registered(provider_id)
            moved, broken = moved + more + above.moved, broken + lost + list(above.broken)
        self.stdout.write(f"{moved} secrets were sealed with the present key {present_key_id()}.")
        if broken:
            raise CommandError(
                f"{len(broken)} cannot be opened with any key that is given: {', '.join(broken)}."
                " Put the key that sealed them among SECRET_KEY_FALLBACKS and run this again, or"
                " have them written anew."
            )


def _providers() -> list[int]:
    with system_scope("find the providers whose credentials are sealed anew"):
        return list(Provider.objects.order_by("pk").values_list("pk", flat=True))


def _credentials_of(provider_id: int) -> tuple[int, list[str]]:
    actor = Viewer.system("key rotation", provider_id=provider_id)
    moved, broken, after = 0, [], 0
    while True:
        with provider_scope(provider_id=provider_id):
            done, last = rotate_credentials(after=after, actor=actor)
        moved += done.moved
        broken += [f"credential {row_id}" for row_id in done.broken]
        if last is None:
            return moved, broken
        after = last


def _second_steps() -> tuple[int, list[str]]:
    moved, broken = 0, []
    for row_id in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            moved += _second_step(row_id)
        except SealBroken:
            broken.append(f"second step {row_id}")
    return moved, broken


@transaction.atomic
def _second_step(row_id: int) -> int:
    row = Authenticator.objects.select_for_update().filter(pk=row_id).first()
    if row is None:
        return 0
    data = {
        name: reseal(value, AUTHENTICATORS) if name in PARTS else value
        for name, value in row.data.items()
    }
    if data == row.data:
        return 0
    row.data = data
    row.save(update_fields=["data"])
    return 1
