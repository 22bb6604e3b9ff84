"""Releases of the catalogue, and versions that people read off devices: written once, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed
from contracts.models import Device, ProductModel
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.trail import trail
from tests.upkeep.firmware.world import build_product, build_release, runs
from upkeep.actions.add_release import ReleaseFacts, add_release
from upkeep.actions.edit_release import edit_release
from upkeep.actions.record_version import record_version
from upkeep.firmware.standing import Status
from upkeep.models import FirmwareRelease, FirmwareSeen

pytestmark = pytest.mark.django_db

FACTS = ReleaseFacts(
    "22.10.2",
    Status.APPROVED,
    released_on=date(2026, 11, 2),
    ends_on=date(2028, 11, 2),
    file_sha256="AB" * 32,
    file_url=" https://maker.example/pbx-22.10.2.rom ",
    notes="Closes a hole.",
)


@pytest.fixture
def product(cast: Cast) -> ProductModel:
    """Give the model of Bayview's phone system."""
    return build_product(cast, cast.phone_system)


def test_a_release_is_kept_as_it_was_entered(
    cast: Cast, product: ProductModel, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-23T10:00-08:00")
    with acting(cast.priya):
        made = add_release(product=product, facts=FACTS, actor=cast.priya)
        made.refresh_from_db()
    assert (made.product_model_id, made.version, made.status) == (product.pk, "22.10.2", "approved")
    assert (made.released_on, made.ends_on) == (date(2026, 11, 2), date(2028, 11, 2))
    assert made.file_sha256 == "ab" * 32
    assert made.file_url == "https://maker.example/pbx-22.10.2.rom"
    assert (made.notes, made.added_at) == ("Closes a hole.", now)
    details = {"id": made.pk, "status": "approved"}
    assert trail(cast, "release.added") == [("Priya Shah", details)]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FACTS, version=" "), "version"),
        (replace(FACTS, version="latest"), "version"),
        (replace(FACTS, version="22.9.0-RC1"), "version"),
        (replace(FACTS, file_url="ftp://maker.example/22.rom"), "file_url"),
        (replace(FACTS, file_sha256="ab" * 31), "file_sha256"),
    ],
)
def test_a_release_that_cannot_be_is_neither_added_nor_written_over_another(
    cast: Cast, product: ProductModel, facts: ReleaseFacts, field: str
) -> None:
    build_release(cast, product, "22.9.0-rc1")
    other = build_release(cast, product, "22.10.1")
    with acting(cast.priya):
        before = list(FirmwareRelease.objects.order_by("pk").values())
        with pytest.raises(BadInput) as refused:
            add_release(product=product, facts=facts, actor=cast.priya)
        assert refused.value.field == field
        with pytest.raises(BadInput) as refused:
            edit_release(release=other, facts=facts, actor=cast.priya)
        assert refused.value.field == field
        assert list(FirmwareRelease.objects.order_by("pk").values()) == before


def test_a_release_judged_anew_names_what_changed_and_the_same_again_writes_nothing(
    cast: Cast, product: ProductModel
) -> None:
    release = build_release(cast, product, "22.10.2", Status.SEEN)
    facts = ReleaseFacts("22.10.2", Status.BLOCKED, notes="Loses calls.")
    with acting(cast.priya):
        for _ in range(2):
            edit_release(release=release, facts=facts, actor=cast.priya)
        release.refresh_from_db()
    assert (release.version, release.status, release.notes) == (
        "22.10.2",
        "blocked",
        "Loses calls.",
    )
    assert trail(cast, "release.edited") == [
        ("Priya Shah", {"id": release.pk, "changed": ["status", "notes"]})
    ]


def test_the_catalogue_is_not_the_technicians(cast: Cast, product: ProductModel) -> None:
    release = build_release(cast, product)
    with acting(cast.dana):
        with pytest.raises(NotAllowed):
            add_release(product=product, facts=FACTS, actor=cast.dana)
        with pytest.raises(NotAllowed):
            edit_release(release=release, facts=FACTS, actor=cast.dana)
        assert [one.status for one in FirmwareRelease.objects.all()] == ["security"]


def seen_of(device: Device) -> list[tuple[str, str, bool]]:
    rows = FirmwareSeen.objects.filter(device=device).order_by("pk")
    return [(one.version, one.source, one.until is None) for one in rows]


def test_a_version_that_somebody_read_follows_the_one_that_was_told_before(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-22T10:00-08:00")
    device = cast.phone_system
    runs(cast, device, "22.10.1")
    now = database_time.set("2026-11-23T10:00-08:00")
    with acting(cast.dana):
        seen = record_version(device=device, version=" 22.10.2 ", actor=cast.dana)
        assert seen_of(device) == [
            ("22.10.1", "Check “Inside”", False),
            ("22.10.2", "Read by Dana Okafor", True),
        ]
        assert FirmwareSeen.objects.get(version="22.10.1").until == now
    assert (seen.since, seen.seen_at, seen.customer_id) == (now, now, cast.bayview.pk)
    assert trail(cast, "version.recorded") == [
        ("Dana Okafor", {"id": device.pk, "version": "22.10.2"})
    ]


def test_the_same_version_read_again_stays_one_row_with_the_last_reader(
    cast: Cast, database_time: DatabaseTime
) -> None:
    began = database_time.set("2026-11-22T10:00-08:00")
    runs(cast, cast.phone_system, "22.10.2")
    now = database_time.set("2026-11-23T10:00-08:00")
    with acting(cast.marco):
        seen = record_version(device=cast.phone_system, version="22.10.2", actor=cast.marco)
        assert seen_of(cast.phone_system) == [("22.10.2", "Read by Marco Ruiz", True)]
    assert (seen.since, seen.seen_at) == (began, now)


@pytest.mark.parametrize("version", [" ", "9" * 81, "22.10\n.2", "22\x00"])
def test_what_is_no_version_is_refused_at_its_field(cast: Cast, version: str) -> None:
    with acting(cast.dana):
        with pytest.raises(BadInput) as refused:
            record_version(device=cast.phone_system, version=version, actor=cast.dana)
        assert refused.value.field == "version"
        assert not FirmwareSeen.objects.exists()


def test_a_customer_writes_no_version_down(cast: Cast) -> None:
    with acting(cast.amit), pytest.raises(NotAllowed):
        record_version(device=cast.phone_system, version="22.10.2", actor=cast.amit)
    with acting(cast.dana):
        assert not FirmwareSeen.objects.exists()
