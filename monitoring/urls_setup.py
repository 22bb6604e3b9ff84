"""Addresses where monitoring is set up."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from monitoring.views import (
    agents,
    check_setup,
    connections,
    credentials,
    maintenance,
    networks,
    rules,
)

urlpatterns = [
    path("credentials/", credentials.credentials, name="credentials"),
    path("credentials/new/", credentials.credential_new, name="credential_new"),
    path("credentials/<id:id>/", credentials.credential, name="credential"),
    path("credentials/<id:id>/edit/", credentials.credential_edit, name="credential_edit"),
    path("credentials/<id:id>/reveal/", credentials.credential_reveal, name="credential_reveal"),
    path("credentials/<id:id>/remove/", credentials.credential_remove, name="credential_remove"),
    path("devices/<id:id>/watch/", check_setup.device_setup, name="device_setup"),
    path("devices/<id:id>/watch/test/", check_setup.check_try, name="check_try"),
    path("devices/<id:id>/watch/check/", check_setup.check_new, name="check_new"),
    path("devices/<id:id>/watch/connection/", connections.connection_new, name="connection_new"),
    path("connections/<id:id>/", connections.connection, name="connection"),
    path("connections/<id:id>/edit/", connections.connection_edit, name="connection_edit"),
    path("connections/<id:id>/remove/", connections.connection_remove, name="connection_remove"),
    path("connections/<id:id>/key/look/", connections.host_key_look, name="host_key_look"),
    path("connections/<id:id>/key/", connections.host_key_confirm, name="host_key_confirm"),
    path("checks/<id:id>/edit/", check_setup.check_edit, name="check_edit"),
    path("checks/<id:id>/pause/", check_setup.check_pause, name="check_pause"),
    path("checks/<id:id>/resume/", check_setup.check_resume, name="check_resume"),
    path("checks/<id:id>/remove/", check_setup.check_remove, name="check_remove"),
    path("checks/<id:id>/address/", check_setup.check_address, name="check_address"),
    path("checks/<id:id>/ask/", check_setup.check_ask, name="check_ask"),
    path("questions/<id:id>/", check_setup.question, name="question"),
    path("maintenance/", maintenance.maintenance, name="maintenance"),
    path("maintenance/new/", maintenance.work_new, name="work_new"),
    path("maintenance/preview/", maintenance.work_preview, name="work_preview"),
    path("maintenance/<id:id>/", maintenance.work, name="work"),
    path("maintenance/<id:id>/edit/", maintenance.work_edit, name="work_edit"),
    path("maintenance/<id:id>/cancel/", maintenance.work_cancel, name="work_cancel"),
    path("agents/", agents.agents, name="agents"),
    path("agents/new/", agents.agent_new, name="agent_new"),
    path("agents/<id:id>/code/", agents.agent_code, name="agent_code"),
    path("agents/<id:id>/revoke/", agents.agent_revoke, name="agent_revoke"),
    path("monitoring/rules/", rules.monitoring_rules, name="monitoring_rules"),
    path("networks/", networks.networks, name="networks"),
    path("networks/<id:id>/close/", networks.network_forbid, name="network_forbid"),
]
