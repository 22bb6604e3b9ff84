"""What opens the demo's equipment: credentials, a host that nobody has vouched for, an agent."""

from __future__ import annotations

from accounts.models import Customer
from accounts.viewer import Viewer
from contracts.models import Device, DeviceKind, Site
from monitoring.actions._ways import Way
from monitoring.actions.create_connection import create_connection
from monitoring.actions.create_credential import create_credential
from monitoring.actions.invite_agent import invite_agent

# Made up, and good nowhere: the machines of the demo do not exist.
LOGIN = {"user": "portal", "password": "kelp-sorrel-anvil-92"}
COMMUNITY = {"community": "bayview-watch"}


def furnish_ways_in(customer_id: int, actor: Viewer) -> None:
    """Keep secrets of one customer, say how its phone system is reached, prepare an agent."""
    customer = Customer.objects.get(pk=customer_id)
    login = create_credential(
        customer=customer,
        name="Phone system, monitoring",
        kind="password",
        secret=LOGIN,
        actor=actor,
    )
    create_credential(
        customer=customer, name="Switches", kind="snmp_community", secret=COMMUNITY, actor=actor
    )
    devices = Device.objects.filter(customer=customer, kind=DeviceKind.PBX, retired_on=None)
    if phone_system := devices.order_by("pk").first():
        way = Way("ssh", "pbx.bayviewdental.example", credential=login)
        create_connection(device=phone_system, way=way, actor=actor)
    site = Site.objects.filter(customer=customer).order_by("pk").first()
    if site is not None:
        invite_agent(site=site, name="Box in the server room", actor=actor)
