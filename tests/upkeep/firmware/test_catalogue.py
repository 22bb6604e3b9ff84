"""The catalogue of releases, advisories, and which device runs what."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.errors import BadInput, NotAllowed
from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device, DeviceKind, Site
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.monitoring.watched import watch
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.firmware.world import (
    PUBLISHED,
    build_advisory,
    build_product,
    build_release,
    runs,
)
from upkeep.actions.enter_advisory import AdvisoryFacts, enter_advisory
from upkeep.actions.withdraw_advisory import withdraw_advisory
from upkeep.firmware.standing import Standing, Status
from upkeep.fleet import model_lines
from upkeep.models import FirmwareAdvisory, FirmwareRelease, FirmwareSeen
from upkeep.sweeps.note_versions import note_versions

pytestmark = pytest.mark.django_db


def test_the_worst_version_of_a_model_comes_first(cast: Cast) -> None:
    others = [build_device(cast.market_street, f"PBX {number}") for number in range(3)]
    product = build_product(cast, cast.phone_system, *others)
    build_release(cast, product)
    build_advisory(cast, product)
    runs(cast, cast.phone_system, "22.10.1")
    for device in others[:2]:
        runs(cast, device, "22.10.2")
    with acting(cast.dana):
        line = model_lines([product], PUBLISHED)[0]
    assert [(one.version, one.count, one.verdict.standing) for one in line.in_use] == [
        ("22.10.1", 1, Standing.AFFECTED),
        ("", 1, Standing.UNKNOWN),
        ("22.10.2", 2, Standing.CURRENT),
    ]
    assert line.count == 4


def test_a_withdrawn_advisory_concerns_nobody(cast: Cast) -> None:
    product = build_product(cast, cast.phone_system)
    advisory = build_advisory(cast, product)
    runs(cast, cast.phone_system, "22.10.1")
    with acting(cast.priya):
        withdraw_advisory(advisory=advisory, actor=cast.priya)
        line = model_lines([product], PUBLISHED)[0]
    assert line.in_use[0].verdict.standing is Standing.UNKNOWN


def _phone(site: Site) -> Device:
    phone = build_device(site, "Reception")
    phone.kind, phone.extension = DeviceKind.PHONE.value, "101"
    with provider_scope(provider_id=site.provider_id):
        phone.save(update_fields=["kind", "extension"])
    return phone


def test_a_check_tells_the_version_of_a_system_and_of_its_phones(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-23T10:00-08:00")
    phone = _phone(cast.market_street)
    elsewhere = _phone(build_site(cast.bayview, "Oakland"))
    check = watch(cast.phone_system)
    facts = {
        "version": "Asterisk 22.10.1~dfsg",
        "sip.server": "Asterisk PBX 1.0",
        "phones.provisioned": 1,
        "phone.firmware:101": "Yealink SIP-T46S 66.86.0.15",
    }
    with acting(cast.ruth):
        type(check).objects.filter(pk=check.pk).update(last_at=now, last_facts=facts)
    assert note_versions().changed == 2
    assert note_versions().changed == 0
    with acting(cast.dana):
        seen = {row.device_id: row for row in FirmwareSeen.objects.all()}
    assert seen[cast.phone_system.pk].version == "22.10.1~dfsg"
    assert seen[phone.pk].version == "66.86.0.15"
    assert seen[phone.pk].source == f"Phone system {cast.phone_system.name}"
    assert elsewhere.pk not in seen


def test_a_greeting_that_is_only_the_name_of_the_model_tells_no_version(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-23T10:00-08:00")
    check = watch(cast.phone_system)
    with acting(cast.ruth):
        Device.objects.filter(pk=cast.phone_system.pk).update(model="IP Office 500 V2")
        facts = {"sip.server": "Avaya IP Office 500 V2"}
        type(check).objects.filter(pk=check.pk).update(last_at=now, last_facts=facts)
    assert note_versions().changed == 0
    with acting(cast.dana):
        assert not FirmwareSeen.objects.exists()


def test_a_version_is_one_row_until_it_changes(cast: Cast, database_time: DatabaseTime) -> None:
    for instant, version in (
        ("2026-11-01T10:00-08:00", "22.10.1"),
        ("2026-11-08T10:00-08:00", "22.10.1~dfsg"),
        ("2026-11-23T10:00-08:00", "22.10.2"),
    ):
        database_time.set(instant)
        runs(cast, cast.phone_system, version)
    with acting(cast.dana):
        rows = FirmwareSeen.objects.order_by("since")
        told = [(row.version, f"{row.since:%d}", row.until and f"{row.until:%d}") for row in rows]
    assert told == [("22.10.1", "01", "23"), ("22.10.2", "23", None)]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"version": "newest"}, "version"),
        ({"version": "22.10.2"}, "version"),
        ({"version": "23", "file_sha256": "g" * 64}, "file_sha256"),
        ({"version": "23", "file_sha256": "12"}, "file_sha256"),
    ],
)
def test_a_release_that_cannot_be_is_refused_at_its_field(
    cast: Cast, facts: dict[str, object], field: str
) -> None:
    product = build_product(cast)
    build_release(cast, product)
    with pytest.raises(BadInput) as refused:
        build_release(cast, product, **facts)  # type: ignore[arg-type]
    assert refused.value.field == field
    with acting(cast.dana):
        assert FirmwareRelease.objects.count() == 1


def test_an_advisory_whose_fix_is_older_is_refused(cast: Cast) -> None:
    product = build_product(cast)
    facts = AdvisoryFacts("A hole", PUBLISHED, since="22.10.2", fixed_in="22.10.1")
    with acting(cast.priya), pytest.raises(BadInput) as refused:
        enter_advisory(product=product, facts=facts, actor=cast.priya)
    assert refused.value.field == "fixed_in"


def test_technicians_do_not_judge_releases(cast: Cast) -> None:
    product = build_product(cast)
    facts = AdvisoryFacts("A hole", PUBLISHED)
    with acting(cast.dana), pytest.raises(NotAllowed):
        enter_advisory(product=product, facts=facts, actor=cast.dana)


def test_a_dispatcher_keeps_the_catalogue_in_the_browser(cast: Cast) -> None:
    product = build_product(cast, cast.phone_system)
    priya, url = browser_of(cast.priya), f"/firmware/models/{product.pk}/"
    form = {"version": "22.10.2", "status": "security"}
    form |= {"submission": str(uuid4())}
    for _ in range(2):
        assert priya.post(f"{url}release/", form).headers["Location"] == url
    warning = {"title": "Calls can be listened to", "fixed_in": "22.10.2"}
    warning |= {"published_on": "2026-11-02", "submission": str(uuid4())}
    assert priya.post(f"{url}advisory/", warning).headers["Location"] == url
    version = {"version": "22.10.1", "submission": str(uuid4())}
    priya.post(f"/firmware/devices/{cast.phone_system.pk}/version/", version)
    shown = text_of(priya.get(url))
    for words in ("22.10.2", "Calls can be listened to", "Security fix missing", "Read by Priya"):
        assert words in shown
    assert "Digium Asterisk 22" in text_of(priya.get("/firmware/"))
    assert "No device" in text_of(priya.get(f"{url}?version=1.0"))


BAD = ["", "4\x00", "4\n5", "4\x1b[2J", "4" * 300]


@pytest.mark.parametrize("bad", BAD)
def test_bad_words_are_refused_on_every_form_and_nothing_is_written(cast: Cast, bad: str) -> None:
    product = build_product(cast, cast.phone_system)
    release = build_release(cast, product)
    priya, model = browser_of(cast.priya), f"/firmware/models/{product.pk}/"
    forms = {
        f"{model}release/": {"version": bad, "status": "approved"},
        f"/firmware/releases/{release.pk}/": {"version": bad, "status": "blocked"},
        f"{model}advisory/": {"title": bad, "published_on": "2026-11-02"},
        f"/firmware/devices/{cast.phone_system.pk}/version/": {"version": bad},
    }
    for path, form in forms.items():
        answer = priya.post(path, form | {"submission": str(uuid4())})
        assert answer.status_code in (400, 422), path
    with acting(cast.dana):
        assert FirmwareRelease.objects.get().status == release.status
        assert not FirmwareAdvisory.objects.exists()
        assert not FirmwareSeen.objects.exists()


def test_a_release_can_be_judged_anew(cast: Cast) -> None:
    release = build_release(cast, build_product(cast))
    form = {"version": "22.10.2", "status": Status.BLOCKED.value}
    answer = browser_of(cast.priya).post(
        f"/firmware/releases/{release.pk}/", form | {"submission": str(uuid4())}
    )
    assert answer.status_code == 303
    with acting(cast.dana):
        assert FirmwareRelease.objects.get().status == "blocked"


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_ask_as_often_for_many_devices_as_for_one(cast: Cast, count: int) -> None:
    devices = [build_device(cast.market_street, f"PBX {one}") for one in range(count)]
    product = build_product(cast, *devices)
    build_release(cast, product)
    for device in devices:
        runs(cast, device, f"22.{device.pk % 7}.1")
    dana = browser_of(cast.dana)
    for url, most in (("/firmware/", 24), (f"/firmware/models/{product.pk}/", 28)):
        dana.get(url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert dana.get(url).status_code == 200
        assert len(asked) <= most, len(asked)
