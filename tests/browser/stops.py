"""Every kind of page of the portal, and how to get to it. Used by axe and by the screenshots.

A stop begins at an address; `follow` takes the first link of that page whose address fits, or whose
address and words do, so that no stop has to know the number of a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Stop:
    """A page to look at: its name, where to begin, and the links to take from there."""

    name: str
    start: str
    follow: tuple[str, ...] = ()

    def reach(self, page: Page) -> None:
        """Go there. Fails when a link is missing or the page does not exist."""
        _open(page, self.start)
        for pattern in self.follow:
            links = page.eval_on_selector_all(
                "a[href]",
                "all => all.map(a => [a.pathname + a.search, a.textContent.trim()])",
            )
            fitting = next((to for to, words in links if _fits(pattern, to, words)), None)
            assert fitting, f"{self.name}: no link on {page.url} fits {pattern}"
            _open(page, fitting)


def _fits(pattern: str, address: str, words: str) -> bool:
    return bool(re.search(pattern, address) or re.search(pattern, f"{address} {words}"))


def _open(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    # A page that asks for the password first is a page too; one that is not there is not.
    assert answer.status < 500, f"{address} answers {answer.status}"


TICKET = r"^/tickets/[A-Z]+-\d+/$"
TIER = r"^/tiers/\d+/$"
PERSON = r"^/people/\d+/$"
HEALTH_REPORT = r"^/health-checks/\d+/$"
CREDENTIAL = r"^/credentials/\d+/$"
CONNECTION = r"^/connections/\d+/$"
WORK = r"^/maintenance/\d+/$"
CHECK = r"^/checks/\d+/$"
INSPECTION = r"^/inspections/\d+/$"
OF_DEVICE = r"^/devices/\d+/backups/$"
BACKUP = r"^/backups/\d+/$"
MODEL_OF_FIRMWARE = r"^/firmware/models/\d+/$"
CAMPAIGN = r"^/firmware/campaigns/\d+/$"
CONTRACT = r"^/contracts/\d+/$"
CHANGE = r"^/changes/\d+/$"
ACTS = ("hold", "call", "resolve", "priority", "assign", "schedule", "merge", "close", "watch")

NOBODY = (
    Stop("sign-in", "/account/login/"),
    Stop("password-reset", "/account/password/reset/"),
    Stop("password-reset-done", "/account/password/reset/done/"),
    Stop("signup-closed", "/account/signup/"),
    Stop("sign-up", "/sign-up/"),
    Stop("acknowledge-gone", "/acknowledge/nothing/"),
    Stop("invitation-gone", "/invitation/nothing/"),
    Stop("sign-up-sent", "/sign-up/sent/"),
    Stop("sign-up-gone", "/sign-up/confirm/nothing/"),
    Stop("password-reset-gone", "/account/password/reset/key/1-nothing/"),
    Stop("not-found", "/nothing/here/"),
)
CUSTOMER = (
    Stop("home", "/"),
    Stop("report", "/tickets/new/"),
    Stop("request", "/tickets/new/?kind=programming"),
    Stop("tickets", "/tickets/"),
    Stop("tickets-none", "/tickets/?q=nothing-at-all"),
    Stop("ticket", "/tickets/", (TICKET,)),
    Stop("why", "/tickets/", (TICKET, r"/why/$")),
    Stop("watch", "/tickets/", (TICKET, r"/watch/$")),
    Stop("our-systems", "/our-systems/"),
    Stop("our-device", "/our-systems/", (r"^/devices/\d+/$",)),
    Stop("our-site", "/our-systems/", (r"^/devices/\d+/$", r"^/sites/\d+/$")),
    Stop("our-contract", "/our-contract/"),
    Stop("our-updates", "/our-firmware/"),
    Stop("our-backups", "/our-backups/"),
    Stop("our-inspections", "/inspections/"),
    Stop("health-reports", "/health-checks/"),
    Stop("health-report", "/health-checks/", (HEALTH_REPORT,)),
    Stop("promises-kept", "/reports/"),
    Stop("search", "/search/?q=phone"),
    Stop("jobs", "/jobs/"),
    Stop("statements", "/statements/"),
    Stop("statement-open", "/statements/open/"),
    Stop("people", "/people/"),
    Stop("invite", "/people/invite/"),
    Stop("person", "/people/", (r"^/people/\d+/$",)),
    Stop("take-out", "/people/", (r"/take-out/$",)),
    Stop("profile", "/profile/"),
    Stop("notices", "/profile/notices/"),
    Stop("sessions", "/account/sessions/"),
    Stop("password", "/account/password/change/"),
    Stop("two-steps", "/account/mfa/"),
    Stop("totp", "/account/mfa/totp/activate/"),
    Stop("passkeys", "/account/mfa/passkeys/"),
    Stop("sign-out", "/account/logout/"),
    Stop("missing", "/tickets/CC-99999/"),
    Stop("forbidden", "/queue/"),
)
TECHNICIAN = (
    Stop("backups", "/backups/"),
    Stop("backups-attention", "/backups/?show=attention"),
    Stop("inspections", "/inspections/"),
    Stop("inspections-overdue", "/inspections/?show=overdue"),
    Stop("search-all", "/search/?q=bay"),
    Stop("search-none", "/search/?q=nothing-at-all"),
    Stop("reports", "/reports/"),
    Stop("report-customer", "/reports/", (r"^/reports/\d+/",)),
    Stop("queue", "/queue/"),
    Stop("queue-mine", "/queue/?view=mine"),
    Stop("queue-late", "/queue/?view=late"),
    Stop("queue-none", "/queue/?q=nothing-at-all"),
    Stop("queue-customers", "/queue/customers/"),
    Stop("workbench", "/queue/", (TICKET,)),
    Stop("workbench-note", "/queue/", (TICKET, r"/note/$")),
    Stop("why", "/queue/", (TICKET, r"/why/$")),
    *(Stop(f"act-{verb}", "/queue/", (TICKET, rf"/{verb}/$")) for verb in ACTS if verb != "assign"),
    Stop("time", "/queue/", (TICKET, r"/time/$")),
    Stop("new-ticket", "/tickets/new/"),
    Stop("new-ticket-report", "/tickets/new/", (r"customer=\d+",)),
    Stop("tickets", "/tickets/"),
    Stop("devices", "/devices/"),
    Stop("device", "/devices/", (r"^/devices/\d+/$",)),
    Stop("monitoring", "/monitoring/"),
    Stop("monitoring-trouble", "/monitoring/?show=trouble"),
    Stop("outages", "/incidents/"),
    Stop("outages-over", "/incidents/?over=1"),
    Stop("monitoring-site", "/monitoring/", (r"^/monitoring/sites/\d+/$",)),
    Stop("outage", "/incidents/", (r"^/incidents/\d+/$",)),
    Stop("outage-over", "/incidents/?over=1", (r"^/incidents/\d+/$",)),
    Stop("outage-device", "/incidents/", (r"^/incidents/\d+/$", r"^/devices/\d+/$")),
    Stop("check", "/incidents/?over=1", (r"^/incidents/\d+/$", r"^/checks/\d+/$")),
    Stop("health-checks", "/health-checks/?show=review"),
    Stop("health-review", "/health-checks/?show=review", (HEALTH_REPORT,)),
    Stop("health-line", "/health-checks/?show=review", (HEALTH_REPORT, r"/lines/\d+/$")),
    Stop("customers", "/customers/"),
    Stop("customer", "/customers/", (r"^/customers/\d+/$",)),
)
ADMIN = (
    Stop("health-thresholds", "/health-checks/thresholds/"),
    Stop("plan", "/provider/"),
    Stop("first-hour", "/first-hour/"),
    Stop("company", "/company/"),
    Stop("act-assign", "/queue/", (TICKET, r"/assign/$")),
    Stop("credentials", "/credentials/"),
    Stop("credential-new", "/credentials/new/?kind=ssh_key"),
    Stop("credential", "/credentials/", (CREDENTIAL,)),
    Stop("credential-edit", "/credentials/", (CREDENTIAL, r"/edit/$")),
    Stop("credential-reveal", "/credentials/", (CREDENTIAL, r"/reveal/$")),
    Stop("connection", "/credentials/", (CREDENTIAL, CONNECTION)),
    Stop("connection-edit", "/credentials/", (CREDENTIAL, CONNECTION, r"/edit/$")),
    Stop("monitoring-rules", "/monitoring/rules/"),
    Stop("networks", "/networks/"),
    Stop("agents", "/agents/"),
    Stop("agent-new", "/agents/new/"),
    Stop("planned-work", "/maintenance/"),
    Stop("planned-work-new", "/maintenance/new/"),
    Stop("work", "/maintenance/?show=all", (WORK,)),
    Stop("work-edit", "/maintenance/", (WORK, r"/edit/$")),
    Stop("check-edit", "/incidents/?over=1", (r"^/incidents/\d+/$", CHECK, r"/edit/$")),
    Stop("watch-device", "/devices/", (r"^/devices/\d+/$", r"/watch/$")),
    Stop("connection-new", "/devices/", (r"^/devices/\d+/$", r"/watch/$", r"/watch/connection/$")),
    Stop("check-new", "/devices/", (r"^/devices/\d+/$", r"/watch/$", r"/watch/check/\?kind=")),
    Stop("customers", "/customers/"),
    Stop("customer", "/customers/", (r"^/customers/\d+/$",)),
    Stop("customer-new", "/customers/new/"),
    Stop("customer-edit", "/customers/", (r"^/customers/\d+/$", r"/edit/$")),
    Stop("sites", "/sites/"),
    Stop("site", "/sites/", (r"^/sites/\d+/$",)),
    Stop("site-new", "/sites/new/"),
    Stop("devices", "/devices/"),
    Stop("device", "/devices/", (r"^/devices/\d+/$",)),
    Stop("device-new", "/devices/new/"),
    Stop("device-retire", "/devices/", (r"^/devices/\d+/$", r"/retire/$")),
    Stop("device-swap", "/devices/", (r"^/devices/\d+/$", r"/swap/$")),
    Stop("device-label", "/devices/", (r"^/devices/\d+/$", r"/labels/")),
    Stop("models", "/models/"),
    Stop("model-new", "/models/new/"),
    Stop("warranties", "/warranties/"),
    Stop("warranties-soon", "/warranties/?show=soon"),
    Stop("warranty-new", "/devices/", (r"^/devices/\d+/$", r"/warranties/new/")),
    Stop("warnings", "/warranties/warnings/"),
    Stop("gaps", "/gaps/"),
    Stop("imports", "/imports/"),
    Stop("import-choose", "/imports/new/"),
    Stop("contracts", "/contracts/"),
    Stop("contract", "/contracts/", (r"^/contracts/\d+/$",)),
    Stop("contract-choose", "/contracts/new/"),
    Stop("contracts-ending", "/contracts/?show=ending"),
    Stop("contract-reminders", "/contracts/reminders/"),
    Stop("rates", "/rates/"),
    Stop("rates-new", "/rates/new/"),
    Stop("tiers", "/tiers/"),
    Stop("tier", "/tiers/", (r"^/tiers/\d+/$",)),
    Stop("calendars", "/calendars/"),
    Stop("calendar", "/calendars/", (r"^/calendars/\d+/$",)),
    Stop("calendar-edit", "/calendars/", (r"^/calendars/\d+/$", r"/edit/$")),
    Stop("calendar-new", "/calendars/new/"),
    Stop("people", "/people/"),
    Stop("person", "/people/", (r"^/people/\d+/$",)),
    Stop("invite", "/people/invite/"),
    Stop("keys", "/keys/"),
    Stop("key-new", "/keys/new/"),
    Stop("statements", "/statements/"),
    Stop("statement-month", "/statements/month/"),
    Stop("audit", "/audit/"),
    Stop("outbox", "/outbox/"),
)
TENANT = r"^/operator/providers/\d+/$"
# Who runs the installation: no company, no customer.
OPERATOR = (
    Stop("providers", "/operator/"),
    Stop("provider-new", "/operator/providers/new/"),
    Stop("provider", "/operator/", (TENANT,)),
    Stop("provider-plan", "/operator/", (TENANT, r"/plan/$")),
    Stop("provider-sender", "/operator/", (TENANT, r"/sender/$")),
    Stop("provider-suspend", "/operator/", (TENANT, r"/suspend/$")),
    Stop("provider-delete", "/operator/", (TENANT, r"/delete/$")),
    Stop("log", "/operator/log/"),
)
# Only in the demo, where there is something behind each link.
DEMO_CUSTOMER = (
    Stop("statement", "/statements/", (r"^/statements/ST-\d+/$",)),
    Stop("labour", "/statements/", (r"^/statements/ST-\d+/$", TICKET, r"/labour/$")),
    Stop(
        "labour-question",
        "/statements/",
        (r"^/statements/ST-\d+/$", TICKET, r"/labour/$", r"/question/$"),
    ),
    Stop("our-inspection", "/inspections/", (INSPECTION,)),
    Stop("to-sign", "/our-contract/", (r"^/our-contract/sign/\d+/$",)),
    Stop("to-decline", "/our-contract/", (r"^/our-contract/sign/\d+/$", r"/decline/$")),
    Stop("approve", "/tickets/?kind=programming", (TICKET, r"/approve/$")),
    Stop("update-ticket", "/tickets/?kind=firmware", (TICKET,)),
)
DEMO_ADMIN = (
    Stop("ticket-held", "/queue/?view=waiting", (TICKET,)),
    Stop("act-hold-again", "/queue/?view=waiting", (TICKET, r"/hold/$")),
    Stop("act-resume", "/queue/?view=waiting", (TICKET, r"/resume/$")),
    Stop("ticket-done", "/tickets/?show=done", (TICKET,)),
    Stop("act-reopen", "/tickets/?show=done", (TICKET, r"/reopen/$")),
    Stop("inspection-signed", "/inspections/?show=done", (INSPECTION,)),
    Stop("inspection-agreed", "/inspections/?show=agreed", (INSPECTION,)),
    Stop("inspection-late", "/inspections/?show=overdue", (INSPECTION,)),
    Stop("inspection-date", "/inspections/?show=agree", (INSPECTION, r"/date/$")),
    Stop("checklist", "/inspections/checklist/"),
    Stop("checklist-line", "/inspections/checklist/", (r"/edit/$",)),
    Stop("inspection-cancel", "/inspections/?show=agree", (INSPECTION, r"/cancel/$")),
    Stop("device-backups", "/backups/", (OF_DEVICE,)),
    Stop("device-with-backups", "/backups/", (OF_DEVICE, r"^/devices/\d+/$")),
    Stop("backup", "/backups/", (OF_DEVICE, BACKUP)),
    Stop("backup-hold", "/backups/", (OF_DEVICE, BACKUP, r"/hold/$")),
    Stop("backup-plan", "/backups/", (OF_DEVICE, r"/backups/plan/$")),
    Stop("drop-account", "/backups/?q=hotel", (OF_DEVICE, r"^/backups/accounts/\d+/$")),
    Stop("backup-upload", "/backups/?q=chestnut", (OF_DEVICE, r"^/backups/upload/\d+/$")),
    Stop("restores", "/restores/"),
    Stop("rehearsal", "/restores/", (r"^/restores/\d+/$",)),
    Stop("firmware", "/firmware/"),
    Stop("firmware-model", "/firmware/", (MODEL_OF_FIRMWARE,)),
    Stop("release-new", "/firmware/", (MODEL_OF_FIRMWARE, r"/release/$")),
    Stop("advisory-new", "/firmware/", (MODEL_OF_FIRMWARE, r"/advisory/$")),
    Stop("backup-plan-ways", "/backups/", (OF_DEVICE, r"/backups/plan/$", r"\?driver=$")),
    Stop("health-report", "/health-checks/?show=review", (HEALTH_REPORT,)),
    Stop("health-line", "/health-checks/?show=review", (HEALTH_REPORT, r"/lines/\d+/$")),
    Stop("device-replaced", "/devices/?retired=1", (r"^/devices/\d+/$",)),
    Stop("device-history", "/devices/?q=Main+phone", (r"^/devices/\d+/$", r"/history/$")),
    Stop("site-edit", "/sites/", (r"^/sites/\d+/$", r"/edit/$")),
    Stop("clause-new", "/clauses/new/"),
    Stop("tier-edit", "/tiers/", (TIER, r"/edit/$")),
    Stop("tier-copy", "/tiers/", (TIER, r"/copy/$")),
    Stop("tier-hide", "/tiers/", (TIER, r"/hide/$")),
    Stop("tier-clause-add", "/tiers/", (TIER, r"/add/$|/clauses/new/$")),
    Stop("tier-clause-remove", "/tiers/", (TIER, r"/remove/$")),
    Stop("person-deactivate", "/people/", (PERSON, r"/deactivate/$")),
    Stop("person-hand-over", "/people/", (PERSON, r"/hand-over/$")),
    Stop("look-start", "/people/", (PERSON, r"/look/$")),
    Stop("work-cancel", "/maintenance/", (WORK, r"/cancel/$")),
    Stop("network-forbid", "/networks/", (r"/forbid/$|/close/$",)),
    Stop("job", "/jobs/", (r"^/jobs/[0-9a-f-]+/$",)),
    Stop("outbox-sent", "/outbox/?tab=sent"),
    Stop("model-edit", "/models/", (r"/edit/$",)),
    Stop("warranty-edit", "/warranties/", (r"/edit/$",)),
    Stop("warranty-remove", "/warranties/", (r"/remove/$",)),
    Stop("import-refused", "/imports/", (r"^/imports/\d+/$",)),
    Stop("import-done", "/imports/", (r"^/imports/\d+/ clinic-phones",)),
    Stop("import-new", "/imports/", (r"^/imports/\d+/$", r"/imports/new/")),
    Stop("contract-ending", "/contracts/?show=ending", (r"^/contracts/\d+/$",)),
    Stop("contract-amend", "/contracts/?show=in-force", (r"^/contracts/\d+/$", r"/amend/$")),
    Stop("contract-renew", "/contracts/?show=in-force", (r"^/contracts/\d+/$", r"/renew/$")),
    Stop("contract-notice", "/contracts/?show=in-force", (r"^/contracts/\d+/$", r"/notice/$")),
    Stop("contract-end", "/contracts/?show=in-force", (r"^/contracts/\d+/$", r"/end/$")),
    Stop("labour", "/statements/", (r"^/statements/ST-\d+/$", TICKET, r"/labour/$")),
    Stop(
        "labour-correct",
        "/statements/",
        (r"^/statements/ST-\d+/$", TICKET, r"/labour/$", r"/correct/$"),
    ),
    Stop(
        "labour-strike",
        "/statements/",
        (r"^/statements/ST-\d+/$", TICKET, r"/labour/$", r"/strike/$"),
    ),
    Stop(
        "labour-override",
        "/statements/",
        (r"^/statements/ST-\d+/$", TICKET, r"/labour/$", r"/override/$"),
    ),
    Stop("notice", "/outbox/?tab=sent", (r"^/outbox/\d+/$",)),
    Stop("agent-revoke", "/agents/", (r"^/agents/\d+/revoke/$",)),
    Stop("campaigns", "/firmware/campaigns/"),
    Stop("campaign", "/firmware/campaigns/", (CAMPAIGN,)),
    Stop("campaign-new", "/firmware/?q=avaya", (MODEL_OF_FIRMWARE, r"/campaign/$")),
    Stop("change", "/tickets/?q=extension", (TICKET, CHANGE)),
    Stop("change-new", "/tickets/?q=extension", (TICKET, r"^/changes/new/")),
    Stop("check-remove", "/incidents/?over=1", (r"^/incidents/\d+/$", CHECK, r"/remove/$")),
    Stop("checklist-line-new", "/inspections/checklist/", (r"/checklist/new/$",)),
    Stop("clause", "/tiers/", (r"^/clauses/\d+/$",)),
    Stop("clause-new", "/tiers/", (r"^/clauses/new/$",)),
    Stop("connection-remove", "/credentials/", (CREDENTIAL, CONNECTION, r"/remove/$")),
    Stop("contract-draft", "/contracts/?show=drafts&q=cypress", (CONTRACT,)),
    Stop("contract-edit", "/contracts/?show=drafts&q=cypress", (CONTRACT, r"/edit/$")),
    Stop("contract-send", "/contracts/?show=drafts&q=cypress", (CONTRACT, r"/send/$")),
    Stop("contract-cancel", "/contracts/?show=drafts&q=cypress", (CONTRACT, r"/cancel/$")),
    Stop("contract-sign", "/contracts/", (CONTRACT, r"/sign/$")),
    Stop("contract-stay", "/contracts/?show=ending", (CONTRACT, r"/notice/withdraw/$")),
    Stop("customer-leave", "/customers/", (r"^/customers/\d+/$", r"/leave/$")),
    Stop("device-edit", "/devices/", (r"^/devices/\d+/$", r"/edit/$")),
    Stop("firmware-update", "/firmware/campaigns/", (CAMPAIGN, r"^/firmware/updates/\d+/$")),
    Stop("release-edit", "/firmware/?q=avaya", (MODEL_OF_FIRMWARE, r"^/firmware/releases/\d+/$")),
    Stop("mail", "/mail/"),
    Stop("mail-message", "/mail/", (r"^/mail/[0-9a-f-]+/$",)),
)
