"""A tiny API, to see what a key opens: read counts customers, write makes one and may then fail."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Customer, Provider
from calcom_portal.common.errors import RuleBroken
from calcom_portal.urls import urlpatterns as portal


class Probe(APIView):
    """Answers with what the key sees."""

    scopes = {"GET": "tickets:read", "POST": "tickets:write"}

    def get(self, request: Request) -> Response:
        """Say whose key it is, and how many customers it sees."""
        viewer: Any = request.user
        return Response({"who": viewer.name, "customers": Customer.objects.count()})

    def post(self, request: Request) -> Response:
        """Make a customer; with `fail` refuse afterwards."""
        data: Any = request.data
        Customer.objects.create(provider=Provider.objects.get(), name="New", number="N-1")
        if data.get("fail"):
            raise RuleBroken("No.", remedy="Stop.")
        return Response({}, status=201)


urlpatterns = [path("api/probe/", Probe.as_view()), *portal]
