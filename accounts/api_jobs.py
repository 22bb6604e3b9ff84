"""Reading long work over the API: how far it is, and what it made."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_job
from accounts.api import viewer_in
from accounts.api_scopes import ApiScope
from accounts.jobs.files import result_of
from accounts.models import Job, JobState
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField, canonical_id
from calcom_portal.common.api.keysets import NEWEST, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.downloads import download_file

READ = ApiScope.JOBS_READ.value
ID = OpenApiParameter("job_id", int, OpenApiParameter.PATH)

JOB = {
    "id": 4,
    "kind": "takeout",
    "title": "All data of Bayview Dental Group",
    "state": "done",
    "step": "Packed",
    "done_count": 12,
    "total_count": 12,
    "outcome": "Everything is in the file.",
    "error": "",
    "file": {"name": "bayview.zip", "size": 48213},
    "created_at": "2026-06-15T17:00:00.000000Z",
    "finished_at": "2026-06-15T17:00:09.000000Z",
    "expires_at": "2026-06-22T17:00:09.000000Z",
}


class ResultShape(serializers.Serializer[Any]):
    """The file that a job made."""

    name = serializers.CharField(source="file_name")
    size = serializers.IntegerField(source="file_size", help_text="In bytes.")


class JobShape(serializers.Serializer[Any]):
    """A piece of long work."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in JobState])
    step = serializers.CharField(allow_blank=True)
    done_count = serializers.IntegerField()
    total_count = serializers.IntegerField(help_text="0: not known.")
    outcome = serializers.SerializerMethodField(help_text="What came of it, in words.")
    error = serializers.CharField(allow_blank=True, help_text="Why it failed or was stopped.")
    file = serializers.SerializerMethodField()
    created_at = InstantField()
    finished_at = InstantField(allow_null=True)
    expires_at = InstantField(allow_null=True, help_text="Until then the file is kept.")

    def get_outcome(self, job: Job) -> str:
        """Return what came of it."""
        return str((job.outcome or {}).get("text", ""))

    @extend_schema_field(ResultShape(allow_null=True))
    def get_file(self, job: Job) -> Any:
        """Return the file that can be read, if there is one."""
        return ResultShape(job).data if job.has_file else None


class JobPage(serializers.Serializer[Any]):
    """Some jobs, and where the next ones are."""

    items = JobShape(many=True)
    next = serializers.URLField(allow_null=True)


class JobsView(PortalView):
    """Long work of the key's person."""

    scopes = {"GET": READ}
    query = PageQuery

    @extend_schema(
        operation_id="jobs_list",
        summary="List long work",
        description="What the key's person asked for, the newest first.",
        tags=["jobs"],
        parameters=[PageQuery],
        responses=JobPage,
        examples=[OpenApiExample("A page", {"items": [JOB], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List."""
        mine = Job.objects.of_person(viewer_in(request).membership_id)
        items, following = page_of(request, mine, NEWEST, self.asked)
        return Response({"items": JobShape(items, many=True).data, "next": following})


class JobView(PortalView):
    """One job."""

    scopes = {"GET": READ}

    @extend_schema(
        operation_id="jobs_read",
        summary="Read how a job stands",
        description="One's own; the provider's administrators read those of their people too.",
        tags=["jobs"],
        parameters=[ID],
        responses=JobShape,
        examples=[OpenApiExample("Done", JOB, response_only=True)],
    )
    def get(self, request: Request, job_id: str) -> Response:
        """Read."""
        return Response(JobShape(access_job(viewer_in(request), canonical_id(job_id) or 0)).data)


class JobFileView(PortalView):
    """What a job made."""

    scopes = {"GET": READ}

    @extend_schema(
        operation_id="jobs_file",
        summary="Download what a job made",
        description="404 before it is done, and when the file is no longer kept.",
        tags=["jobs"],
        parameters=[ID],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")
        },
    )
    def get(self, request: Request, job_id: str) -> FileResponse:
        """Hand out."""
        found = access_job(viewer_in(request), canonical_id(job_id) or 0)
        return download_file(result_of(found), name=found.file_name, size=found.file_size)


urlpatterns = [
    path("jobs", JobsView.as_view(), name="api_jobs"),
    path("jobs/<str:job_id>", JobView.as_view(), name="api_job"),
    path("jobs/<str:job_id>/file", JobFileView.as_view(), name="api_job_file"),
]
