"""Files and rows of lists are forgotten after a time; that there was a list is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from calcom_portal.common.errors import Missing
from calcom_portal.common.files import path_of
from contracts.actions import check_import
from contracts.goods_plan import SHELF
from contracts.goods_tidying import tidy_imports
from contracts.models import GoodsImport, ImportRow
from tests.cast import Cast
from tests.goods.files import HEADINGS, text
from tests.goods.test_import import checked, desk, silent
from tests.stage import DatabaseTime, acting, browser_of


def test_a_list_of_last_winter_loses_its_file_and_rows(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = timezone.now()
    database_time.set(now - timedelta(days=100))
    old = checked(cast, text(HEADINGS, desk(cast)))
    database_time.set(now - timedelta(days=80))
    fresh = checked(cast, text(HEADINGS, desk(cast), desk(cast, Device="Other")))
    database_time.set(now)
    assert (tidy_imports(), tidy_imports()) == (1, 0)
    with acting(cast.ruth):
        old.refresh_from_db()
        assert old.tidied_at is not None
        assert old.row_count == 1
        assert {row.goods_import_id for row in ImportRow.objects.all()} == {fresh.pk}
        assert not path_of(old.sha256, SHELF).exists()
        assert path_of(fresh.sha256, SHELF).exists()
        with pytest.raises(Missing, match="no longer kept"):
            check_import(goods_import=old, progress=silent, actor=cast.ruth)
    assert "were deleted on" in browser_of(cast.ruth).get(f"/imports/{old.pk}/").content.decode()


def test_a_file_that_was_sent_in_again_stays(cast: Cast, database_time: DatabaseTime) -> None:
    now = timezone.now()
    database_time.set(now - timedelta(days=100))
    checked(cast, text(HEADINGS, desk(cast)))
    database_time.set(now)
    again = checked(cast, text(HEADINGS, desk(cast)))
    assert tidy_imports() == 1
    with acting(cast.ruth):
        assert path_of(again.sha256, SHELF).is_file()
        assert GoodsImport.objects.filter(tidied_at=None).get().pk == again.pk
