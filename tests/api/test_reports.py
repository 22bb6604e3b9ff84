"""Reports, search and long work over the API."""

from __future__ import annotations

import pytest

from accounts.jobs.files import path_of
from accounts.models import Job
from calcom_portal.common.tenancy import provider_scope
from tests.api.caller import assert_problem, caller
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tickets.actions import reply_to_ticket
from tickets.sweeps.deadlines import sweep_deadlines


@pytest.fixture
def june(cast: Cast, database_time: DatabaseTime) -> None:
    """Give a promise that was kept, one that was missed and one that still runs, all in June."""
    kept = opened(cast, database_time, "2026-06-15T10:00:00-07:00", subject="Kept")
    opened(cast, database_time, "2026-06-15T10:00:00-07:00", subject="Missed")
    database_time.set("2026-06-15T11:30:00-07:00")
    with acting(cast.dana):
        reply_to_ticket(ticket=kept, text="We look at it.", actor=cast.dana)
    database_time.set("2026-06-17T09:00:00-07:00")
    sweep_deadlines()
    opened(cast, database_time, "2026-06-17T10:00:00-07:00", subject="Runs")


@pytest.mark.usefixtures("june")
def test_a_months_figures_are_read_by_both_sides(cast: Cast) -> None:
    wanted = {
        "customer": {"id": cast.bayview.pk, "name": "Bayview Dental Group"},
        "respond": {"met": 1, "missed": 1},
        "resolve": {"met": 0, "missed": 0},
        "not_judged": 1,
        "answered": 1,
        "median_minutes": 90,
    }
    for reader in (cast.dana, cast.elena):
        for query in ("?month=2026-06", ""):
            assert caller(reader).get(f"/reports{query}").json() == {
                "month": "2026-06",
                "zone": "America/Los_Angeles",
                "items": [wanted],
            }
    for stranger in (cast.sam, cast.nora, cast.kim):
        assert caller(stranger).get("/reports?month=2026-06").json()["items"] == []
    assert caller(cast.dana).get("/reports?month=2026-05").json()["items"] == []


@pytest.mark.usefixtures("june")
def test_the_promises_behind_the_figures_are_listed(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    judged = elena.get("/reports/promises").json()["items"]
    assert {(row["subject"], row["outcome"]) for row in judged} == {
        ("Kept", "met"),
        ("Missed", "missed"),
    }
    (late,) = dana.get(f"/reports/promises?show=missed&customer={cast.bayview.pk}").json()["items"]
    assert (late["metric"], late["due_at"]) == ("respond", "2026-06-16T16:00:00.000000Z")
    (runs,) = dana.get("/reports/promises?show=open").json()["items"]
    assert (runs["subject"], runs["outcome"], runs["correction"]) == ("Runs", None, "")
    assert dana.get(f"/reports/promises?customer={cast.sutter.pk}").json()["items"] == []
    assert caller(cast.sam).get("/reports/promises").json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=2026-13", "month"),
        ("month=June", "month"),
        ("month=", "month"),
        ("month=2026-06&month=2026-07", "month"),
        ("year=2026", "year"),
    ],
)
def test_a_month_that_is_none_is_named(cast: Cast, query: str, field: str) -> None:
    for path in ("/reports", "/reports/promises"):
        assert_problem(caller(cast.dana).get(f"{path}?{query}"), 400, field)


def test_reports_need_their_scope(cast: Cast) -> None:
    for path in ("/reports", "/reports/promises"):
        assert_problem(caller(cast.dana, "tickets:read").get(path), 403)
    assert_problem(caller(cast.dana).get("/reports/promises?show=bad"), 400, "show")


@pytest.mark.usefixtures("june")
def test_a_key_finds_what_its_scopes_and_its_person_may_see(cast: Cast) -> None:
    def names(words: str, *scopes: str) -> list[str]:
        found = caller(cast.dana, *scopes).get(f"/search?q={words}").json()["groups"]
        return [group["name"] for group in found]

    assert (names("bayview"), names("elena")) == (["Customers"], ["People"])
    assert (names("bayview", "customers:read"), names("elena", "customers:read")) == (
        ["Customers"],
        [],
    )
    assert names("bayview", "tickets:write") == []
    (group,) = caller(cast.elena).get("/search?q=missed").json()["groups"]
    assert group["name"] == "Tickets"
    assert [(hit["key"], hit["page"]) for hit in group["items"]] == [
        ("CC-1002", "/tickets/CC-1002/")
    ]
    (found,) = caller(cast.elena).get("/search?q=phone").json()["groups"]
    assert [hit["key"] for hit in found["items"]] == [str(cast.phone_system.pk)]
    for stranger in (cast.sam, cast.nora):
        assert caller(stranger).get("/search?q=missed").json() == {"groups": []}


@pytest.mark.parametrize("query", ["", "q=", "q=a", f"q={'x' * 101}", "q=a%0Ab", "q=ab&q=cd"])
def test_a_search_for_nothing_is_named(cast: Cast, query: str) -> None:
    assert_problem(caller(cast.dana).get(f"/search?{query}"), 400, "q")


def job(cast: Cast, membership_id: int, *, content: bytes = b"") -> Job:
    """Give somebody of CalCom a job that is done."""
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        made: Job = Job.objects.create(
            provider=cast.calcom,
            membership_id=membership_id,
            by_staff=True,
            kind="probe",
            title="A probe",
            state="done",
            outcome={"text": "All is there.", "url": "", "facts": {}},
            file_name="probe.zip" if content else "",
            file_key="f" * 32 if content else "",
            file_size=len(content),
            created_at=scope.now,
            moved_at=scope.now,
        )
    if content:
        path_of(made.file_key).parent.mkdir(parents=True, exist_ok=True)
        path_of(made.file_key).write_bytes(content)
    return made


def test_long_work_is_read_by_its_owner_and_by_administrators(cast: Cast) -> None:
    made = job(cast, cast.priya.membership_id or 0, content=b"PK12")
    priya = caller(cast.priya)
    (listed,) = priya.get("/jobs").json()["items"]
    assert listed == priya.get(f"/jobs/{made.pk}").json()
    assert (listed["state"], listed["outcome"]) == ("done", "All is there.")
    assert listed["file"] == {"name": "probe.zip", "size": 4}
    assert caller(cast.ruth).get("/jobs").json()["items"] == []
    assert caller(cast.ruth).get(f"/jobs/{made.pk}").json() == listed
    for stranger in (cast.dana, cast.elena, cast.nils):
        assert_problem(caller(stranger).get(f"/jobs/{made.pk}"), 404)
        assert_problem(caller(stranger).get(f"/jobs/{made.pk}/file"), 404)
    assert_problem(caller(cast.priya, "tickets:read").get(f"/jobs/{made.pk}/file"), 403)


def test_the_result_is_downloaded_and_never_shown(cast: Cast) -> None:
    made = job(cast, cast.priya.membership_id or 0, content=b"PK12")
    answer = caller(cast.priya).get(f"/jobs/{made.pk}/file")
    assert b"".join(answer.streaming_content) == b"PK12"
    assert answer["Content-Disposition"] == 'attachment; filename="probe.zip"'
    assert answer["Cache-Control"] == "private, no-store"
    path_of(made.file_key).unlink()
    assert_problem(caller(cast.priya).get(f"/jobs/{made.pk}/file"), 404)


def test_a_job_without_a_file_has_none(cast: Cast) -> None:
    made = job(cast, cast.priya.membership_id or 0)
    assert caller(cast.priya).get(f"/jobs/{made.pk}").json()["file"] is None
    for odd in (f"0{made.pk}", "x", "9" * 40):
        assert_problem(caller(cast.priya).get(f"/jobs/{odd}"), 404)
    assert_problem(caller(cast.priya).get(f"/jobs/{made.pk}/file"), 404)
