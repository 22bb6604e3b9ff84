"""Accounts of the drop: who gets one, which of them may put files, what is kept of their keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import asyncssh
import pytest

from accounts.models import AuditEntry, Customer, Provider
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Device
from tests.cast import Cast
from tests.upkeep.drop.shelf import fresh_key
from tests.upkeep.taking import plan_for
from upkeep.actions.close_drop_account import close_drop_account
from upkeep.actions.open_drop_account import open_drop_account
from upkeep.drop.accounts import account_of, read_keys
from upkeep.models import BackupDriver, BackupPlan

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def opened(cast: Cast, keys: str = "", actor: Viewer | None = None) -> tuple[BackupPlan, str]:
    """Give the phone system of Bayview an account."""
    plan = plan_for(cast.phone_system, driver=BackupDriver.DROP.value)
    with provider_scope(provider_id=cast.calcom.pk):
        return open_drop_account(plan=plan, keys=keys, actor=actor or cast.priya)


def line_of(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


@pytest.mark.django_db
def test_an_account_is_known_by_its_name_and_only_the_hash_of_its_secret_is_kept(
    cast: Cast,
) -> None:
    plan, secret = opened(cast)
    account = account_of(plan.drop_name)
    assert account is not None
    assert (account.plan_id, account.provider_id) == (plan.pk, cast.calcom.pk)
    assert (account.secret_hash, account.keys) == (hashed(secret), frozenset())
    assert len(secret) == 26
    assert account.limit == 20 * 1024**3


@pytest.mark.django_db
def test_another_secret_ends_the_former_one_and_the_name_stays(cast: Cast) -> None:
    plan, former = opened(cast)
    with provider_scope(provider_id=cast.calcom.pk):
        renewed, secret = open_drop_account(plan=plan, keys="", actor=cast.priya)
        verbs = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert (renewed.drop_name, secret != former) == (plan.drop_name, True)
    account = account_of(plan.drop_name)
    assert account is not None
    assert account.secret_hash == hashed(secret)
    assert verbs[-2:] == ["drop_account.opened", "drop_account.renewed"]


@pytest.mark.django_db
def test_keys_may_sign_in_by_their_fingerprints(cast: Cast) -> None:
    first, second = fresh_key(), fresh_key()
    plan, _ = opened(cast, keys=f"{line_of(first)} pbx@site\n\n{line_of(second)}\n{line_of(first)}")
    account = account_of(plan.drop_name)
    assert account is not None
    assert account.keys == {first.get_fingerprint(), second.get_fingerprint()}
    assert len(plan.drop_keys.splitlines()) == 2


@pytest.mark.django_db
def test_a_technician_opens_no_account(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        opened(cast, actor=cast.dana)
    with system_scope("look"):
        assert BackupPlan.objects.get().drop_name == ""


@pytest.mark.django_db
def test_a_system_whose_data_is_fetched_gets_no_account(cast: Cast) -> None:
    plan = plan_for(cast.phone_system, driver=BackupDriver.ASTERISK.value)
    with (
        provider_scope(provider_id=cast.calcom.pk),
        pytest.raises(RuleBroken, match="fetches the data of this system by itself"),
    ):
        open_drop_account(plan=plan, keys="", actor=cast.priya)


@pytest.mark.django_db
def test_a_closed_account_lets_nobody_in(cast: Cast) -> None:
    plan, _ = opened(cast)
    with provider_scope(provider_id=cast.calcom.pk):
        close_drop_account(plan=plan, actor=cast.priya)
        with pytest.raises(RuleBroken, match="has no account"):
            close_drop_account(plan=plan, actor=cast.priya)
    assert account_of(plan.drop_name) is None


def _pause(plan: BackupPlan) -> None:
    BackupPlan.objects.filter(pk=plan.pk).update(paused_at=DAY)


def _retire(plan: BackupPlan) -> None:
    Device.objects.filter(pk=plan.device_id).update(retired_on=date(2026, 11, 1))


def _leave(plan: BackupPlan) -> None:
    Customer.objects.filter(pk=plan.customer_id).update(is_active=False)


def _fetch(plan: BackupPlan) -> None:
    BackupPlan.objects.filter(pk=plan.pk).update(driver=BackupDriver.ASTERISK)


def _suspend(plan: BackupPlan) -> None:
    Provider.objects.filter(pk=plan.provider_id).update(suspended_at=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [_pause, _retire, _leave, _suspend, _fetch])
def test_what_has_ended_lets_nobody_in(cast: Cast, end: Callable[[BackupPlan], None]) -> None:
    plan, _ = opened(cast)
    assert account_of(plan.drop_name) is not None
    with system_scope("something ends"):
        end(plan)
    assert account_of(plan.drop_name) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["", "nobody", "drop-\0", "DROP-1", "drop_1", "a" * 41, "'; --", "dröp"]
)
def test_a_name_of_nobody_is_nobody(cast: Cast, name: str) -> None:
    opened(cast)
    assert account_of(name) is None


WEAK = asyncssh.generate_private_key("ssh-rsa", key_size=1024)


@pytest.mark.parametrize(
    "told",
    [
        "no key",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        'command="id" ' + line_of(fresh_key()),
        fresh_key().export_private_key().decode(),
        line_of(WEAK),
        line_of(fresh_key()) + "x" * 2000,
        "\n".join(line_of(fresh_key()) for _ in range(6)),
        "ssh-ed25519 \0",
    ],
    ids=["words", "half", "short", "options", "private", "weak", "long", "many", "nul"],
)
def test_what_is_no_public_key_is_refused_with_its_field(told: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_keys(told)
    assert refusal.value.field == "keys"
