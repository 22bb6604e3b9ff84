"""The people of the tests: one provider with two customers, and a rival provider."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.capabilities import Role
from accounts.models import Customer, Provider
from accounts.viewer import Viewer
from contracts.models import Contract, Device, Site
from tests.builders import (
    build_contract,
    build_customer,
    build_device,
    build_person,
    build_provider,
    build_site,
)


@dataclass(frozen=True)
class Cast:
    """CalCom, its customers Bayview (Tier 2) and Sutter (no contract), and the rival Northline.

    elena is a customer user and amit a customer admin of Bayview; sam is a user of Sutter (the
    rival customer). dana and marco are technicians, priya a dispatcher, ruth the admin of CalCom.
    nora is a technician, nils an admin of Northline, and kim a user of Northline's customer.
    """

    calcom: Provider
    bayview: Customer
    market_street: Site
    phone_system: Device
    contract: Contract
    sutter: Customer
    elena: Viewer
    amit: Viewer
    sam: Viewer
    dana: Viewer
    marco: Viewer
    priya: Viewer
    ruth: Viewer
    northline: Provider
    northline_customer: Customer
    nora: Viewer
    nils: Viewer
    kim: Viewer


def build_cast() -> Cast:
    """Bring everybody on stage."""
    calcom = build_provider("CalCom")
    bayview = build_customer(calcom, "Bayview Dental Group")
    sutter = build_customer(calcom, "Sutter Freight")
    site = build_site(bayview)
    northline = build_provider("Northline", prefix="NL")
    stranger = build_customer(northline, "Fjord Foods")
    return Cast(
        calcom=calcom,
        bayview=bayview,
        market_street=site,
        phone_system=build_device(site),
        contract=build_contract(bayview),
        sutter=sutter,
        elena=build_person(calcom, Role.CUSTOMER_USER, customer=bayview, name="Elena Moreno"),
        amit=build_person(calcom, Role.CUSTOMER_ADMIN, customer=bayview, name="Amit Bhatt"),
        sam=build_person(calcom, Role.CUSTOMER_USER, customer=sutter, name="Sam Ortiz"),
        dana=build_person(calcom, Role.TECHNICIAN, name="Dana Okafor"),
        marco=build_person(calcom, Role.TECHNICIAN, name="Marco Ruiz"),
        priya=build_person(calcom, Role.DISPATCHER, name="Priya Shah"),
        ruth=build_person(calcom, Role.PROVIDER_ADMIN, name="Ruth Lindqvist"),
        northline=northline,
        northline_customer=stranger,
        nora=build_person(northline, Role.TECHNICIAN, name="Nora Dahl"),
        nils=build_person(northline, Role.PROVIDER_ADMIN, name="Nils Berg"),
        kim=build_person(northline, Role.CUSTOMER_USER, customer=stranger, name="Kim Aas"),
    )
