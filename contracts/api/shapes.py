"""How sites, devices, contracts and calendars look in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api import Named
from calcom_portal.common.api.conditions import etag_of
from calcom_portal.common.api.fields import InstantField
from contracts.models import ContractState, Device, DeviceKind, Ending, Milestone
from contracts.rates import Rule
from contracts.renewals import RenewalRule


class SiteShape(serializers.Serializer[Any]):
    """A place of a customer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    zone = serializers.CharField()
    is_active = serializers.BooleanField()
    customer = Named()


class DeviceShape(serializers.Serializer[Any]):
    """An installed product."""

    id = serializers.IntegerField()
    version = serializers.CharField(
        source="pk", help_text="The ETag: changes with everything else that is said here."
    )
    name = serializers.CharField()
    kind = serializers.ChoiceField(DeviceKind.values)
    vendor = serializers.CharField()
    model = serializers.CharField()
    serial = serializers.CharField()
    asset_tag = serializers.CharField()
    room = serializers.CharField()
    extension = serializers.CharField()
    replaces = serializers.IntegerField(
        source="replaces_id", allow_null=True, help_text="The device that it was put in for."
    )
    installed_on = serializers.DateField(allow_null=True)
    installed_by_us = serializers.BooleanField()
    retired_on = serializers.DateField(allow_null=True)
    site = Named()
    customer = Named()

    def to_representation(self, instance: Device) -> dict[str, Any]:
        """Return the device with its version."""
        shape: dict[str, Any] = super().to_representation(instance)
        shape["version"] = etag_of(shape)
        return shape


class CoverShape(serializers.Serializer[Any]):
    """What a contract covers: a device, a site, or (both null) the whole company."""

    site = Named(allow_null=True)
    device = Named(allow_null=True)
    first_day = serializers.DateField(allow_null=True, help_text="Null before the signature.")
    last_day = serializers.DateField(
        allow_null=True, help_text="Null: no end, or not signed. An amendment may end it early."
    )


class RenewalShape(serializers.Serializer[Any]):
    """What happens at the end of a contract."""

    rule = serializers.ChoiceField([rule.value for rule in RenewalRule])
    months = serializers.IntegerField()
    notice_days = serializers.IntegerField()


class MilestoneShape(serializers.Serializer[Any]):
    """One step in the life of a contract."""

    milestone = serializers.ChoiceField(Milestone.values)
    on = serializers.DateField(help_text="The day from which it counts.")
    words = serializers.CharField()
    at = InstantField(help_text="When it was written down.")


class RatesShape(serializers.Serializer[Any]):
    """Prices of labour; amounts are text, because numbers in JSON are not exact."""

    currency = serializers.CharField(help_text="ISO 4217.")
    normal = serializers.CharField(help_text="An hour in business hours.")
    after_hours = serializers.CharField(help_text="An hour outside them.")
    trip = serializers.CharField(help_text="One trip to a site.")


class RoundingShape(serializers.Serializer[Any]):
    """How minutes of labour are rounded."""

    step = serializers.IntegerField(help_text="In minutes; 0: not at all.")
    rule = serializers.ChoiceField([rule.value for rule in Rule])
    minimum = serializers.IntegerField(help_text="In minutes.")


class TermsShape(serializers.Serializer[Any]):
    """One immutable version of what is promised."""

    number = serializers.IntegerField()
    effective_on = serializers.DateField()
    tier_code = serializers.CharField()
    tier_name = serializers.CharField()
    calendar = Named()
    promise = serializers.DictField(help_text="The targets, in the neutral form.")
    clauses = serializers.ListField(child=serializers.DictField())
    rates = serializers.DictField(
        allow_null=True, help_text="Agreed labour rates; null: the provider's price list counts."
    )
    rounding = serializers.DictField(
        allow_null=True, help_text="How minutes of labour are rounded; null: as the price list."
    )


class ContractShape(serializers.Serializer[Any]):
    """An agreement with a customer, with all versions of its terms."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.ChoiceField(ContractState.values)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    signed_at = InstantField(allow_null=True)
    signed_name = serializers.CharField()
    customer = Named()
    renewal = RenewalShape()
    ending = serializers.ChoiceField(
        Ending.values, help_text="Why it is not renewed any more; empty: nothing is decided."
    )
    notice_by = serializers.DateField(
        allow_null=True, help_text="The last day on which notice is in time for the present end."
    )
    covers = CoverShape(many=True)
    terms = TermsShape(many=True)
    events = MilestoneShape(many=True, help_text="Its life, in order.")


class VersionShape(serializers.Serializer[Any]):
    """One immutable version of a calendar."""

    number = serializers.IntegerField()
    fingerprint = serializers.CharField()
    note = serializers.CharField()
    created_at = InstantField()
    spec = serializers.DictField(help_text="Zone, weekly hours, holidays, special hours.")


class CalendarShape(serializers.Serializer[Any]):
    """A service calendar with its versions, the newest first: that one is in effect."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    versions = VersionShape(many=True)


class SitePage(serializers.Serializer[Any]):
    """Some sites, and where the next ones are."""

    items = SiteShape(many=True)
    next = serializers.URLField(allow_null=True)


class DevicePage(serializers.Serializer[Any]):
    """Some devices, and where the next ones are."""

    items = DeviceShape(many=True)
    next = serializers.URLField(allow_null=True)


class ContractPage(serializers.Serializer[Any]):
    """Some contracts, and where the next ones are."""

    items = ContractShape(many=True)
    next = serializers.URLField(allow_null=True)


class CalendarPage(serializers.Serializer[Any]):
    """Some calendars, and where the next ones are."""

    items = CalendarShape(many=True)
    next = serializers.URLField(allow_null=True)
