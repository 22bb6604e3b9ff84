"""Addresses of the `contracts` app."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from contracts.views import (
    calendars,
    clauses,
    contracts,
    devices,
    drafts,
    ours,
    rates,
    sites,
    tiers,
)

urlpatterns = [
    path("sites/", sites.sites, name="sites"),
    path("sites/new/", sites.site_new, name="site_new"),
    path("sites/<id:id>/", sites.site, name="site"),
    path("sites/<id:id>/edit/", sites.site_edit, name="site_edit"),
    path("devices/", devices.devices, name="devices"),
    path("devices/new/", devices.device_new, name="device_new"),
    path("devices/<id:id>/", devices.device, name="device"),
    path("devices/<id:id>/edit/", devices.device_edit, name="device_edit"),
    path("devices/<id:id>/retire/", devices.device_retire, name="device_retire"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/new/", drafts.contract_new, name="contract_new"),
    path("contracts/examples/", drafts.contract_examples, name="contract_examples"),
    path("contracts/<id:id>/", contracts.contract, name="contract"),
    path("contracts/<id:id>/edit/", drafts.contract_edit, name="contract_edit"),
    path("contracts/<id:id>/sign/", contracts.contract_sign, name="contract_sign"),
    path("contracts/<id:id>/cancel/", contracts.contract_cancel, name="contract_cancel"),
    path("our-contract/", ours.our_contract, name="our_contract"),
    path("our-systems/", ours.our_systems, name="our_systems"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.calendar_new, name="calendar_new"),
    path("calendars/<id:id>/", calendars.calendar, name="calendar"),
    path("calendars/<id:id>/edit/", calendars.calendar_edit, name="calendar_edit"),
    path("rates/", rates.rates, name="rates"),
    path("rates/new/", rates.rates_new, name="rates_new"),
    path("tiers/", tiers.tiers, name="tiers"),
    path("tiers/<id:id>/", tiers.tier, name="tier"),
    path("tiers/<id:id>/copy/", tiers.tier_copy, name="tier_copy"),
    path("tiers/<id:id>/edit/", tiers.tier_edit, name="tier_edit"),
    path("tiers/<id:id>/hide/", tiers.tier_hide, name="tier_hide"),
    path("tiers/<id:id>/offer/", tiers.tier_offer, name="tier_offer"),
    path("tiers/<id:id>/clauses/new/", clauses.tier_clause_add, name="tier_clause_add"),
    path("tiers/<id:id>/clauses/<id:row_id>/", clauses.tier_clause_edit, name="tier_clause"),
    path(
        "tiers/<id:id>/clauses/<id:row_id>/remove/",
        clauses.tier_clause_remove,
        name="tier_clause_remove",
    ),
    path("clauses/new/", clauses.clause_new, name="clause_new"),
    path("clauses/<id:clause_id>/", clauses.clause_edit, name="clause"),
]
