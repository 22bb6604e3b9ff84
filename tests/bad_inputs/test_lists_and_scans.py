"""Hostile files where one file is wanted: a list to import, the scan of a signed paper."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.bad_inputs.test_uploads import EICAR, HTML, NAMES, POLYGLOT, SVG
from tests.bad_inputs.world import Seen, World, look, seen
from tests.contracts.agreements import PDF
from tests.jobs import finish_jobs

FILES = {
    "SVG with a script": ("drawing.svg", SVG),
    "HTML called a list": ("list.csv", HTML),
    "HTML called a PDF": ("paper.pdf", HTML),
    "picture that is a script": ("a.gif", POLYGLOT),
    "test virus": ("list.xlsx", EICAR),
    "zip that is none": ("list.xlsx", b"PK\x03\x04" + b"\x00" * 60),
    "old Excel": ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    "one byte": ("a", b"\x00"),
}


def sent(browser: Client, path: str, values: dict[str, Any]) -> Seen:
    key, started = {"submission": str(uuid.uuid4())}, time.monotonic()
    return seen(browser.post(path, values | key), started)


def listed(world: World, browser: Client, name: str, content: bytes) -> Seen:
    values = {"style": "ask", "letters": "auto", "file": SimpleUploadedFile(name, content)}
    return sent(browser, world.path("/imports/new/?customer={bayview}"), values)


def scanned(world: World, browser: Client, name: str, content: bytes) -> Seen:
    values = {"name": "Amit Bhatt", "scan": SimpleUploadedFile(name, content)}
    return sent(browser, world.path("/contracts/{contract}/sign/"), values)


@pytest.mark.parametrize("case", FILES)
def test_a_list_that_is_none_is_kept_apart_and_imports_nothing(world: World, case: str) -> None:
    devices = world.rows()["contracts_device"]
    with world.browser("ruth") as browser:
        answer = listed(world, browser, *FILES[case])
        assert answer.status == 303, answer.told
        finish_jobs()
        rows = world.rows()
        [found] = rows["contracts_goodsimport"]
        assert found["state"] == "unreadable"
        assert all(problem["message"] and problem["remedy"] for problem in found["problems"])
        assert rows["contracts_device"] == devices
        page = look(browser, f"/imports/{found['id']}/")
    assert page.status == 200
    assert not page.page.running


@pytest.mark.parametrize("case", FILES)
def test_a_scan_that_is_none_is_refused_at_its_field(world: World, case: str) -> None:
    before = world.state()
    with world.browser("ruth") as browser:
        answer = scanned(world, browser, *FILES[case])
    assert answer.status == 422
    assert set(answer.page.errors) == {"scan"}
    assert "neither a PDF nor a picture" in answer.page.errors["scan"]
    assert world.state() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_list_or_scan_names_no_folder(world: World, name: str) -> None:
    with world.browser("ruth") as browser:
        assert listed(world, browser, name, b"Site,Device\r\n").status == 303
        assert scanned(world, browser, name, PDF).status == 303
        rows = world.rows()
    assert rows["contracts_goodsimport"][0]["file_name"] == NAMES[name]
    kept = [row["scan_name"] for row in rows["contracts_signature"] if row["scan_name"]]
    assert kept == [NAMES[name]]
