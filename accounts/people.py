"""Accounts of people, which belong to no tenant. Out of reach inside a scope."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.emails import clean_email
from accounts.models import User


def user_with_address(email: str) -> User | None:
    """Return the person with an address, or None."""
    return User.objects.filter(email__iexact=email).first()


@transaction.atomic
def forget_users(user_ids: list[int]) -> None:
    """Erase accounts of people who are nowhere any more: the rows stay, nobody can sign in."""
    EmailAddress.objects.filter(user_id__in=user_ids).delete()
    Authenticator.objects.filter(user_id__in=user_ids).delete()
    for user in User.objects.filter(pk__in=user_ids):
        user.email, user.name = f"erased-{user.pk}@erased.invalid", "Former colleague"
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["email", "name", "is_active", "password"])


@transaction.atomic
def create_user(
    *, email: str, name: str, password: str | None, zone: str = "America/Los_Angeles"
) -> User:
    """Create an account whose address is known to be right: its owner opened a link sent to it."""
    user = User.objects.create_user(clean_email(email), password, name=name, zone=zone)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
