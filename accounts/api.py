"""The API's part about people: who am I, and what a call knows about its sender."""

from __future__ import annotations

from typing import Any, cast

from django.urls import path
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_auth import KeyNeeded
from accounts.capabilities import CAPABILITIES
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.views import PortalView


class AnyKey(BasePermission):
    """Lets every key through that is in force."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Answer yes, or raise in words."""
        if request.user is None:
            raise KeyNeeded
        return True


def viewer_in(request: Request) -> Viewer:
    """Return who calls. Only behind a permission that asks for a key."""
    return cast(Viewer, request.user)


class Named(serializers.Serializer[Any]):
    """A thing by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Me(serializers.Serializer[Any]):
    """The person for whom the key acts."""

    id = serializers.IntegerField(
        help_text="The membership: what `reporter` and `technician` take."
    )
    name = serializers.CharField()
    role = serializers.CharField()
    zone = serializers.CharField(help_text="IANA time zone of the person.")
    provider = Named()
    customer = Named(allow_null=True, help_text="null for the provider's own people.")
    scopes = serializers.ListField(child=serializers.CharField())
    capabilities = serializers.ListField(child=serializers.CharField())


ME = {
    "id": 7,
    "name": "Dana Okafor",
    "role": "technician",
    "zone": "America/Los_Angeles",
    "provider": {"id": 1, "name": "CalCom"},
    "customer": None,
    "scopes": ["tickets:read", "tickets:write"],
    "capabilities": ["open_tickets", "reply", "work_tickets"],
}


class MeView(PortalView):
    """Who am I?"""

    permission_classes = (AnyKey,)

    @extend_schema(
        operation_id="me",
        summary="Who the key acts for",
        description="The person, the tenant and the rights behind the key. Every key may ask.",
        tags=["me"],
        responses=Me,
        examples=[OpenApiExample("A technician", ME, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Tell."""
        viewer = viewer_in(request)
        customer = {"id": viewer.customer_id, "name": viewer.customer_name}
        return Response(
            {
                "id": viewer.membership_id,
                "name": viewer.name,
                "role": viewer.role.value,
                "zone": viewer.zone,
                "provider": {"id": viewer.provider_id, "name": viewer.provider_name},
                "customer": customer if viewer.is_customer else None,
                "scopes": sorted(viewer.scopes or ()),
                "capabilities": sorted(item.value for item in CAPABILITIES[viewer.role]),
            }
        )


urlpatterns = [path("me", MeView.as_view(), name="api_me")]
