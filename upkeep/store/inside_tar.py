"""A tar archive (POSIX ustar and pax, GNU): walked block by block to its two blocks of zeros."""

from __future__ import annotations

from upkeep.store.member_names import NameWatch
from upkeep.store.seen import EMPTY, Seen, bad

BLOCK = 512
ZEROS = bytes(BLOCK)
LARGEST = 1 << 50
# Headers about the next header: pax records, and GNU's long names.
PAX, PAX_GLOBAL, LONG_NAME, LONG_LINK = b"x", b"g", b"L", b"K"
ABOUT_NEXT = (PAX, PAX_GLOBAL, LONG_NAME, LONG_LINK)
WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6")
DEVICES = (b"3", b"4")
SPARSE = b"S"
# More of such a header than any name needs is passed over unread.
MOST_ABOUT = 64 * 1024


def looks_like_tar(head: bytes) -> bool:
    """Does a stream begin like a tar archive?"""
    return head[257:262] == b"ustar" and _sum_is_right(head[:BLOCK])


class TarChecker:
    """Reads the headers, passes over what lies between them, and remembers odd names."""

    def __init__(self) -> None:
        self._rest = b""
        self._pass_over = 0
        self._about = b""
        self._about_kind = b""
        self._about_missing = 0
        self._next_size: int | None = None
        self._in_sparse_map = False
        self._after_map = 0
        self._zeros = self._headers = self._size = 0
        self._names = NameWatch()
        self._problem: Seen | None = None

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        self._size += len(data)
        if self._is_over():
            return
        view = memoryview(self._rest + data if self._rest else data)
        at = 0
        while len(view) - at >= BLOCK or (self._pass_over and at < len(view)):
            if self._pass_over:
                step = min(self._pass_over, len(view) - at)
                self._pass_over -= step
            else:
                step = BLOCK
                self._block(bytes(view[at : at + BLOCK]))
            at += step
            if self._is_over():
                break
        self._rest = bytes(view[at:]) if len(view) - at < BLOCK else b""

    def _is_over(self) -> bool:
        return self._problem is not None or self._zeros > 1

    def end(self) -> list[Seen]:
        """Say what was seen."""
        if self._size == 0:
            return [EMPTY]
        if self._problem is not None:
            return [self._problem]
        if self._zeros < 2:
            return [bad("tar-cut", "The archive ends before its end.")]
        if self._headers == 0:
            return [bad("tar-empty", "The archive holds no file.")]
        return self._names.told()

    def _block(self, block: bytes) -> None:
        if self._about_missing:
            self._read_about(block)
        elif self._in_sparse_map:
            self._in_sparse_map = block[504] != 0
            self._after_sparse_map()
        elif block == ZEROS:
            self._zeros += 1
        elif not _sum_is_right(block):
            self._problem = bad("tar-damaged", "The archive is damaged, or it is none.")
        else:
            self._zeros = 0
            self._header(block)

    def _header(self, block: bytes) -> None:
        kind, size = block[156:157], _number(block[124:136])
        if size is None or size > LARGEST:
            self._problem = bad("tar-damaged", "A file of the archive has an impossible size.")
            return
        if kind in ABOUT_NEXT:
            self._about, self._about_kind, self._about_missing = b"", kind, size
            return
        self._headers += 1
        self._name(block, kind)
        if self._next_size is not None:
            size, self._next_size = self._next_size, None
        padded = 0 if kind in WITHOUT_DATA else -(-size // BLOCK) * BLOCK
        if kind == SPARSE and block[482]:
            self._in_sparse_map, self._after_map = True, padded
            return
        self._pass_over = padded

    def _after_sparse_map(self) -> None:
        if not self._in_sparse_map:
            self._pass_over = self._after_map

    def _name(self, block: bytes, kind: bytes) -> None:
        name = _text(block[:100])
        self._names.see(name)
        if block[257:263] == b"ustar\0":
            self._names.see(_text(block[345:500]))
        if kind in DEVICES:
            self._names.see_device(name)

    def _read_about(self, block: bytes) -> None:
        take = min(self._about_missing, BLOCK)
        self._about_missing -= take
        if len(self._about) < MOST_ABOUT:
            self._about += block[:take]
        if self._about_missing:
            return
        if self._about_kind in (LONG_NAME, LONG_LINK):
            if self._about_kind == LONG_NAME:
                self._names.see(_text(self._about))
            return
        for key, value in _pax_records(self._about):
            if key == "path":
                self._names.see(value)
            if key == "size" and self._about_kind == PAX and value.isdecimal():
                self._next_size = min(int(value[:20]), LARGEST)


def _pax_records(text: bytes) -> list[tuple[str, str]]:
    """Return the records `length key=value` of a pax header, up to the first bad one."""
    found: list[tuple[str, str]] = []
    while text:
        length, _, _ = text.partition(b" ")
        if not length.isdigit() or not 3 < int(length[:7]) <= len(text):
            break
        record, text = text[len(length) + 1 : int(length) - 1], text[int(length) :]
        key, _, value = record.partition(b"=")
        found.append((key.decode("utf-8", "replace"), value.decode("utf-8", "replace")))
    return found


def _sum_is_right(block: bytes) -> bool:
    told = _number(block[148:156])
    return told == sum(block) - sum(block[148:156]) + 8 * 0x20


def _number(field: bytes) -> int | None:
    if field[0] & 0x80:
        # GNU's way to write what has no room in octal digits.
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if digits.isdigit() and not set(digits) & set(b"89") else None


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
