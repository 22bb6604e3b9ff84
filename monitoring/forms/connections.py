"""Ways to equipment as people type them."""

from __future__ import annotations

from typing import Any

from django import forms

from calcom_portal.common.fields import LineField, RowField, SubmissionField, WholeNumberField
from contracts.models import Device
from monitoring.actions._ways import HIGHEST_PORT, Way
from monitoring.models import Connection, Credential, SiteAgent, Transport
from monitoring.ways import LANGUAGES

TRANSPORTS = (
    (Transport.DIRECT.value, "Straight from the portal"),
    (Transport.AGENT.value, "Through the agent at the site"),
)


class ConnectionForm(forms.Form):
    """How a device is reached in one language, which stands in the address."""

    transport = forms.ChoiceField(
        choices=TRANSPORTS,
        initial=Transport.DIRECT.value,
        widget=forms.RadioSelect,
        label="Through what",
    )
    agent = RowField(queryset=None, required=False, label="Agent", empty_label="No agent")
    host = LineField(
        max_length=253, label="Name or address", help_text="Such as pbx.example.com or 192.0.2.10."
    )
    port = WholeNumberField(minimum=1, maximum=HIGHEST_PORT, required=False, label="Port")
    credential = RowField(
        queryset=None, required=False, label="Credential", empty_label="No credential"
    )
    submission = SubmissionField()

    def __init__(
        self,
        *args: Any,
        device: Device,
        driver: str,
        connection: Connection | None = None,
        **options: Any,
    ):
        if connection is not None:
            options["initial"] = _facts_of(connection)
        super().__init__(*args, **options)
        self.driver = driver
        language = LANGUAGES[driver]
        self._offer_agents(device)
        self._offer_credentials(device, language.credentials, needed=language.needs_credential)
        port = self.fields["port"]
        port.help_text = (
            f"Empty: the usual one, {language.usual_port}."
            if language.usual_port
            else "Each check names its own."
        )

    @property
    def way(self) -> Way:
        """Return what was typed."""
        data = self.cleaned_data
        return Way(
            driver=self.driver,
            host=data["host"],
            port=data["port"] or 0,
            transport=data["transport"],
            agent=data.get("agent"),
            credential=data.get("credential"),
        )

    def _offer_agents(self, device: Device) -> None:
        rows = SiteAgent.objects.filter(customer_id=device.customer_id, revoked_at=None)
        self.fields["agent"].queryset = rows.order_by("name")  # type: ignore[attr-defined]
        if not rows.exists():
            del self.fields["agent"]
            self.fields["transport"].help_text = "No agent is set up at this customer's sites."

    def _offer_credentials(self, device: Device, kinds: tuple[str, ...], *, needed: bool) -> None:
        if not kinds:
            del self.fields["credential"]
            return
        rows = Credential.objects.filter(customer_id=device.customer_id, kind__in=kinds)
        field = self.fields["credential"]
        field.queryset = rows.order_by("name")  # type: ignore[attr-defined]
        field.required = needed


class HostKeyForm(forms.Form):
    """The fingerprint that somebody read on the machine itself."""

    fingerprint = LineField(
        max_length=80,
        label="Fingerprint",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "num"}),
    )


def _facts_of(connection: Connection) -> dict[str, Any]:
    return {
        "transport": connection.transport,
        "agent": connection.agent_id,
        "host": connection.host,
        "port": connection.port or None,
        "credential": connection.credential_id,
    }
