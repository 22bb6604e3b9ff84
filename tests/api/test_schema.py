"""The API's own description."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from calcom_portal.api import description

DOCS = Path(__file__).parents[2] / "docs" / "api.md"

# A change here is a change that callers notice: write it into the change log.
OPERATIONS = {
    "me": "GET /api/v1/me",
    "people_list": "GET /api/v1/people",
    "people_invite": "POST /api/v1/invitations",
    "people_role": "POST /api/v1/people/{id}/actions/role",
    "people_limit": "POST /api/v1/people/{id}/actions/limit",
    "people_deactivate": "POST /api/v1/people/{id}/actions/deactivate",
    "people_reactivate": "POST /api/v1/people/{id}/actions/reactivate",
    "people_hand_over": "POST /api/v1/people/{id}/actions/hand-over",
    "customers_add": "POST /api/v1/customers",
    "customers_edit": "POST /api/v1/customers/{id}/actions/edit",
    "customers_takeout": "POST /api/v1/customers/{id}/actions/takeout",
    "customers_leave_preview": "POST /api/v1/customers/{id}/actions/leave/preview",
    "customers_leave": "POST /api/v1/customers/{id}/actions/leave",
    "customers_keep": "POST /api/v1/customers/{id}/actions/keep",
    "invitations_resend": "POST /api/v1/invitations/{id}/actions/resend",
    "invitations_withdraw": "POST /api/v1/invitations/{id}/actions/withdraw",
    "audit_list": "GET /api/v1/audit",
    "customers_list": "GET /api/v1/customers",
    "sites_list": "GET /api/v1/sites",
    "sites_read": "GET /api/v1/sites/{id}",
    "devices_list": "GET /api/v1/devices",
    "devices_read": "GET /api/v1/devices/{id}",
    "models_list": "GET /api/v1/models",
    "warranties_list": "GET /api/v1/warranties",
    "sites_add": "POST /api/v1/sites",
    "sites_edit": "POST /api/v1/sites/{id}/actions/edit",
    "models_add": "POST /api/v1/models",
    "models_edit": "POST /api/v1/models/{id}/actions/edit",
    "warranties_add": "POST /api/v1/warranties",
    "warranties_edit": "POST /api/v1/warranties/{id}/actions/edit",
    "warranties_remove": "POST /api/v1/warranties/{id}/actions/remove",
    "devices_swap": "POST /api/v1/devices/{id}/actions/swap",
    "imports_list": "GET /api/v1/imports",
    "imports_rows": "GET /api/v1/imports/{id}/rows",
    "imports_send": "POST /api/v1/imports",
    "imports_apply": "POST /api/v1/imports/{id}/actions/apply",
    "imports_recheck": "POST /api/v1/imports/{id}/actions/recheck",
    "exports_read": "GET /api/v1/installed-products",
    "imports_read": "GET /api/v1/imports/{id}",
    "devices_add": "POST /api/v1/devices",
    "devices_edit": "POST /api/v1/devices/{id}/actions/edit",
    "devices_retire": "POST /api/v1/devices/{id}/actions/retire",
    "jobs_list": "GET /api/v1/jobs",
    "jobs_read": "GET /api/v1/jobs/{job_id}",
    "jobs_file": "GET /api/v1/jobs/{job_id}/file",
    "search": "GET /api/v1/search",
    "reports_month": "GET /api/v1/reports",
    "reports_promises": "GET /api/v1/reports/promises",
    "tiers_list": "GET /api/v1/tiers",
    "tiers_read": "GET /api/v1/tiers/{id}",
    "clauses_list": "GET /api/v1/clauses",
    "rates_list": "GET /api/v1/rates",
    "agreements_read": "GET /api/v1/contracts/{id}/agreement",
    "papers_list": "GET /api/v1/contracts/{id}/papers",
    "papers_read": "GET /api/v1/contracts/{id}/papers/{version}",
    "signings_list": "GET /api/v1/contracts/{id}/signings",
    "contracts_list": "GET /api/v1/contracts",
    "contracts_read": "GET /api/v1/contracts/{id}",
    "contracts_draft": "POST /api/v1/contracts",
    "contracts_edit": "POST /api/v1/contracts/{id}/actions/edit",
    "contracts_cancel": "POST /api/v1/contracts/{id}/actions/cancel",
    "contracts_send": "POST /api/v1/contracts/{id}/actions/send",
    "contracts_take_back": "POST /api/v1/contracts/{id}/actions/take-back",
    "contracts_sign": "POST /api/v1/contracts/{id}/actions/sign",
    "contracts_renew": "POST /api/v1/contracts/{id}/actions/renew",
    "contracts_renew_preview": "POST /api/v1/contracts/{id}/actions/renew/preview",
    "contracts_notice": "POST /api/v1/contracts/{id}/actions/notice",
    "contracts_notice_preview": "POST /api/v1/contracts/{id}/actions/notice/preview",
    "contracts_withdraw_notice": "POST /api/v1/contracts/{id}/actions/withdraw-notice",
    "contracts_withdraw_notice_preview": (
        "POST /api/v1/contracts/{id}/actions/withdraw-notice/preview"
    ),
    "contracts_end": "POST /api/v1/contracts/{id}/actions/end",
    "contracts_end_preview": "POST /api/v1/contracts/{id}/actions/end/preview",
    "contracts_call_off": "POST /api/v1/contracts/{id}/actions/call-off",
    "contracts_call_off_preview": "POST /api/v1/contracts/{id}/actions/call-off/preview",
    "amendments_preview": "POST /api/v1/contracts/{id}/amendments/preview",
    "amendments_add": "POST /api/v1/contracts/{id}/amendments",
    "signings_sign": "POST /api/v1/signings/{id}/actions/sign",
    "signings_decline": "POST /api/v1/signings/{id}/actions/decline",
    "monitoring_devices_list": "GET /api/v1/monitoring/devices",
    "monitoring_devices_read": "GET /api/v1/monitoring/devices/{id}",
    "checks_list": "GET /api/v1/checks",
    "checks_read": "GET /api/v1/checks/{id}",
    "backups_list": "GET /api/v1/backups",
    "backups_ask": "POST /api/v1/backups",
    "backups_read": "GET /api/v1/backups/{id}",
    "backups_plans": "GET /api/v1/backup-plans",
    "backups_plan": "GET /api/v1/backup-plans/{id}",
    "restores_list": "GET /api/v1/restores",
    "restores_read": "GET /api/v1/restores/{id}",
    "changes_list": "GET /api/v1/changes",
    "changes_read": "GET /api/v1/changes/{id}",
    "inspections_list": "GET /api/v1/inspections",
    "inspections_read": "GET /api/v1/inspections/{id}",
    "firmware_releases": "GET /api/v1/firmware/releases",
    "firmware_advisories": "GET /api/v1/firmware/advisories",
    "firmware_devices": "GET /api/v1/firmware/devices",
    "firmware_campaigns": "GET /api/v1/firmware/campaigns",
    "firmware_updates": "GET /api/v1/firmware/updates",
    "incidents_list": "GET /api/v1/incidents",
    "incidents_read": "GET /api/v1/incidents/{id}",
    "heartbeats_list": "GET /api/v1/heartbeats",
    "health_reports_list": "GET /api/v1/health-reports",
    "health_reports_read": "GET /api/v1/health-reports/{id}",
    "calendars_list": "GET /api/v1/calendars",
    "calendars_read": "GET /api/v1/calendars/{id}",
    "tickets_list": "GET /api/v1/tickets",
    "tickets_open": "POST /api/v1/tickets",
    "tickets_read": "GET /api/v1/tickets/{reference}",
    "tickets_deadlines": "GET /api/v1/tickets/{reference}/deadlines",
    "messages_list": "GET /api/v1/tickets/{reference}/messages",
    "watchers_list": "GET /api/v1/tickets/{reference}/watchers",
    "labour_list": "GET /api/v1/tickets/{reference}/labour",
    "labour_log": "POST /api/v1/tickets/{reference}/labour",
    "labour_correct": ("POST /api/v1/tickets/{reference}/labour/{entry_id}/actions/correct"),
    "labour_strike": ("POST /api/v1/tickets/{reference}/labour/{entry_id}/actions/strike"),
    "labour_override": ("POST /api/v1/tickets/{reference}/labour/{entry_id}/actions/override"),
    "labour_query": ("POST /api/v1/tickets/{reference}/labour/{entry_id}/actions/query"),
    "labour_answer": ("POST /api/v1/tickets/{reference}/labour/{entry_id}/actions/answer"),
    "statements_issue": "POST /api/v1/statements",
    "statements_csv": "GET /api/v1/statements/{number}/csv",
    "statements_pdf": "GET /api/v1/statements/{number}/pdf",
    "cover_preview": "GET /api/v1/cover",
    "statements_list": "GET /api/v1/statements",
    "statements_lines": "GET /api/v1/statements/{number}/lines",
    "replies_add": "POST /api/v1/tickets/{reference}/replies",
    "notes_add": "POST /api/v1/tickets/{reference}/notes",
    "calls_log": "POST /api/v1/tickets/{reference}/calls",
    "tickets_claim": "POST /api/v1/tickets/{reference}/actions/claim",
    "tickets_assign": "POST /api/v1/tickets/{reference}/actions/assign",
    "tickets_hold": "POST /api/v1/tickets/{reference}/actions/hold",
    "tickets_resume": "POST /api/v1/tickets/{reference}/actions/resume",
    "tickets_priority": "POST /api/v1/tickets/{reference}/actions/priority",
    "tickets_resolve": "POST /api/v1/tickets/{reference}/actions/resolve",
    "tickets_close": "POST /api/v1/tickets/{reference}/actions/close",
    "tickets_reopen": "POST /api/v1/tickets/{reference}/actions/reopen",
    "tickets_merge": "POST /api/v1/tickets/{reference}/actions/merge",
    "tickets_unmerge": "POST /api/v1/tickets/{reference}/actions/unmerge",
    "tickets_schedule": "POST /api/v1/tickets/{reference}/actions/schedule",
    "tickets_approve": "POST /api/v1/tickets/{reference}/actions/approve",
    "tickets_watch": "POST /api/v1/tickets/{reference}/actions/watch",
    "tickets_unwatch": "POST /api/v1/tickets/{reference}/actions/unwatch",
}


FILES = {
    "jobs_file": "application/octet-stream",
    "exports_read": "application/octet-stream",
    "statements_csv": "application/octet-stream",
    "statements_pdf": "application/pdf",
    "agreements_read": "application/pdf",
    "papers_read": "application/pdf",
}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of every operation."""
    return [
        (method.upper(), path, operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    ]


def test_the_description_is_valid_openapi_3_1() -> None:
    assert description()["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(description()).iter_errors()) == []


def test_the_operations_are_those_that_callers_know() -> None:
    found = {
        operation["operationId"]: f"{method} {path}" for method, path, operation in operations()
    }
    assert found == OPERATIONS


def test_making_the_description_warns_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    description.cache_clear()
    description()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does_needs_and_refuses(name: str) -> None:
    method, path, operation = next(item for item in operations() if item[2]["operationId"] == name)
    assert operation["summary"]
    assert operation["security"] == [{"ApiKey": []}]
    assert "Every key may ask" in operation["description"] or re.search(
        r"Needs the scope `\w+:(read|write)`", operation["description"]
    )
    success = next(code for code in operation["responses"] if code.startswith("2"))
    content = operation["responses"][success]["content"]
    if kind := FILES.get(name):
        assert content == {kind: {"schema": {"type": "string", "format": "binary"}}}
    else:
        assert content["application/json"]["schema"]
        assert content["application/json"]["examples"]
    wanted = {"400", "401", "403", "429", "500"}
    wanted |= {"404"} if "{" in path else set()
    wanted |= {"409", "413", "415", "422"} if method == "POST" else set()
    assert wanted <= set(operation["responses"])
    for code in wanted:
        problem = operation["responses"][code]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert problem["example"]["status"] == int(code)


def test_the_security_scheme_is_a_bearer_token() -> None:
    scheme = description()["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_the_description_is_served_without_a_key(db: None) -> None:
    response = Client().get("/api/v1/schema")
    assert response["Content-Type"] == "application/vnd.oai.openapi+json"
    assert response.json() == description()


def test_the_page_for_people_brings_nothing_inline_and_nothing_from_elsewhere(db: None) -> None:
    response = Client().get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert "style-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(r"<style|style=|<script>|https?://|\son\w+=", page)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert Client().get(address).status_code == 200, address


def test_every_operation_stands_in_the_docs() -> None:
    text = DOCS.read_text()
    for place in OPERATIONS.values():
        path = place.partition("/api/v1")[2].replace("{reference}", "CC-1042").replace("{id}", "9")
        path = (
            path.replace("{number}", "ST-1001").replace("{job_id}", "4").replace("{version}", "1")
        )
        verb = path.rpartition("/actions/")[2]
        assert path in text or f"`{verb}`" in text, place
