"""Addresses of sites, devices, contracts and calendars in the API."""

from django.urls import path

from accounts.api_writes import view_of
from contracts.api.catalogue import ClausesView, RatesView, TiersView, TierView
from contracts.api.devices import DeviceEditView, DeviceRetireView, DevicesWrittenView
from contracts.api.goods import (
    ExportView,
    ImportRowsView,
    ImportsView,
    ImportView,
    ModelsView,
    WarrantiesView,
)
from contracts.api.goods_writing import (
    ADD_MODEL,
    ADD_SITE,
    ADD_WARRANTY,
    EDIT_MODEL,
    EDIT_SITE,
    EDIT_WARRANTY,
    REMOVE_WARRANTY,
    SWAP,
)
from contracts.api.life import (
    AMENDING,
    CANCELLING,
    DRAFTING,
    EDITING,
    LOOKING,
)
from contracts.api.lists import APPLY_LIST, RECHECK_LIST, SEND_LIST
from contracts.api.papers import AgreementView, PapersView, PaperView, SigningRequestsView
from contracts.api.signing import DECLINING, RECORDING, SENDING, SIGNING, TAKING_BACK
from contracts.api.steps import STEPS, preview_of, write_of
from contracts.api.views import (
    CalendarsView,
    CalendarView,
    ContractsView,
    ContractView,
    DeviceView,
    SitesView,
    SiteView,
)

CONTRACT = "contracts/<str:id>"
ACTIONS = {
    "edit": EDITING,
    "cancel": CANCELLING,
    "send": SENDING,
    "take-back": TAKING_BACK,
    "sign": RECORDING,
    **{step.name: write_of(step) for step in STEPS},
    **{f"{step.name}/preview": preview_of(step) for step in STEPS},
}

GOODS = (
    ("sites/<str:id>", "edit", EDIT_SITE),
    ("devices/<str:id>", "swap", SWAP),
    ("models/<str:id>", "edit", EDIT_MODEL),
    ("warranties/<str:id>", "edit", EDIT_WARRANTY),
    ("warranties/<str:id>", "remove", REMOVE_WARRANTY),
    ("imports/<str:id>", "apply", APPLY_LIST),
    ("imports/<str:id>", "recheck", RECHECK_LIST),
)

# Ids come as any text: what is not canonical is answered like what is absent.
urlpatterns = [
    path("sites", view_of(ADD_SITE, SitesView).as_view(), name="api_sites"),
    path("sites/<str:id>", SiteView.as_view(), name="api_site"),
    path("devices", DevicesWrittenView.as_view(), name="api_devices"),
    path("devices/<str:id>", DeviceView.as_view(), name="api_device"),
    path("devices/<str:id>/actions/edit", DeviceEditView.as_view(), name="api_device_edit"),
    path("devices/<str:id>/actions/retire", DeviceRetireView.as_view(), name="api_device_retire"),
    path("models", view_of(ADD_MODEL, ModelsView).as_view(), name="api_models"),
    path(
        "warranties",
        view_of(ADD_WARRANTY, WarrantiesView).as_view(),
        name="api_warranties",
    ),
    *(
        path(f"{place}/actions/{verb}", view_of(write).as_view(), name=f"api_{write.name}")
        for place, verb, write in GOODS
    ),
    path("installed-products", ExportView.as_view(), name="api_export"),
    path("imports", view_of(SEND_LIST, ImportsView).as_view(), name="api_imports"),
    path("imports/<str:id>/rows", ImportRowsView.as_view(), name="api_import_rows"),
    path("imports/<str:id>", ImportView.as_view(), name="api_import"),
    path("contracts", view_of(DRAFTING, ContractsView).as_view(), name="api_contracts"),
    path("contracts/<str:id>", ContractView.as_view(), name="api_contract"),
    path("contracts/<str:id>/agreement", AgreementView.as_view(), name="api_agreement"),
    path("contracts/<str:id>/papers", PapersView.as_view(), name="api_papers"),
    path("contracts/<str:id>/papers/<str:version>", PaperView.as_view(), name="api_paper"),
    path("contracts/<str:id>/signings", SigningRequestsView.as_view(), name="api_signing_requests"),
    path(f"{CONTRACT}/amendments", view_of(AMENDING).as_view(), name="api_amendments"),
    path(
        f"{CONTRACT}/amendments/preview", view_of(LOOKING).as_view(), name="api_amendment_preview"
    ),
    *(
        path(f"{CONTRACT}/actions/{verb}", view_of(write).as_view(), name=f"api_{write.name}")
        for verb, write in ACTIONS.items()
    ),
    path("signings/<str:id>/actions/sign", view_of(SIGNING).as_view(), name="api_signing_sign"),
    path(
        "signings/<str:id>/actions/decline",
        view_of(DECLINING).as_view(),
        name="api_signing_decline",
    ),
    path("tiers", TiersView.as_view(), name="api_tiers"),
    path("tiers/<str:id>", TierView.as_view(), name="api_tier"),
    path("clauses", ClausesView.as_view(), name="api_clauses"),
    path("rates", RatesView.as_view(), name="api_rates"),
    path("calendars", CalendarsView.as_view(), name="api_calendars"),
    path("calendars/<str:id>", CalendarView.as_view(), name="api_calendar"),
]
