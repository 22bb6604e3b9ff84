"""The people of the demo, in every role. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from accounts.capabilities import Role

# Known to everybody who reads this file: the demo is for trying out, never for real data.
PASSWORD: Final = "calcom-demo"  # noqa: S105 - meant to be read


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A person. `company` is a customer's number; empty for the provider's own people."""

    name: str
    role: Role
    company: str = ""
    phone: str = ""

    @property
    def mailbox(self) -> str:
        """Return the part of the address before the @."""
        return self.name.lower().replace(" ", ".").replace("'", "")


USER, ADMIN = Role.CUSTOMER_USER, Role.CUSTOMER_ADMIN

PROVIDER_DOMAIN: Final = "calcom.example"

STAFF: Final = (
    PersonSpec("Ruth Lindqvist", Role.PROVIDER_ADMIN, phone="+14155550101"),
    PersonSpec("Priya Shah", Role.DISPATCHER, phone="+14155550102"),
    PersonSpec("Dana Okafor", Role.TECHNICIAN, phone="+14155550103"),
    PersonSpec("Marco Ruiz", Role.TECHNICIAN, phone="+14155550104"),
    PersonSpec("Hannah Lee", Role.TECHNICIAN, phone="+14155550105"),
)

CUSTOMER_PEOPLE: Final = (
    PersonSpec("Amit Bhatt", ADMIN, "C-1001", "+14155550112"),
    PersonSpec("Elena Moreno", USER, "C-1001", "+14155550113"),
    PersonSpec("Grace Tanaka", USER, "C-1001", "+14155550114"),
    PersonSpec("Julia Finch", ADMIN, "C-1002", "+14155550125"),
    PersonSpec("Owen Price", USER, "C-1002", "+14155550126"),
    PersonSpec("Sam Ortiz", ADMIN, "C-1003", "+15105550139"),
    PersonSpec("Lorraine Hughes", USER, "C-1003", "+15105550140"),
    PersonSpec("Kofi Mensah", USER, "C-1003", "+15105550141"),
    PersonSpec("Beth Carver", ADMIN, "C-1004", "+14155550147"),
    PersonSpec("Daniel Roth", USER, "C-1004", "+14155550148"),
    PersonSpec("Isabel Navarro", ADMIN, "C-1005", "+16505550154"),
    PersonSpec("Tom Whitaker", USER, "C-1005", "+16505550155"),
    PersonSpec("Mei Chen", USER, "C-1005", "+16505550156"),
    PersonSpec("Farah Aziz", ADMIN, "C-1006", "+16505550168"),
    PersonSpec("Peter Nolan", USER, "C-1006", "+16505550169"),
    PersonSpec("Captain Joe Bianchi", ADMIN, "C-1007", "+14155550173"),
    PersonSpec("Maria Santos", ADMIN, "C-1008", "+15105550189"),
    PersonSpec("Leo Park", USER, "C-1008", "+15105550190"),
    PersonSpec("Helen Draper", ADMIN, "C-1009", "+14155550192"),
    PersonSpec("Victor Lam", USER, "C-1009", "+14155550193"),
    PersonSpec("Nadia Petrov", ADMIN, "C-1010", "+19255550206"),
    PersonSpec("Chris Doyle", USER, "C-1010", "+19255550207"),
    PersonSpec("Anya Kapoor", ADMIN, "C-1011", "+15105550217"),
    PersonSpec("Rosa Delgado", ADMIN, "C-1012", "+14155550230"),
    PersonSpec("Ben Fisher", USER, "C-1012", "+14155550231"),
)

# The rival provider, to see that neither learns anything of the other.
RIVAL_DOMAIN: Final = "northline.example"
RIVAL_STAFF: Final = (
    PersonSpec("Nils Berg", Role.PROVIDER_ADMIN),
    PersonSpec("Nora Dahl", Role.TECHNICIAN),
)
# A provider in its first hour, and whoever runs the installation.
HARBOR_DOMAIN: Final = "harborvoice.example"
FOUNDER: Final = PersonSpec("Hana Ito", Role.PROVIDER_ADMIN)
OPERATOR_DOMAIN: Final = "portal.example"
OPERATOR: Final = PersonSpec("Olga Brandt", Role.SYSTEM)
# For the operator's second step, in any authenticator app.
OPERATOR_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - meant to be read
RIVAL_PEOPLE: Final = (PersonSpec("Kim Aas", ADMIN, "C-1"), PersonSpec("Ola Lund", USER, "C-1"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the table that `demo_signins` prints."""

    role: str
    name: str
    email: str


SIGN_INS: Final = (
    SignIn("Customer user", "Elena Moreno", "elena.moreno@bayviewdental.example"),
    SignIn("Customer admin", "Amit Bhatt", "amit.bhatt@bayviewdental.example"),
    SignIn("Technician", "Dana Okafor", "dana.okafor@calcom.example"),
    SignIn("Dispatcher", "Priya Shah", "priya.shah@calcom.example"),
    SignIn("Provider admin", "Ruth Lindqvist", "ruth.lindqvist@calcom.example"),
    SignIn("Rival's admin", "Nils Berg", "nils.berg@northline.example"),
    SignIn("In a first hour", "Hana Ito", "hana.ito@harborvoice.example"),
    SignIn("Operator", "Olga Brandt", "olga.brandt@portal.example"),
)
