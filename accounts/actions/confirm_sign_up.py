"""Confirm a sign-up: found the provider and make its founder the first administrator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts.actions.open_provider import found_on_plan
from accounts.audit import record
from accounts.capabilities import Role
from accounts.identity import viewer_of
from accounts.models import Membership, Provider, SignUp, User
from accounts.operator_log import log_act
from accounts.operators import SIGN_UP
from accounts.people import create_user, user_with_address
from accounts.plans import TRIAL, plan_named
from accounts.sign_up import NoSignUp, begin_as, check_open
from accounts.tokens import hashed
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import ask_database_now, provider_scope


@dataclass(frozen=True, slots=True)
class OpenSignUp:
    """What the page behind the link may show."""

    company: str
    name: str
    email: str


def open_sign_up(token: str) -> OpenSignUp:
    """Find a sign-up by its token. Raises NoSignUp, Missing where sign-up is closed."""
    check_open()
    found = SignUp.objects.filter(
        token_hash=hashed(token), used_at__isnull=True, expires_at__gt=ask_database_now()
    ).first()
    if found is None:
        raise NoSignUp
    return OpenSignUp(found.company, found.name, found.email)


@transaction.atomic
def confirm_sign_up(*, token: str, name: str = "", password: str = "") -> Membership:
    """Found the provider; a person who is new here gets an account.

    Runs outside any scope. `password` is for new people only; the caller makes sure that one with
    an account has signed in to it. Of two who open the same link at once one founds, the other gets
    NoSignUp. Raises RuleBroken when an account exists and a password is given.
    """
    wanted = open_sign_up(token)
    now = ask_database_now()
    still_open = SignUp.objects.filter(token_hash=hashed(token), used_at__isnull=True)
    if not still_open.update(used_at=now):
        raise NoSignUp
    user = user_with_address(wanted.email)
    if user is not None and password:
        raise RuleBroken(
            f"{wanted.email} has an account already.", remedy="Sign in, then open the link."
        )
    user = user or create_user(email=wanted.email, name=name, password=password)
    provider = found_on_plan(begin_as(wanted.company), plan_named(TRIAL))
    person = _join(provider, user)
    log_act(SIGN_UP, "provider.signed_up", tenant=provider.pk, tenant_name=provider.name)
    return person


def _join(provider: Provider, user: User) -> Membership:
    with provider_scope(provider_id=provider.pk):
        person = Membership.objects.create(
            provider=provider,
            user_id=user.pk,
            role=Role.PROVIDER_ADMIN.value,
            name=user.name,
            email=user.email,
            zone=user.zone,
        )
        record(viewer_of(person), "provider.signed_up", provider)
    return person
