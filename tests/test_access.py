"""Every address answers everybody as the matrix says."""

from __future__ import annotations

from tests.access_matrix import MATRIX, METHODS
from tests.access_visits import Visitors, addresses, path_of
from tests.access_world import build_objects
from tests.cast import Cast


def test_every_address_answers_everybody_as_the_matrix_says(cast: Cast) -> None:
    objects = build_objects(cast)
    visitors = Visitors(cast)

    found = {
        (name, method): visitors.statuses(method, path_of(name, pattern, objects))
        for name, pattern in addresses()
        for method in METHODS
    }

    wanted = {(name, method): row for name, rows in MATRIX.items() for method, row in rows.items()}
    assert {key: row for key, row in found.items() if wanted.get(key) != row} == {}
