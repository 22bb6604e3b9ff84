"""Addresses of the `accounts` app."""

from django.urls import path

from accounts.views import (
    audit,
    company,
    customers,
    invitations,
    jobs,
    join,
    keys,
    leaving,
    looks,
    operator,
    operator_acts,
    people,
    profile,
    seat,
)
from calcom_portal.common import converters  # noqa: F401 - registers <id:…> and <ref:…>

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/<id:person_id>/", people.person, name="person"),
    path("people/<id:person_id>/role/", people.role, name="person_role"),
    path("people/<id:person_id>/limits/", people.limits, name="person_limits"),
    path("people/<id:person_id>/deactivate/", leaving.deactivate, name="person_deactivate"),
    path("people/<id:person_id>/hand-over/", leaving.hand_over, name="person_hand_over"),
    path("people/<id:person_id>/reactivate/", leaving.reactivate, name="person_reactivate"),
    path("people/<id:person_id>/look/", looks.start, name="look_start"),
    path("look/stop/", looks.stop, name="look_stop"),
    path("invitations/<id:invitation_id>/resend/", invitations.resend, name="invitation_resend"),
    path(
        "invitations/<id:invitation_id>/withdraw/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("invitation/<str:token>/", join.accept, name="accept_invitation"),
    path("seat/", seat.seat, name="seat"),
    path("profile/", profile.profile, name="profile"),
    path("company/", company.company, name="company"),
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customers.new, name="customer_new"),
    path("customers/<id:customer_id>/", customers.customer, name="customer"),
    path("customers/<id:customer_id>/edit/", customers.edit, name="customer_edit"),
    path("keys/", keys.keys, name="api_keys"),
    path("keys/new/", keys.new, name="api_key_new"),
    path("keys/<id:key_id>/revoke/", keys.revoke, name="api_key_revoke"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<id:job_id>/", jobs.job, name="job"),
    path("jobs/<id:job_id>/live/", jobs.live, name="job_live"),
    path("jobs/<id:job_id>/stop/", jobs.stop, name="job_stop"),
    path("jobs/<id:job_id>/file/", jobs.file, name="job_file"),
    path("audit/", audit.trail, name="audit"),
    path("operator/", operator.providers, name="operator"),
    path("operator/log/", operator.log, name="operator_log"),
    path("operator/providers/new/", operator.new, name="operator_open"),
    path("operator/providers/<id:tenant_id>/", operator.provider, name="operator_provider"),
    path(
        "operator/providers/<id:tenant_id>/suspend/", operator_acts.suspend, name="operator_suspend"
    ),
    path("operator/providers/<id:tenant_id>/resume/", operator_acts.resume, name="operator_resume"),
    path("operator/providers/<id:tenant_id>/plan/", operator_acts.plan, name="operator_plan"),
    path("operator/providers/<id:tenant_id>/delete/", operator_acts.delete, name="operator_delete"),
    path("operator/providers/<id:tenant_id>/keep/", operator_acts.keep, name="operator_keep"),
]
