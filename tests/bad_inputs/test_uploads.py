"""Files as attackers and cameras make them: kept as bytes, never run, or refused with a reason."""

from __future__ import annotations

import hashlib
import re
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calcom_portal.common.files import folder_of
from tests.bad_inputs.doors import DOORS
from tests.bad_inputs.world import Seen, World, look, seen

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!DOCTYPE html><meta http-equiv=refresh content=0><script>alert(3)</script>"
POLYGLOT = b"GIF89a/*" + b"\x00" * 40 + b"*/=1;alert(4)"
MEGABYTE = 1024 * 1024

KEPT = {
    "SVG with a script": ("drawing.svg", SVG, "image/svg+xml"),
    "HTML": ("page.html", HTML, "text/html"),
    "HTML called a picture": ("photo.png", HTML, "image/png"),
    "XHTML": ("a.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "text/html"),
    "script": ("a.js", b"alert(5)", "text/javascript"),
    "picture that is a script": ("a.gif", POLYGLOT, "text/html"),
    "test virus": ("eicar.com", EICAR, "application/x-msdownload"),
    "type that is none": ("a.bin", b"\x00\x01\x02", "x/\r\ny"),
    "XML with an entity": ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "text/xml"),
    "one byte": ("a", b"\x00", "text/html"),
}
NAMES = {
    # Django takes unprintable signs away: what is left is how the name really ends.
    "\u202egpj.exe": "gpj.exe",
    "..\\..\\windows\\win.ini": "win.ini",
    "a\u2028b\u0085c.txt": "abc.txt",
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png",
    "=cmd|' -C calc'!A0.csv": "=cmd|' -C calc'!A0.csv",
    "\u05e7\u05d5\u05d1\u05e5 1.txt": "\u05e7\u05d5\u05d1\u05e5 1.txt",
    "a;b=c%22d.txt": "a;b=c%22d.txt",
}


def attach(browser: Client, path: str, values: dict[str, Any], *files: SimpleUploadedFile) -> Seen:
    started = time.monotonic()
    return seen(browser.post(path, values | {"files": list(files)}), started)


def opened(world: World, browser: Client, name: str = "reply") -> tuple[str, dict[str, Any]]:
    path, _, values = next(door for door in DOORS if door.name == name).opened(world, browser)
    return path, values


def attachments(world: World) -> list[dict[str, Any]]:
    return world.rows()["tickets_attachment"]


@pytest.mark.parametrize("case", KEPT)
def test_a_file_is_kept_as_its_bytes_and_never_shown_by_the_portal(world: World, case: str) -> None:
    name, content, kind = KEPT[case]
    with world.browser("elena") as browser:
        path, values = opened(world, browser)
        sent = attach(browser, path, values, SimpleUploadedFile(name, content, kind))
        assert sent.status == 303, sent.told
        [row] = attachments(world)
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        kept = folder_of(row["provider_id"]) / row["sha256"][:2] / row["sha256"]
        assert kept.read_bytes() == content
        answer = browser.get(world.path(f"/tickets/{{ref}}/files/{row['id']}/"))
        assert answer.content == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert not re.search("html|xml|svg|javascript", answer["Content-Type"])
        assert look(browser, world.path("/tickets/{ref}/")).status == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_and_names_no_folder(world: World, name: str) -> None:
    with world.browser("elena") as browser:
        path, values = opened(world, browser)
        assert attach(browser, path, values, _named(name)).status == 303
        [row] = attachments(world)
        assert row["name"] == NAMES[name]
        answer = browser.get(world.path(f"/tickets/{{ref}}/files/{row['id']}/"))
        assert answer["Content-Disposition"].startswith("attachment")
        assert "\n" not in answer["Content-Disposition"]
        assert look(browser, world.path("/tickets/{ref}/")).status == 200


def _named(name: str) -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", b"hello")
    # Its own setter would take the folders away before the portal can.
    file.__dict__["_name"] = name
    return file


def test_a_long_name_keeps_its_ending(world: World) -> None:
    with world.browser("elena") as browser:
        path, values = opened(world, browser)
        assert attach(browser, path, values, _named("n" * 300 + ".pdf")).status == 303
        [row] = attachments(world)
        assert len(row["name"]) <= 120
        assert row["name"].endswith(".pdf")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("empty.txt", 0)], "empty.txt is empty"),
        ([("large.bin", 16 * MEGABYTE)], "large.bin has 16 MB; 15 MB are possible"),
        ([(f"{number}.txt", 1) for number in range(11)], "11 files are too many"),
        ([("good.txt", 1), ("empty.txt", 0)], "empty.txt is empty"),
    ],
)
@pytest.mark.parametrize("form", ["reply", "report"])
def test_files_out_of_limits_are_refused_and_none_is_kept(
    world: World, form: str, files: list[tuple[str, int]], words: str
) -> None:
    before = world.state()
    with world.browser("elena") as browser:
        path, values = opened(world, browser, form)
        uploads = [SimpleUploadedFile(name, b"x" * size) for name, size in files]
        answer = attach(browser, path, values, *uploads)
        assert answer.status == 422
        assert set(answer.page.errors) == {"files"}
        assert words in answer.page.errors["files"]
        assert world.state() == before
    assert not [found for found in folder_of(world.cast.calcom.pk).rglob("*") if found.is_file()]


def test_more_files_than_a_request_may_hold_are_refused(world: World) -> None:
    before = world.state()
    with world.browser("elena") as browser:
        path, values = opened(world, browser)
        uploads = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(101)]
        assert attach(browser, path, values, *uploads).status == 400
        assert world.state() == before
