"""Found a provider."""

from __future__ import annotations

from accounts.audit import record
from accounts.chains import start_chains
from accounts.founding import lay_foundations
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope


def create_provider(
    *,
    name: str,
    slug: str,
    reference_prefix: str,
    mail_from: str,
    zone: str = "America/Los_Angeles",
    phone: str = "",
) -> Provider:
    """Create a provider with everything that the registered founding steps give it.

    Opens its own scopes; `open_provider` and `confirm_sign_up` are built on it. Raises RuleBroken
    when the slug is taken.
    """
    with system_scope("found a provider") as scope:
        if Provider.objects.filter(slug=slug).exists():
            raise RuleBroken(
                f"There is a provider {slug} already.",
                remedy="Choose another short name.",
                field="slug",
            )
        provider: Provider = Provider.objects.create(
            name=name,
            slug=slug,
            reference_prefix=reference_prefix,
            mail_from=mail_from,
            zone=zone,
            phone=phone,
            created_at=scope.now,
        )
        with provider_scope(provider_id=provider.pk):
            start_chains(provider.pk)
            lay_foundations(provider.pk)
            founder = Viewer.system("founding", provider_id=provider.pk)
            record(founder, "provider.created", provider, slug=slug)
    return provider
