"""How a device is reached: through what, with which secret, and who vouched for its key."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Device, Site


class SiteAgent(CustomerOwned):
    """A small program at a site that asks equipment there on the portal's behalf.

    It comes in with a code that is good once; from then on its key is all that it is known by.
    """

    reached_through = "site"

    site = OwnedForeignKey(Site, related_name="agents")
    name = models.CharField(max_length=80)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    public_key = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=80, blank=True)
    version = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "site", "name"], name="agent_name_once"),
            models.UniqueConstraint(
                fields=["provider", "fingerprint"],
                name="agent_key_once",
                condition=~models.Q(fingerprint=""),
            ),
        )

    def __str__(self) -> str:
        return self.name


class CredentialKind(models.TextChoices):
    """What a secret opens."""

    PASSWORD = "password", "User name and password"
    SSH_KEY = "ssh_key", "SSH key"
    SNMP_COMMUNITY = "snmp_community", "SNMP community (v2c)"
    SNMP_USER = "snmp_user", "SNMP user (v3)"


class Credential(CustomerOwned):
    """A secret, sealed for its own row: it opens nowhere else. Customers' people see none.

    `sealed` holds JSON by field name, and `key_id` which key sealed it.
    """

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=CredentialKind.choices)
    sealed = models.TextField()
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "customer", "name"], name="credential_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Transport(models.TextChoices):
    """Through what a device is reached."""

    DIRECT = "direct", "Straight from the portal"
    AGENT = "agent", "Through the agent at the site"
    PUSH = "push", "The device reports by itself"


class Driver(models.TextChoices):
    """In which language a device is spoken to."""

    NETWORK = "network", "Network only (ping, ports, names, time)"
    SIP = "sip", "SIP"
    WEB = "web", "Web page"
    SNMP = "snmp", "SNMP"
    SSH = "ssh", "SSH"
    ASTERISK = "asterisk", "Asterisk over SSH"
    NUT = "nut", "Network UPS Tools"
    PUSH = "push", "Reports by itself"


class Connection(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """How one device is reached in one language.

    `host_key` is the fingerprint that somebody confirmed; `host_key_seen` one that was met and not
    confirmed yet: nothing is sent to a host with another key than the confirmed one.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="connections")
    driver = models.CharField(max_length=16, choices=Driver.choices)
    transport = models.CharField(
        max_length=8, choices=Transport.choices, default=Transport.DIRECT.value
    )
    agent = OwnedForeignKey(SiteAgent, null=True, blank=True, related_name="connections")
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict, blank=True)
    credential = OwnedForeignKey(Credential, null=True, blank=True, related_name="connections")
    host_key = models.CharField(max_length=80, blank=True)
    host_key_seen = models.CharField(max_length=80, blank=True)
    host_key_confirmed_at = models.DateTimeField(null=True)
    host_key_confirmed_by = OwnedForeignKey(Membership, null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(transport="agent", agent__isnull=False)
                | ~models.Q(transport="agent") & models.Q(agent__isnull=True),
                name="connection_names_its_agent",
            ),
        )
        indexes = (models.Index(fields=["provider", "device"], name="connection_of_device"),)

    def __str__(self) -> str:
        return f"{self.get_driver_display()} to {self.host or self.device_id}"


class EgressAllowance(ProviderOwned):
    """A private network that a provider's probes may reach without an agent."""

    network = models.CharField(max_length=43)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "network"], name="egress_network_once"),
        )

    def __str__(self) -> str:
        return self.network
