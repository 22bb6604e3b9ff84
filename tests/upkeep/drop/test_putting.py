"""Putting files: what is closed is kept, what breaks off is not, and nothing else can be done."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import asyncssh
import pytest

from tests.upkeep.drop.shelf import (
    LIMIT,
    NAME,
    SECRET,
    Shelf,
    dial,
    fresh_key,
    in_a_loop,
    open_drop,
    sftp_of,
)
from upkeep.drop.server import STOPPED
from upkeep.drop.session import BROKEN_OFF, OUR_FAULT

DATA = os.urandom(3 * 1024 * 1024 + 17)


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    # One folder for all: an RSA key takes its time.
    settings.DROP_KEYS_DIR = tmp_path_factory.getbasetemp() / "drop-keys"


@in_a_loop
async def test_a_file_that_is_closed_is_kept_whole() -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        async with sftp.open("nightly.tar.gz", "wb") as file:
            await file.write(DATA)
        assert (await sftp.stat("nightly.tar.gz")).size == len(DATA)
    assert shelf.kept == {"nightly.tar.gz": DATA}


@in_a_loop
async def test_a_key_lets_in_as_well_as_the_secret_does() -> None:
    shelf = Shelf()
    key = {"password": None, "client_keys": [shelf.key]}
    async with open_drop(shelf) as drop, dial(drop, **key) as line:
        assert line.get_extra_info("username") == NAME


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": SECRET + "x"},
        {"password": ""},
        {"username": "pbx-8"},
        {"username": NAME.upper()},
        {"password": None, "client_keys": [fresh_key()]},
    ],
    ids=["wrong", "empty", "nobody", "other-case", "strange-key"],
)
@in_a_loop
async def test_nobody_else_comes_in(wrong: dict[str, object]) -> None:
    async with open_drop(Shelf()) as drop:
        with pytest.raises(asyncssh.PermissionDenied):
            await dial(drop, **wrong)


@in_a_loop
async def test_a_file_that_the_line_breaks_off_is_not_kept() -> None:
    shelf = Shelf()
    async with open_drop(shelf) as drop:
        line = await dial(drop)
        sftp = await line.start_sftp_client()
        file = await sftp.open("half.tar", "wb")
        await file.write(DATA)
        line.abort()
        await _until(lambda: shelf.files[0].abandoned)
    assert (shelf.kept, shelf.files[0].abandoned) == ({}, BROKEN_OFF)


@in_a_loop
async def test_a_session_that_ends_without_a_close_keeps_nothing() -> None:
    shelf = Shelf()
    async with open_drop(shelf) as drop, dial(drop) as line:
        sftp = await line.start_sftp_client()
        file = await sftp.open("half.tar", "wb")
        await file.write(DATA)
        # The channel is ended in good order, and the file was never closed.
        sftp.exit()
        await sftp.wait_closed()
        await _until(lambda: shelf.files[0].abandoned)
    assert (shelf.kept, shelf.files[0].abandoned) == ({}, BROKEN_OFF)


@in_a_loop
async def test_a_stop_of_the_portal_keeps_nothing_of_what_is_open() -> None:
    shelf = Shelf()
    async with open_drop(shelf) as drop:
        line = await dial(drop)
        file = await (await line.start_sftp_client()).open("half.tar", "wb")
        await file.write(DATA)
    assert (shelf.kept, shelf.files[0].abandoned) == ({}, STOPPED)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("a/b/../../../../c.tar", "c.tar"),
        ("..\\..\\windows.zip", "windows.zip"),
        ("-rf", "-rf"),
        ("line\nbreak", "line[U+000A]break"),
    ],
)
@in_a_loop
async def test_a_path_that_leads_away_is_only_a_name(path: str, name: str) -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp, sftp.open(path, "wb") as file:
        await file.write(b"x")
    assert shelf.kept == {name: b"x"}


@pytest.mark.parametrize("path", ["/", ".", "..", "../.."])
@in_a_loop
async def test_a_folder_is_no_file(path: str) -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        with pytest.raises(asyncssh.SFTPFailure, match=r"A folder has this name\."):
            await sftp.open(path, "wb")
    assert shelf.files == []


REFUSED = {
    "get": lambda sftp: sftp.open("there.tar", "rb"),
    "append": lambda sftp: sftp.open("there.tar", "ab"),
    "ls": lambda sftp: sftp.listdir("/"),
    "rm": lambda sftp: sftp.remove("there.tar"),
    "rmdir": lambda sftp: sftp.rmdir("folder"),
    "readlink": lambda sftp: sftp.readlink("there.tar"),
    "symlink": lambda sftp: sftp.symlink("/etc/passwd", "link"),
    "cut": lambda sftp: sftp.truncate("there.tar", 0),
    "rename of what is not there": lambda sftp: sftp.rename("other", "new"),
    "rename onto another": lambda sftp: sftp.rename("there.tar", "there.tar"),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
@in_a_loop
async def test_nothing_but_putting_is_possible(act: Any) -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        async with sftp.open("there.tar", "wb") as file:
            await file.write(b"kept")
        with pytest.raises(asyncssh.SFTPPermissionDenied, match="nothing else"):
            await act(sftp)
    assert shelf.kept == {"there.tar": b"kept"}


@in_a_loop
async def test_what_is_being_put_cannot_be_read_back() -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp, sftp.open("there.tar", "w+b") as file:
        await file.write(b"kept")
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await file.read(4, 0)
    assert shelf.kept == {"there.tar": b"kept"}


@in_a_loop
async def test_no_shell_no_command_no_tunnel() -> None:
    async with open_drop(Shelf()) as drop, dial(drop) as line:
        for command in (None, "id", "scp -t /tmp"):
            with pytest.raises(asyncssh.ChannelOpenError):
                await line.create_process(command)
        with pytest.raises(asyncssh.ChannelOpenError):
            await line.open_connection("127.0.0.1", drop.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await line.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 1)


@in_a_loop
async def test_clients_may_make_folders_and_rename_what_they_put() -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        await sftp.makedirs("backups/site", exist_ok=True)
        async with sftp.open("backups/site/a.zip.part", "wb") as file:
            await file.write(b"zip")
        await sftp.setstat("backups/site/a.zip.part", asyncssh.SFTPAttrs(permissions=0o600))
        await sftp.rename("backups/site/a.zip.part", "backups/site/a.zip")
        assert (await sftp.stat("backups/site/a.zip")).size == 3
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await sftp.stat("backups/site/a.zip.part")
    assert shelf.kept == {"a.zip.part": b"zip"}


@in_a_loop
async def test_a_file_out_of_order_is_given_up() -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        file = await sftp.open("holes.tar", "wb")
        await file.write(b"begin")
        with pytest.raises(asyncssh.SFTPFailure, match=r"has to come in order"):
            await file.write(b"end", 1_000_000_000_000)
        with pytest.raises(asyncssh.SFTPFailure, match=r"No file is open"):
            await file.close()
    assert shelf.kept == {}


@in_a_loop
async def test_a_file_that_is_too_large_is_refused_while_it_comes() -> None:
    shelf = Shelf()
    async with sftp_of(shelf) as sftp:
        file = await sftp.open("large.tar", "wb")
        with pytest.raises(asyncssh.SFTPFailure, match=f"more than {LIMIT} bytes"):
            await file.write(bytes(LIMIT + 1))
    assert (shelf.kept, len(shelf.files[0].data) <= LIMIT) == ({}, True)


@in_a_loop
async def test_what_is_not_what_it_should_be_is_refused_at_the_close() -> None:
    shelf = Shelf(refuses="The archive ends in the middle.")
    async with sftp_of(shelf) as sftp:
        file = await sftp.open("cut.tar", "wb")
        await file.write(b"x")
        with pytest.raises(asyncssh.SFTPFailure, match=r"The archive ends in the middle\."):
            await file.close()
    assert (shelf.kept, shelf.files[0].abandoned) == ({}, "The archive ends in the middle.")


@in_a_loop
async def test_a_full_disk_is_told_and_the_next_file_is_taken() -> None:
    shelf = Shelf(breaks_on_write=True)
    async with sftp_of(shelf) as sftp:
        file = await sftp.open("first.tar", "wb")
        await file.write(b"x")
        with pytest.raises(asyncssh.SFTPFailure, match=r"could not keep the file"):
            await file.close()
        shelf.breaks_on_write = False
        async with sftp.open("second.tar", "wb") as file:
            await file.write(b"y")
    assert (shelf.kept, shelf.files[0].abandoned) == ({"second.tar": b"y"}, OUR_FAULT)


@in_a_loop
async def test_one_file_at_a_time() -> None:
    async with sftp_of(Shelf()) as sftp, sftp.open("one.tar", "wb"):
        with pytest.raises(asyncssh.SFTPFailure, match=r"Close the former file first"):
            await sftp.open("two.tar", "wb")


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\xff\xff\xff\xff" + b"x" * 64,
        b"\x00\x00\x00\x01\x01",
        b"\x00\x00\x00\x05\x03\x00\x00\x00\x01",
        b"\x00\x00\x00\x05\x01\x00\x00\x00\x03" * 2,
        b"\x00\x00\x00\x05\x01\x00\x00\x00\x03\x00\x00\x00\x09\x03\x00\x00\x00\x01\xff\xff\xff\xff",
    ],
    ids=["huge", "short", "no-greeting", "two-greetings", "field-beyond-the-end"],
)
@in_a_loop
async def test_what_is_not_the_protocol_ends_the_session_and_others_go_on(
    bytes_sent: bytes,
) -> None:
    shelf = Shelf()
    async with open_drop(shelf) as drop, dial(drop) as line:
        process = await line.create_process(subsystem="sftp", encoding=None)
        process.stdin.write(bytes_sent)
        await asyncio.wait_for(process.wait_closed(), 5)
        async with line.start_sftp_client() as sftp, sftp.open("good.tar", "wb") as file:
            await file.write(b"x")
    assert shelf.kept == {"good.tar": b"x"}


async def _until(is_true: Any) -> None:
    async with asyncio.timeout(10):
        while not is_true():
            await asyncio.sleep(0.01)
