"""Addresses where monitoring is set up."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from monitoring.views import credentials, networks

urlpatterns = [
    path("credentials/", credentials.credentials, name="credentials"),
    path("credentials/new/", credentials.credential_new, name="credential_new"),
    path("credentials/<id:id>/", credentials.credential, name="credential"),
    path("credentials/<id:id>/edit/", credentials.credential_edit, name="credential_edit"),
    path("credentials/<id:id>/reveal/", credentials.credential_reveal, name="credential_reveal"),
    path("credentials/<id:id>/remove/", credentials.credential_remove, name="credential_remove"),
    path("networks/", networks.networks, name="networks"),
    path("networks/<id:id>/close/", networks.network_forbid, name="network_forbid"),
]
