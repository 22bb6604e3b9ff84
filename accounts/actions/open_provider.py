"""Open a provider: found it on a plan and invite its first administrator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts.actions.create_provider import create_provider
from accounts.actions.invite_person import invite_with_link
from accounts.capabilities import Role
from accounts.models import Plan, Provider
from accounts.operating import inside
from accounts.operator_log import log_act
from accounts.operators import Operator
from accounts.plans import limits_of
from calcom_portal.common.tenancy import system_scope


@dataclass(frozen=True, slots=True)
class NewProvider:
    """What a provider needs to begin. `zone` is an IANA name."""

    name: str
    slug: str
    reference_prefix: str
    mail_from: str
    zone: str = "America/Los_Angeles"
    phone: str = ""


@transaction.atomic
def open_provider(
    *, wanted: NewProvider, plan: Plan, admin_email: str, admin_name: str, operator: Operator
) -> tuple[Provider, str]:
    """Found a provider and invite its first administrator; return it with the link's path.

    Runs outside any scope. Raises RuleBroken when the short name is taken, BadInput for a bad
    address.
    """
    provider = found_on_plan(wanted, plan)
    with inside(provider, operator) as actor:
        _, link = invite_with_link(
            email=admin_email,
            name=admin_name,
            role=Role.PROVIDER_ADMIN,
            customer=None,
            actor=actor,
        )
    log_act(
        operator, "provider.opened", tenant=provider.pk, tenant_name=provider.name, plan=plan.name
    )
    return provider, link


def found_on_plan(wanted: NewProvider, plan: Plan) -> Provider:
    """Found a provider with the limits of a plan."""
    provider = create_provider(
        name=wanted.name,
        slug=wanted.slug,
        reference_prefix=wanted.reference_prefix,
        mail_from=wanted.mail_from,
        zone=wanted.zone,
        phone=wanted.phone,
    )
    with system_scope("give a new provider its plan"):
        provider.plan_name, provider.limits = plan.name, limits_of(plan)
        provider.save(update_fields=["plan_name", "limits"])
    return provider
