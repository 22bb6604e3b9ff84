"""Every address answers everybody as the matrix says."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from tests.access_matrix import MATRIX, METHODS
from tests.access_visits import PEOPLE, Visitors, addresses, path_of
from tests.access_world import build_objects
from tests.accounts.who import seat_id
from tests.builders import build_person, build_site
from tests.cast import Cast
from tests.stage import acting

# What names the ticket, the device or the site of the matrix, all at Market Street.
OF_MARKET_STREET = (
    *("<ref:", ":reference>", "sites/<", "devices/<", "d/<"),
    *("checks/<", "incidents/<", "connections/<", "inspections/<", "backups/<"),
    "our-firmware/<",
)


# One by one, so that the processes of a run share them.
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("method", METHODS)
def test_every_address_answers_everybody_as_the_matrix_says(
    cast: Cast, method: str, person: str
) -> None:
    objects = build_objects(cast)
    visitors = Visitors(cast)

    found = {
        name: visitors.status(person, method, path_of(name, pattern, objects))
        for name, pattern in addresses()
    }

    wanted = {name: row_of(rows[method])[person] for name, rows in MATRIX.items() if method in rows}
    assert {key: got for key, got in found.items() if wanted.get(key) != str(got)} == {}


def row_of(statuses: str) -> dict[str, str]:
    """Return the answer that each of the people gets."""
    return dict(zip(PEOPLE, statuses.split(), strict=True))


def limited_colleague(cast: Cast) -> Viewer:
    """Bring somebody of Bayview on stage who sees another site than the matrix is about."""
    omar = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name="Omar Haddad")
    harbor = build_site(cast.bayview, "Harbor")
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(omar)).update(site_limit=[harbor.pk])
    return omar


# Papers that name the systems of all sites.
OF_THE_WHOLE_COMPANY = {
    *("contract_agreement", "contract_agreement_version", "contract_scan"),
    *("api_agreement", "api_papers", "api_paper", "api_signing_requests"),
}


def for_the_limited(name: str, pattern: str, colleagues: str) -> set[str]:
    """Return what a limited colleague may get where a colleague without limits gets this."""
    if name in OF_THE_WHOLE_COMPANY:
        return {"403", "405"}
    if not any(word in pattern for word in OF_MARKET_STREET):
        return {colleagues}
    # What nobody like them may do, or send, can be refused before anything is looked up.
    return {"404"} | ({colleagues} & {"400", "403", "405"})


def test_a_limited_colleague_gets_what_elena_gets_but_404_for_the_other_site(cast: Cast) -> None:
    objects = build_objects(cast)
    visitors = Visitors(cast, omar=limited_colleague(cast))
    column = PEOPLE.index("elena")

    wrong: dict[Any, Any] = {}
    for name, pattern in addresses():
        for method in METHODS:
            got = visitors.status("omar", method, path_of(name, pattern, objects))
            wanted = for_the_limited(name, pattern, MATRIX[name][method].split()[column])
            if str(got) not in wanted:
                wrong[name, method] = (got, wanted)
    assert wrong == {}
