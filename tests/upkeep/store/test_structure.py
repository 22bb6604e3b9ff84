"""Whether a stream is whole, seen while it passes: honest forms, spoilt ones, hostile ones."""

from __future__ import annotations

import gzip
import random
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from tests.upkeep.archives import (
    DUMP,
    SQL,
    bomb,
    member,
    sqlite_of,
    tar_of,
    tar_with,
    zip_of,
)
from upkeep.models import Form
from upkeep.store.structure import PartForm, Seen, checker_for, is_opened, is_whole

LONG_NAME = "voicemail/" + "deep/" * 60 + "msg0000.wav"


def seen_in(form: str, data: bytes, step: int = 1000) -> list[Seen]:
    """Check a stream that comes in pieces."""
    checker = checker_for(form)
    for at in range(0, len(data), step):
        checker.feed(data[at : at + step])
    return checker.end()


def codes(form: str, data: bytes, step: int = 1000) -> list[str]:
    """Return the codes of what was seen."""
    return [one.code for one in seen_in(form, data, step)]


def test_the_forms_are_those_of_the_database() -> None:
    assert {form.value for form in PartForm} == set(Form.values)


@pytest.mark.parametrize("step", [1, 7, 512, 513, 100_000])
def test_an_honest_archive_is_opened_however_it_is_cut_into_pieces(step: int) -> None:
    data = tar_of(**{"etc/asterisk/pjsip.conf": b"x" * 1300, LONG_NAME: b"", "b": b"y" * 512})
    assert codes("tar", data, step) == []
    assert codes("tar", gzip.compress(data), step) == []


def test_every_form_is_recognised_when_it_is_whole(tmp_path: Path) -> None:
    honest = {
        "tar": tar_of(a=b"1"),
        "sql": DUMP,
        "sqlite": sqlite_of(tmp_path),
        "zip": zip_of(a=b"1" * 100, b=b"2"),
        "raw": b"\x01maker's own file",
    }
    for form, data in honest.items():
        assert is_opened(seen_in(form, data)), form


@pytest.mark.parametrize("form", list(PartForm))
def test_nothing_at_all_is_bad_in_every_form(form: PartForm) -> None:
    assert codes(form, b"") == ["empty"]


@pytest.mark.parametrize("form", ["tar", "sql", "sqlite", "zip"])
def test_one_byte_and_another_form_are_bad(form: str, tmp_path: Path) -> None:
    others = {"tar": tar_of(a=b"1"), "sql": DUMP, "zip": zip_of(a=b"1")}
    others["sqlite"] = sqlite_of(tmp_path)
    assert not is_whole(seen_in(form, b"x"))
    for other, data in others.items():
        assert is_whole(seen_in(form, data)) == (form == other), other


def test_an_archive_that_is_cut_anywhere_before_its_end_is_noticed() -> None:
    data = tar_of(a=b"x" * 5000, b=b"y" * 5000)
    end = data.rstrip(b"\0")
    chance = random.Random(58)
    for cut in chance.sample(range(1, len(end)), 40):
        assert not is_whole(seen_in("tar", data[:cut])), cut
        packed = gzip.compress(data)
        assert not is_whole(seen_in("raw", packed[: cut % (len(packed) - 1) + 1])), cut


def test_a_dump_without_its_last_line_is_cut() -> None:
    assert codes("sql", SQL) == ["sql-cut"]
    assert codes("sql", SQL + b"-- Dump comp") == ["sql-cut"]
    assert codes("sql", b"ERROR 1045 (28000): Access denied\n") == ["not-sql"]


@pytest.mark.parametrize(
    "end",
    [
        b"-- Dump completed on 2026-11-23\n",
        b"-- Dump completed\n\n",
        b"--\n-- PostgreSQL database dump complete\n--\n\n",
        b"COMMIT;\n",
    ],
)
def test_the_last_words_of_common_tools_are_known(end: bytes) -> None:
    assert codes("sql", SQL + end) == []


def test_a_zip_archive_is_cut_padded_or_spoilt_in_its_directory() -> None:
    data = zip_of(a=b"1" * 3000, b=b"2")
    assert codes("zip", data[:-5]) == ["zip-cut"]
    assert codes("zip", data + b"more") == ["zip-cut"]
    at = data.index(b"PK\x01\x02")
    assert codes("zip", data[:at] + b"PK\x09\x09" + data[at + 4 :]) == ["zip-damaged"]
    assert codes("zip", data[:60] + data[61:]) == ["zip-damaged"]


def test_a_database_is_checked_by_its_length_and_by_all_of_its_pages(tmp_path: Path) -> None:
    data = sqlite_of(tmp_path, rows=400)
    assert codes("sqlite", data) == []
    assert codes("sqlite", data[:-1024]) == ["sqlite-cut"]
    page = int.from_bytes(data[16:18], "big")
    spoilt = data[:page] + bytes(300) + data[page + 300 :]
    assert codes("sqlite", spoilt) == ["sqlite-damaged"]


def test_a_large_database_is_kept_but_not_called_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("upkeep.store.inside_sqlite.CHECKED_TO", 4096)
    seen = seen_in("sqlite", sqlite_of(tmp_path))
    assert [one.code for one in seen] == ["sqlite-large"]
    assert (is_whole(seen), is_opened(seen)) == (True, False)


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (member("../../etc/passwd"), "leads-out"),
        (member("a/" + "b" * 200 + "/../../../etc/passwd"), "leads-out"),
        (member("..\\windows"), "leads-out"),
        (member("dev/sda", tarfile.BLKTYPE), "device"),
        (member("dev/null", tarfile.CHRTYPE), "device"),
    ],
)
def test_a_name_that_no_honest_backup_has_is_a_warning(info: tarfile.TarInfo, code: str) -> None:
    seen = seen_in("tar", tar_with(info))
    assert [one.code for one in seen] == [code]
    assert is_opened(seen)


def test_links_are_nothing_to_warn_of_because_nothing_is_unpacked() -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        assert codes("tar", tar_with(member("a", kind, "/etc/passwd"))) == []


def test_a_name_at_the_root_is_a_warning_in_zip_too() -> None:
    assert codes("zip", zip_of(**{"/etc/passwd": b"x", "../up": b"y"})) == ["absolute", "leads-out"]


def test_a_size_that_cannot_be_is_refused_and_a_sparse_terabyte_is_only_cut() -> None:
    data = bytearray(tar_of(a=b"1"))
    data[124:136] = b"\x80" + b"\xff" * 11
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    assert codes("tar", bytes(data)) == ["tar-damaged"]
    data[124:136] = b"\x80" + (1 << 40).to_bytes(11, "big")
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    assert codes("tar", bytes(data)) == ["tar-cut"]


def test_a_bomb_is_given_up_with_little_memory() -> None:
    data = bomb()
    tracemalloc.start()
    seen = codes("raw", data, 100_000)
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()
    assert seen == ["bomb"]


def test_a_file_of_zeros_is_no_backup() -> None:
    assert codes("raw", bytes(10_000)) == ["blank"]


def test_an_archive_in_disguise_is_checked_like_one() -> None:
    data = tar_of(a=b"x" * 5000)
    assert codes("raw", data[:3000]) == ["tar-cut"]
    assert codes("raw", gzip.compress(data)[:-3]) == ["gzip-cut"]
    assert codes("raw", zip_of(a=b"1")[:-3]) == ["zip-cut"]


def test_flipping_a_bit_of_a_gzip_file_is_noticed() -> None:
    data = bytearray(gzip.compress(random.Random(1).randbytes(20_000)))
    for at in (15, len(data) // 2, len(data) - 6):
        data[at] ^= 4
        assert not is_whole(seen_in("raw", bytes(data))), at
        data[at] ^= 4
    assert is_whole(seen_in("raw", bytes(data)))


def test_no_checker_falls_over_whatever_comes(tmp_path: Path) -> None:
    chance = random.Random(7)
    seeds = [tar_of(a=b"x" * 700), zip_of(a=b"1"), DUMP, gzip.compress(DUMP), sqlite_of(tmp_path)]
    for _ in range(150):
        data = bytearray(chance.choice(seeds)[:6000])
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        for form in ("tar", "sql", "zip", "raw"):
            checker_for(form).feed(bytes(data))
            seen_in(form, bytes(data))
