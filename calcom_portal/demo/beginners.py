"""Harbor Voice, a provider in its first hour, and Olga, who runs the installation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.totp.internal.auth import TOTP

from accounts.actions import change_company, create_customer
from accounts.actions.change_plan import change_plan
from accounts.actions.open_provider import NewProvider, found_on_plan
from accounts.audit import record
from accounts.capabilities import Role
from accounts.figures import count_providers
from accounts.identity import viewer_of
from accounts.letterhead import Letterhead
from accounts.models import Membership, Provider, User
from accounts.operator_log import log_act
from accounts.operators import SIGN_UP, Operator
from accounts.plans import TRIAL, plan_named
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.founding import ZONE
from calcom_portal.demo.people import OPERATOR_SECRET

BEGAN: Final = timedelta(minutes=40)
HARBOR: Final = NewProvider(
    name="Harbor Voice",
    slug="harbor-voice",
    reference_prefix="HV",
    mail_from="service@harborvoice.example",
    zone=str(ZONE),
)
LETTERHEAD: Final = Letterhead(
    name="Harbor Voice",
    address="12 Pier Street\nPort Townsend, WA 98368",
    phone="+13605550100",
    email="hello@harborvoice.example",
)
PLANS: Final = {"calcom": "standard", "northline": "unlimited"}


def begin_harbor(user: User, now: datetime) -> None:
    """Sign Harbor Voice up forty minutes ago, and stop after its letterhead and first customer."""
    trial, began = plan_named(TRIAL), now - BEGAN
    with system_scope("found a provider of the demo"), replayed_scope(began):
        provider = found_on_plan(HARBOR, trial)
    with provider_scope(provider_id=provider.pk), replayed_scope(began):
        founder = Membership.objects.create(
            provider=provider,
            user_id=user.pk,
            role=Role.PROVIDER_ADMIN.value,
            name=user.name,
            email=user.email,
            zone=str(ZONE),
        )
        actor = viewer_of(founder)
        record(actor, "provider.signed_up", provider)
        change_company(letterhead=LETTERHEAD, actor=actor)
        create_customer(name="Pier 9 Hotel", number="H-1", phone="+13605550119", actor=actor)
    log_act(SIGN_UP, "provider.signed_up", tenant=provider.pk, tenant_name=provider.name)


def appoint_operator(user: User) -> None:
    """Make somebody the operator, with a second step, who has put the others on plans."""
    user.is_operator = True
    user.save(update_fields=["is_operator"])
    TOTP.activate(user, OPERATOR_SECRET)
    operator = Operator(user.name, user.email, user.pk)
    with system_scope("find the providers of the demo"):
        ids = dict(Provider.objects.values_list("slug", "pk"))
    for slug, plan in PLANS.items():
        change_plan(provider_id=ids[slug], plan=plan_named(plan), operator=operator)
    count_providers()
