"""The papers of a contract: its versions with their signatures, the PDFs, what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField, canonical_id
from calcom_portal.common.api.keysets import NEWEST, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.downloads import PDF, download
from contracts.access import access_paper
from contracts.api.views import CONTRACTS, ID, described
from contracts.models import Contract, SignatureMethod, SigningRequest, SigningState
from contracts.papers import make_paper, papers_of

GetPdf = TypeVar("GetPdf", bound=Callable[..., HttpResponse])

PAPER = {
    "version": 1,
    "effective_on": "2026-01-01",
    "tier_name": "Tier 2",
    "terms_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "signature": {
        "method": "typed",
        "name": "Amit Bhatt",
        "role": "Office manager",
        "signed_on": "2025-12-15",
        "at": "2025-12-15T18:00:00.000000Z",
        "pdf_sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        "has_scan": False,
    },
}
REQUEST = {
    "id": 5,
    "state": "signed",
    "note": "As we spoke about on the telephone.",
    "terms_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "sent_at": "2025-12-14T17:00:00.000000Z",
    "answered_at": "2025-12-15T18:00:00.000000Z",
    "answered_by": "Amit Bhatt",
    "reason": "",
}


class SignatureShape(serializers.Serializer[Any]):
    """The evidence of a signature."""

    method = serializers.ChoiceField(SignatureMethod.values)
    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    signed_on = serializers.DateField()
    at = InstantField(help_text="When it was written down.")
    pdf_sha256 = serializers.CharField(
        allow_blank=True, help_text="The exact file that the signer was shown, where one was."
    )
    has_scan = serializers.BooleanField(
        source="scan_sha256", help_text="true: a scan of the paper is on the contract's page."
    )


class PaperShape(serializers.Serializer[Any]):
    """One version of a contract as a document."""

    version = serializers.IntegerField()
    effective_on = serializers.DateField()
    tier_name = serializers.CharField()
    terms_sha256 = serializers.CharField(source="digest")
    signature = SignatureShape(allow_null=True)


class Papers(serializers.Serializer[Any]):
    """All versions of a contract, the newest first."""

    items = PaperShape(many=True)


class RequestShape(serializers.Serializer[Any]):
    """An agreement as it was sent to be signed, and the answer."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(SigningState.values)
    note = serializers.CharField(allow_blank=True)
    terms_sha256 = serializers.CharField()
    sent_at = InstantField()
    answered_at = InstantField(allow_null=True)
    answered_by = serializers.CharField(source="answered_by.name", default=None, allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why it was declined.")


class RequestPage(serializers.Serializer[Any]):
    """Some of them, and where the next ones are."""

    items = RequestShape(many=True)
    next = serializers.URLField(allow_null=True)


class PapersView(PortalView):
    """The versions with their signatures."""

    scopes = {"GET": CONTRACTS}

    @described(
        "papers_list",
        "List the versions of a contract with their signatures",
        Papers,
        {"items": [PAPER]},
    )
    def get(self, request: Request, id: str) -> Response:
        """List."""
        return Response(Papers({"items": papers_of(_contract(request, id))}).data)


def _pdf(
    name: str, summary: str, description: str, *parameters: OpenApiParameter
) -> Callable[[GetPdf], GetPdf]:
    described: Callable[[GetPdf], GetPdf] = extend_schema(
        operation_id=name,
        summary=summary,
        description=description,
        tags=["papers"],
        parameters=[ID, *parameters],
        responses={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, "A tagged PDF.")},
    )
    return described


class AgreementView(PortalView):
    """The newest agreement as PDF."""

    scopes = {"GET": CONTRACTS}

    @_pdf(
        "agreements_read",
        "Download the newest agreement",
        "Of a signed contract its newest version; of one that waits the file that was sent; of a "
        "draft what would be sent, marked as such.",
    )
    def get(self, request: Request, id: str) -> HttpResponse:
        """Hand out."""
        paper = make_paper(_contract(request, id))
        return download(paper.data, name=paper.name, media_type=PDF)


class PaperView(PortalView):
    """One version as PDF."""

    scopes = {"GET": CONTRACTS}

    @_pdf(
        "papers_read",
        "Download a version of a contract",
        "With the record of its signature.",
        OpenApiParameter("version", int, OpenApiParameter.PATH),
    )
    def get(self, request: Request, id: str, version: str) -> HttpResponse:
        """Hand out."""
        paper = make_paper(_contract(request, id), canonical_id(version) or 0)
        return download(paper.data, name=paper.name, media_type=PDF)


class SigningRequestsView(PortalView):
    """What was sent to be signed."""

    scopes = {"GET": CONTRACTS}
    query = PageQuery

    @extend_schema(parameters=[ID])
    @described(
        "signings_list",
        "List what was sent to be signed",
        RequestPage,
        REQUEST,
        PageQuery,
    )
    def get(self, request: Request, id: str) -> Response:
        """List, the newest first."""
        rows = SigningRequest.objects.filter(contract=_contract(request, id))
        items, following = page_of(request, rows.select_related("answered_by"), NEWEST, self.asked)
        return Response({"items": RequestShape(items, many=True).data, "next": following})


def _contract(request: Request, id: str) -> Contract:
    """Return the contract whose papers may be read. Raises Missing, NotAllowed."""
    viewer = viewer_in(request)
    viewer.require(Capability.SEE_CONTRACTS)
    return access_paper(viewer, canonical_id(id) or 0)
