"""Devices that report by themselves, over HTTP, and those that fall silent."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_urlsafe

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.tokens import hashed
from calcom_portal.common.tenancy import replayed_scope, system_scope
from contracts.sla import Priority
from monitoring.actions.pause_check import pause_check
from monitoring.actions.resume_check import resume_check
from monitoring.models import Check, Incident, Result, StateChange
from monitoring.sweeps.find_silent import SILENT, SWEPT_AT, SilenceCount, find_silent
from monitoring.sweeps.follow_changes import follow_changes
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.watched import watch
from tests.stage import acting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
EVERY, GRACE = 3600, 600


@pytest.fixture
def token(cast: Cast) -> str:
    """Return the token of a nightly job of Bayview's phone system that has not reported yet."""
    token = token_urlsafe(16)
    watch(
        cast.phone_system,
        "Nightly copy",
        state="pending",
        kind="heartbeat",
        every_seconds=EVERY,
        settings={"grace_seconds": GRACE},
        token_hash=hashed(token),
        last_at=None,
        last_outcome="",
    )
    return token


@pytest.fixture(autouse=True)
def _swept_just_now() -> Iterator[None]:
    with system_scope("a test") as scope:
        cache.set(SWEPT_AT, scope.now.isoformat())
    yield
    cache.delete(SWEPT_AT)


def check() -> Check:
    with system_scope("a test"):
        return Check.objects.get()


def say(token: str, word: str = "", body: str = "") -> int:
    path = f"/beat/{token}" + (f"/{word}" if word else "")
    return Client().post(path, body, content_type="text/plain").status_code


def sweep_in(time: timedelta) -> SilenceCount:
    """Sweep as if so much time had passed, with a sweep a minute before."""
    with system_scope("a test") as scope, replayed_scope(scope.now + time):
        cache.set(SWEPT_AT, (scope.now + time - MINUTE).isoformat())
        return find_silent()


def changes() -> list[tuple[str, str, str]]:
    with system_scope("a test"):
        return list(StateChange.objects.order_by("at").values_list("was", "became", "words"))


def test_a_device_that_reports_is_up(token: str) -> None:
    assert say(token) == 200
    row = check()
    assert (row.state, row.last_outcome, row.last_words) == (
        "up",
        "alive",
        "It reports that all is well",
    )
    assert row.last_at is not None
    assert row.silent_from == row.last_at + timedelta(seconds=EVERY + GRACE)
    assert changes() == [("pending", "up", "It reports that all is well")]
    with system_scope("a test"):
        assert Result.objects.get().outcome == 0


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_way_to_call_is_good(token: str, method: str) -> None:
    assert getattr(Client(enforce_csrf_checks=True), method)(f"/beat/{token}").status_code == 200
    assert check().state == "up"


def test_a_failure_is_down_at_once_with_its_code_and_its_words(token: str) -> None:
    say(token)
    assert say(token, "2", "tar: disk full\n") == 200
    row = check()
    assert (row.state, row.last_facts) == ("down", {"report.exit_code": 2})
    assert row.last_words == "It reports that its job failed with code 2: tar: disk full"
    assert say(token, "0") == 200
    assert check().state == "up"
    assert [became for _, became, _ in changes()] == ["up", "down", "up"]


def test_a_job_that_begins_has_its_grace_to_end_and_is_timed(token: str) -> None:
    say(token, "start")
    began = check()
    assert (began.state, began.last_at) == ("pending", None)
    assert sweep_in(timedelta(seconds=GRACE - 1)) == SilenceCount()
    say(token)
    took = check().last_took_us
    assert took is not None
    assert 0 < took < 60_000_000


def test_silence_past_the_grace_is_down_and_counts_on(token: str) -> None:
    say(token)
    assert sweep_in(timedelta(seconds=EVERY + GRACE - 5)) == SilenceCount()
    assert sweep_in(timedelta(seconds=EVERY + GRACE + 5)) == SilenceCount(silent=1)
    assert (check().state, check().last_words) == ("down", SILENT)
    assert sweep_in(timedelta(seconds=EVERY + GRACE + 9)) == SilenceCount()
    assert sweep_in(2 * timedelta(seconds=EVERY + GRACE + 5)) == SilenceCount(silent=1)
    assert [became for _, became, _ in changes()] == ["up", "down"]
    say(token)
    assert check().state == "up"


@pytest.mark.parametrize("swept", [None, timedelta(minutes=10)])
def test_our_own_absence_is_not_the_silence_of_a_device(
    token: str, swept: timedelta | None
) -> None:
    say(token)
    late = timedelta(seconds=EVERY + GRACE + 5)
    with system_scope("a test") as scope, replayed_scope(scope.now + late):
        cache.delete(SWEPT_AT)
        if swept:
            cache.set(SWEPT_AT, (scope.now + late - swept).isoformat())
        assert find_silent() == SilenceCount(excused=1)
    assert check().state == "up"


def test_a_paused_check_hears_and_says_nothing(token: str) -> None:
    say(token)
    with system_scope("a test") as scope:
        Check.objects.update(paused_at=scope.now)
    assert say(token, "fail") == 200
    assert sweep_in(timedelta(days=9)) == SilenceCount()
    assert check().state == "up"


@pytest.mark.parametrize("word", ["", "fail", "start"])
def test_an_unknown_token_is_no_address(token: str, word: str) -> None:
    for stranger in ("x", token_urlsafe(16), token[:-1], token.swapcase(), hashed(token), "a\x00b"):
        assert say(stranger, word) in {400, 404}
    assert say(token, "restart") == 404
    assert (check().state, changes()) == ("pending", [])


def test_a_body_of_any_size_is_a_report_all_the_same(token: str) -> None:
    assert say(token, "1", "x" * 3_000_000) == 200
    row = check()
    assert row.state == "down"
    assert len(row.last_words) == 200
    form, fields = "application/x-www-form-urlencoded", "a=%00&" * 5000
    assert Client().post(f"/beat/{token}", fields, content_type=form).status_code == 200
    assert check().state == "up"


def test_a_device_gone_wild_fills_no_table(token: str) -> None:
    for _ in range(20):
        assert say(token) == 200
    with system_scope("a test"):
        assert Result.objects.count() < 20


def test_a_report_costs_few_queries(token: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    say(token)
    with django_assert_max_num_queries(8):
        say(token, "1")


def test_a_longer_interval_is_waited_for(token: str) -> None:
    say(token)
    with system_scope("a test"):
        Check.objects.update(every_seconds=24 * EVERY)
    assert sweep_in(timedelta(seconds=EVERY + GRACE + 5)) == SilenceCount()
    assert sweep_in(timedelta(seconds=24 * EVERY + GRACE + 5)) == SilenceCount(silent=1)


def test_a_check_that_goes_on_has_as_long_as_ever_to_report(cast: Cast, token: str) -> None:
    say(token)
    late = timedelta(days=3)
    with acting(cast.priya):
        pause_check(check=Check.objects.get(), actor=cast.priya)
    with acting(cast.priya) as scope, replayed_scope(scope.now + late):
        resume_check(check=Check.objects.get(), actor=cast.priya)
    assert sweep_in(late + MINUTE) == SilenceCount()
    assert sweep_in(late + timedelta(seconds=EVERY + GRACE + 5)) == SilenceCount(silent=1)


def test_silence_is_one_incident_and_one_ticket_and_a_report_ends_it(
    cast: Cast, token: str
) -> None:
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    say(token)
    with system_scope("a test") as scope:
        silent = Check.objects.get().silent_from
        assert silent is not None
        Check.objects.update(
            last_at=scope.now - timedelta(seconds=EVERY + GRACE + 9),
            silent_from=scope.now - timedelta(seconds=9),
        )
    assert find_silent() == SilenceCount(silent=1)
    follow_changes()
    with system_scope("a test"):
        incident = Incident.objects.select_related("ticket").get()
        assert (incident.kind, incident.cause) == ("silent", SILENT)
        assert incident.ticket is not None
        assert incident.ticket.priority == Priority.MINOR
    say(token)
    follow_changes()
    with system_scope("a test"):
        assert Incident.objects.get().recovered_at is not None
