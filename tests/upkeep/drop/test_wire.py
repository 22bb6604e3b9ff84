"""The protocol of the drop: any bytes are either requests or refused, however they are cut."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.drop.wire import Kind, NotSftp, Packets, Reader, Request

GREETING = b"\x00\x00\x00\x05\x01\x00\x00\x00\x03"


def packet(kind: int, number: int, body: bytes) -> bytes:
    return struct.pack(">IBI", len(body) + 5, kind, number) + body


@given(
    st.lists(st.tuples(st.integers(3, 255), st.integers(0, 2**32 - 1), st.binary(max_size=99))),
    st.lists(st.integers(1, 40), min_size=1),
)
def test_requests_come_out_as_they_went_in_however_they_were_cut(
    sent: list[tuple[int, int, bytes]], cuts: list[int]
) -> None:
    stream = GREETING + b"".join(packet(*one) for one in sent)
    packets, found, at = Packets(), [], 0
    while at < len(stream):
        size = cuts[at % len(cuts)]
        packets.feed(stream[at : at + size])
        at += size
        while (request := packets.next()) is not None:
            found.append(request)
    assert found == [Request(Kind.INIT, 3, b""), *(Request(*one) for one in sent)]


@given(st.binary(max_size=300))
def test_any_bytes_are_requests_or_refused(stream: bytes) -> None:
    packets = Packets()
    packets.feed(stream)
    try:
        while (request := packets.next()) is not None:
            body = Reader(request.body)
            body.path(), body.word(), body.size_asked()
    except NotSftp:
        pass


def test_a_field_that_goes_beyond_its_request_is_refused() -> None:
    with pytest.raises(NotSftp, match="ends too early"):
        Reader(b"\xff\xff\xff\xffabc").text()


def test_a_name_that_is_no_utf_8_is_marked() -> None:
    assert Reader(b"\x00\x00\x00\x03a\xffb").path() == "a\ufffdb"


def test_a_path_without_measure_is_refused() -> None:
    with pytest.raises(NotSftp, match="too long"):
        Reader(struct.pack(">I", 5000) + b"a" * 5000).path()
