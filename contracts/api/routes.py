"""Addresses of sites, devices, contracts and calendars in the API."""

from django.urls import path

from contracts.api.goods import ImportView, ModelsView, WarrantiesView
from contracts.api.views import (
    CalendarsView,
    CalendarView,
    ContractsView,
    ContractView,
    DevicesView,
    DeviceView,
    SitesView,
    SiteView,
)

# Ids come as any text: what is not canonical is answered like what is absent.
urlpatterns = [
    path("sites", SitesView.as_view(), name="api_sites"),
    path("sites/<str:id>", SiteView.as_view(), name="api_site"),
    path("devices", DevicesView.as_view(), name="api_devices"),
    path("devices/<str:id>", DeviceView.as_view(), name="api_device"),
    path("models", ModelsView.as_view(), name="api_models"),
    path("warranties", WarrantiesView.as_view(), name="api_warranties"),
    path("imports/<str:id>", ImportView.as_view(), name="api_import"),
    path("contracts", ContractsView.as_view(), name="api_contracts"),
    path("contracts/<str:id>", ContractView.as_view(), name="api_contract"),
    path("calendars", CalendarsView.as_view(), name="api_calendars"),
    path("calendars/<str:id>", CalendarView.as_view(), name="api_calendar"),
]
