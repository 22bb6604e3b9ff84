"""Questions about sites, devices and contracts, as the business would ask them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat, Lower

from calcom_portal.common.owned import OwnedManager, Row
from calcom_portal.common.text import one_form


class SiteQuerySet(models.QuerySet[Row]):
    """Sites in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose name or address holds the text, in either Unicode form."""
        text = one_form(text.strip())
        return self.filter(Q(name__icontains=text) | Q(address__icontains=text)) if text else self

    def by_name(self) -> Self:
        """Make them orderable by `sort_name`, which does not tell capitals from small letters."""
        return self.annotate(sort_name=Lower("name"))


class DeviceQuerySet(models.QuerySet[Row]):
    """Devices in the current scope."""

    def in_service(self) -> Self:
        """Keep those that were not taken out of service."""
        return self.filter(retired_on__isnull=True)

    def named_like(self, text: str) -> Self:
        """Keep those whose name, product, serial number or tag holds the text."""
        text = one_form(text.strip())
        if not text:
            return self
        found = Q(name__icontains=text) | Q(serial__icontains=text) | Q(asset_tag__icontains=text)
        return self.filter(found | Q(vendor__icontains=text) | Q(model__icontains=text))

    def by_name(self) -> Self:
        """Make them orderable by `sort_name`, which does not tell capitals from small letters."""
        return self.annotate(sort_name=Lower("name"))

    def by_place(self) -> Self:
        """Make them orderable by `place`: the site first, then the name."""
        parts = (Lower("site__name"), Cast("site_id", CharField()), Lower("name"))
        return self.annotate(place=Concat(parts[0], Value(" "), parts[1], Value(" "), parts[2]))


class ContractQuerySet(models.QuerySet[Row]):
    """Contracts in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose number, or whose customer's name, holds the text."""
        text = one_form(text.strip())
        if not text:
            return self
        return self.filter(Q(number__icontains=text) | Q(customer__name__icontains=text))

    def drafted(self) -> Self:
        """Keep drafts, also those that wait for a signature."""
        return self.filter(state__in=("draft", "sent"))

    def in_force_on(self, day: date) -> Self:
        """Keep signed ones that run on a day."""
        runs = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(runs, state="signed", starts_on__lte=day)

    def ending_by(self, day: date, last: date) -> Self:
        """Keep those that run on a day, end by another one, and do not renew by themselves."""
        stays = Q(renewal_rule="automatic", ending="")
        return self.in_force_on(day).filter(ends_on__lte=last).exclude(stays)

    def ended_before(self, day: date) -> Self:
        """Keep signed ones that ended before a day."""
        return self.filter(state="signed", ends_on__lt=day)


class ProductModelQuerySet(models.QuerySet[Row]):
    """Models of the catalogue in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose maker or model holds the text."""
        text = one_form(text.strip())
        return self.filter(Q(vendor__icontains=text) | Q(model__icontains=text)) if text else self

    def named(self, vendor: str, model: str) -> Self:
        """Keep the one of this maker and name, whatever the case."""
        return self.filter(vendor__iexact=vendor, model__iexact=model)

    def by_name(self) -> Self:
        """Make them orderable by `sort_name`: the maker first, then the model."""
        return self.annotate(sort_name=Concat(Lower("vendor"), Value(" "), Lower("model")))


class WarrantyItemQuerySet(models.QuerySet[Row]):
    """Lines of warranty lists in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose device or contract holds the text."""
        text = one_form(text.strip())
        if not text:
            return self
        found = Q(device__name__icontains=text) | Q(device__serial__icontains=text)
        return self.filter(found | Q(contract__number__icontains=text))

    def agreed(self) -> Self:
        """Keep those of signed contracts: a draft promises nothing."""
        return self.filter(contract__state="signed")


SiteManager = OwnedManager.from_queryset(SiteQuerySet)
DeviceManager = OwnedManager.from_queryset(DeviceQuerySet)
ContractManager = OwnedManager.from_queryset(ContractQuerySet)
ProductModelManager = OwnedManager.from_queryset(ProductModelQuerySet)
WarrantyItemManager = OwnedManager.from_queryset(WarrantyItemQuerySet)
