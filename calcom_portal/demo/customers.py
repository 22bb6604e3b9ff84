"""The customers of the demo: who they are and where they are. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """A place. `phones` names the rooms with a phone, `wifi` those with an access point."""

    name: str
    address: str
    phones: tuple[str, ...]
    wifi: tuple[str, ...]
    has_gateway: bool = False
    has_system: bool = True
    server_room: str = "Server closet"


@dataclass(frozen=True, slots=True)
class CustomerSpec:
    """A customer. `fleet` names the make of its equipment (see `devices`), `since` days ago."""

    name: str
    number: str
    phone: str
    domain: str
    fleet: str
    since: int
    sites: tuple[SiteSpec, ...]
    busy: int = 3


CUSTOMERS: Final = (
    CustomerSpec(
        "Bayview Dental Group",
        "C-1001",
        "+14155550111",
        "bayviewdental.example",
        "Panasonic",
        780,
        (
            SiteSpec(
                "Market Street",
                "1280 Market Street, San Francisco, CA 94102",
                ("Front desk 1", "Front desk 2", "Billing", "Manager's office"),
                ("Waiting room",),
                has_gateway=True,
            ),
            SiteSpec(
                "Sunset",
                "2145 Irving Street, San Francisco, CA 94122",
                ("Front desk", "Staff room"),
                ("Waiting room",),
            ),
            SiteSpec(
                "Daly City",
                "355 Gellert Boulevard, Daly City, CA 94015",
                ("Front desk", "X-ray room"),
                ("Hall",),
            ),
        ),
        busy=6,
    ),
    CustomerSpec(
        "Alder & Finch LLP",
        "C-1002",
        "+14155550124",
        "alderfinch.example",
        "Avaya",
        760,
        (
            SiteSpec(
                "Montgomery Street",
                "425 Montgomery Street, Suite 900, San Francisco, CA 94104",
                ("Reception", "Conference room A", "Conference room B", "Library"),
                ("Reception", "Library"),
                has_gateway=True,
                server_room="IT room 9.14",
            ),
            SiteSpec(
                "Oakland",
                "1970 Broadway, Suite 300, Oakland, CA 94612",
                ("Reception", "Conference room"),
                ("Reception",),
            ),
        ),
        busy=5,
    ),
    CustomerSpec(
        "Sutter Freight",
        "C-1003",
        "+15105550138",
        "sutterfreight.example",
        "Grandstream",
        700,
        (
            SiteSpec(
                "Oakland Harbor",
                "2277 7th Street, Oakland, CA 94607",
                ("Dispatch desk 1", "Dispatch desk 2", "Gate house", "Yard office"),
                ("Warehouse north", "Warehouse south"),
                has_gateway=True,
                server_room="Dispatch back room",
            ),
            SiteSpec(
                "South San Francisco",
                "410 Littlefield Avenue, South San Francisco, CA 94080",
                ("Counter", "Loading dock"),
                ("Warehouse",),
            ),
        ),
        busy=5,
    ),
    CustomerSpec(
        "Marin Ridge School",
        "C-1004",
        "+14155550146",
        "marinridge.example",
        "Grandstream",
        650,
        (
            SiteSpec(
                "Main campus",
                "88 Ridge Road, San Rafael, CA 94901",
                ("Main office", "Nurse", "Room 12", "Gym"),
                ("Library", "Gym"),
            ),
            SiteSpec(
                "Lower school",
                "14 Sequoia Lane, San Rafael, CA 94903",
                ("Office", "Room 3"),
                ("Hall",),
            ),
        ),
        busy=4,
    ),
    CustomerSpec(
        "Hotel Miramonte",
        "C-1005",
        "+16505550153",
        "hotelmiramonte.example",
        "Panasonic",
        620,
        (
            SiteSpec(
                "Hotel",
                "1 Miramontes Point Road, Half Moon Bay, CA 94019",
                ("Front desk", "Concierge", "Housekeeping", "Kitchen", "Room 204", "Room 311"),
                ("Lobby", "Pool", "Conference wing"),
                has_gateway=True,
                server_room="Basement plant room",
            ),
        ),
        busy=5,
    ),
    CustomerSpec(
        "Peninsula Radiology Partners",
        "C-1006",
        "+16505550167",
        "penrad.example",
        "Avaya",
        540,
        (
            SiteSpec(
                "San Mateo",
                "101 South San Mateo Drive, San Mateo, CA 94401",
                ("Scheduling 1", "Scheduling 2", "MRI control", "Reading room"),
                ("Waiting room",),
                has_gateway=True,
            ),
            SiteSpec(
                "Redwood City",
                "2900 Whipple Avenue, Redwood City, CA 94062",
                ("Front desk", "CT control"),
                ("Waiting room",),
            ),
        ),
        busy=5,
    ),
    CustomerSpec(
        "Sausalito Yacht Services",
        "C-1007",
        "+14155550172",
        "sausalitoyacht.example",
        "Yealink",
        480,
        (
            SiteSpec(
                "Harbor office",
                "300 Harbor Drive, Sausalito, CA 94965",
                ("Front office", "Chandlery counter", "Boatyard"),
                ("Front office", "Dock B"),
            ),
        ),
        busy=2,
    ),
    CustomerSpec(
        "Terra Nova Tile Supply",
        "C-1008",
        "+15105550188",
        "terranovatile.example",
        "Yealink",
        430,
        (
            SiteSpec(
                "San Leandro showroom",
                "1550 Davis Street, San Leandro, CA 94577",
                ("Sales desk 1", "Sales desk 2", "Accounts"),
                ("Showroom",),
            ),
            SiteSpec(
                "Hayward warehouse",
                "3400 Depot Road, Hayward, CA 94545",
                ("Will call", "Shipping"),
                ("Warehouse",),
            ),
        ),
    ),
    CustomerSpec(
        "Presidio Community Credit Union",
        "C-1009",
        "+14155550191",
        "presidiocu.example",
        "Avaya",
        390,
        (
            SiteSpec(
                "Chestnut Street branch",
                "2166 Chestnut Street, San Francisco, CA 94123",
                ("Teller 1", "Teller 2", "Loans", "Branch manager"),
                ("Lobby",),
                has_gateway=True,
            ),
        ),
    ),
    CustomerSpec(
        "Valley Oak Veterinary Hospital",
        "C-1010",
        "+19255550205",
        "valleyoakvet.example",
        "Panasonic",
        450,
        (
            SiteSpec(
                "Walnut Creek",
                "1440 Treat Boulevard, Walnut Creek, CA 94597",
                ("Reception", "Exam room 2", "Surgery"),
                ("Reception",),
            ),
        ),
        busy=2,
    ),
    CustomerSpec(
        "Cypress Point Architects",
        "C-1011",
        "+15105550216",
        "cypresspoint.example",
        "Yealink",
        110,
        (
            SiteSpec(
                "Berkeley studio",
                "2150 Shattuck Avenue, Berkeley, CA 94704",
                ("Front desk", "Studio", "Model shop"),
                ("Studio",),
            ),
        ),
        busy=1,
    ),
    CustomerSpec(
        "Mission Bay Bakery",
        "C-1012",
        "+14155550229",
        "missionbaybakery.example",
        "Grandstream",
        200,
        (
            SiteSpec(
                "Bryant Street",
                "2300 Bryant Street, San Francisco, CA 94110",
                ("Office", "Ovens"),
                ("Office",),
                server_room="Office cupboard",
            ),
            SiteSpec(
                "Dogpatch shop",
                "1001 Minnesota Street, San Francisco, CA 94107",
                ("Counter", "Back office"),
                ("Shop",),
                has_system=False,
                server_room="Back office",
            ),
        ),
        busy=2,
    ),
)
