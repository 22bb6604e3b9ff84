"""Every address of the portal, by app."""

from django.urls import include, path

from calcom_portal import icons, pages

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("icons/<slug:digest>", icons.icons, name="icons"),
    # Before those without a prefix, which are tried one by one.
    path("api/", include("calcom_portal.api")),
    path("account/", include("accounts.urls_signin")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("contracts.urls")),
    path("", include("tickets.urls")),
    path("", include("monitoring.urls")),
    path("", include("upkeep.urls")),
]

handler400 = "calcom_portal.pages.bad_request"
handler403 = "calcom_portal.pages.forbidden"
handler404 = "calcom_portal.pages.not_found"
handler500 = "calcom_portal.pages.server_error"
