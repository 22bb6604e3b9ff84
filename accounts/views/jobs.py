"""Long work: my list, one job with its progress, stopping it, and its result."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from accounts.access import access_job, signed_in
from accounts.actions.take_out_data import KIND as OF_CUSTOMER
from accounts.audit import record
from accounts.jobs import stop_job
from accounts.jobs.files import result_of
from accounts.middleware import ViewerRequest
from accounts.models import Job
from accounts.paging import keyset_page
from accounts.provider_job import KIND as OF_PROVIDER
from calcom_portal.common.downloads import download_file
from calcom_portal.common.pages import go, page, part

# Who took personal data away stands in the audit trail.
TAKEOUTS = frozenset({OF_CUSTOMER, OF_PROVIDER})


@require_GET
@signed_in
def jobs(request: ViewerRequest) -> HttpResponse:
    """List what the viewer asked for, the newest first."""
    mine = Job.objects.of_person(request.viewer.membership_id)
    listed = keyset_page(request, mine, key="id", newest_first=True)
    return page(request, "accounts/jobs.html", {"jobs": listed.rows, "pager": listed.pager})


@require_GET
@signed_in
def job(request: ViewerRequest, job_id: int) -> HttpResponse:
    """Show one job."""
    return page(request, "accounts/job.html", _context(request, job_id))


@require_GET
@signed_in
def live(request: ViewerRequest, job_id: int) -> HttpResponse:
    """How far it is: nothing is built when nothing has moved."""
    context = _context(request, job_id)
    if request.headers.get("If-None-Match") == context["etag"]:
        return _fresh(HttpResponseNotModified(), context["etag"])
    return _fresh(part(request, "accounts/_job_progress.html", context), context["etag"])


@require_POST
@signed_in
def stop(request: ViewerRequest, job_id: int) -> HttpResponse:
    """Stop it."""
    stop_job(job=access_job(request.viewer, job_id), actor=request.viewer)
    return go(request, reverse("job", args=[job_id]))


@require_GET
@signed_in
def file(request: ViewerRequest, job_id: int) -> HttpResponse:
    """Hand out the result, never shown by the portal itself."""
    found = access_job(request.viewer, job_id)
    result = result_of(found)
    if found.kind in TAKEOUTS:
        record(request.viewer, "takeout.downloaded", found.title, job=found.pk)
    # Django's own two kinds of answer share only a base that views do not name.
    return download_file(result, name=found.file_name, size=found.file_size)  # type: ignore[return-value]


def _context(request: ViewerRequest, job_id: int) -> dict[str, Any]:
    found = access_job(request.viewer, job_id)
    is_mine = found.membership_id == request.viewer.membership_id
    may_stop = is_mine and not found.is_over and found.stop_asked_at is None
    return {"job": found, "etag": _etag(found), "may_stop": may_stop, "is_mine": is_mine}


def _etag(job: Job) -> str:
    text = f"{job.pk}:{job.state}:{job.moved_at.isoformat()}:{job.attempts}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _fresh(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response
