"""What a process of a rehearsal is kept from: other programs, the network, other users' files.

A filter of system calls (seccomp(2), BPF) that needs no rights and cannot be taken off: it cannot
fork, so nothing that a configuration names is ever run; it may bind to loopback and listen, but
connect to nothing, and send no datagram to anybody. Linux on x86-64 and on ARM64.
"""

from __future__ import annotations

import ctypes
import os
import platform
import pwd
import resource
import signal
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from errno import EAFNOSUPPORT, ENOSYS, EPERM

MB = 1024 * 1024
LIMITS = (
    (resource.RLIMIT_AS, 4096 * MB),
    (resource.RLIMIT_CPU, 300),
    (resource.RLIMIT_FSIZE, 512 * MB),
    (resource.RLIMIT_NOFILE, 1024),
    (resource.RLIMIT_CORE, 0),
)
NOBODY = "nobody"
# Loaded before any fork: in the child nothing may be imported.
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_THREAD = 0x10000
AF_UNIX, AF_INET = 1, 2
# Of the kind of a socket the upper bits are flags.
SOCK_RAW, KIND = 3, 0xF
# linux/bpf_common.h: load a word; jump if equal, at least, any bit set; mask; return.
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
KILL, ALLOW, REFUSE = 0x80000000, 0x7FFF0000, 0x00050000
# Offsets in struct seccomp_data; the arguments are 64 bits wide, the lower half first.
NUMBER, MACHINE, FIRST, SECOND, FIFTH = 0, 4, 16, 24, 48
# The other numbering of x86-64, which would go past the filter.
X32 = 0x40000000


@dataclass(frozen=True, slots=True)
class Calls:
    """The numbers of system calls on one kind of machine."""

    machine: int
    socket: int
    socketpair: int
    sendto: int
    clone: int
    clone3: int
    refused: tuple[int, ...]


# refused: connect, sendmsg, sendmmsg, ptrace, process_vm_readv and _writev, io_uring_setup;
# on x86-64 fork and vfork besides, which ARM64 does not have.
CALLS = {
    "x86_64": Calls(0xC000003E, 41, 53, 44, 56, 435, (42, 46, 307, 101, 310, 311, 425, 57, 58)),
    "aarch64": Calls(0xC00000B7, 198, 199, 206, 220, 435, (203, 211, 269, 117, 270, 271, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


@dataclass(frozen=True, slots=True)
class Keeper:
    """As whom a process runs in the cage; None where we are nobody special ourselves."""

    user: int | None
    group: int | None


def is_cage_here() -> bool:
    """Does this machine have a cage?"""
    return platform.system() == "Linux" and platform.machine() in CALLS


def keeper() -> Keeper:
    """Return as whom to run: root becomes nobody."""
    if os.geteuid():
        return Keeper(None, None)
    nobody = pwd.getpwnam(NOBODY)
    return Keeper(nobody.pw_uid, nobody.pw_gid)


def caged() -> Callable[[], None]:
    """Return what a child does before it becomes the program: `subprocess`'s `preexec_fn`."""
    filtered = filter_for(platform.machine())
    kept = ctypes.create_string_buffer(filtered, len(filtered))
    program = _Program(len(filtered) // 8, ctypes.cast(kept, ctypes.c_char_p))
    pointer = ctypes.byref(program)

    def enter() -> None:
        for limit, most in LIMITS:
            resource.setrlimit(limit, (most, most))
        os.nice(10)
        # It ends when its worker dies (prctl(2)).
        LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError("It may still gain rights.")
        # `kept` has to live until here.
        if LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer) or not kept:
            raise OSError("The kernel takes no filter.")

    return enter


def filter_for(machine: str) -> bytes:
    """Return the filter for a kind of machine, as the kernel reads it."""
    return b"".join(_steps(CALLS[machine]))


def _steps(calls: Calls) -> Iterator[bytes]:
    yield from (_step(LOAD, MACHINE), _step(EQUAL, calls.machine, 1), _step(RETURN, KILL))
    yield from (_step(LOAD, NUMBER), _step(AT_LEAST, X32, 0, 1), _refuse(EPERM))
    for number in calls.refused:
        yield from (_step(EQUAL, number, 0, 1), _refuse(EPERM))
    # The C library goes on with clone, whose flags can be read here.
    yield from (_step(EQUAL, calls.clone3, 0, 1), _refuse(ENOSYS))
    yield from (_step(EQUAL, calls.clone, 0, 4), _step(LOAD, FIRST))
    yield from (_step(ANY_BIT, CLONE_THREAD, 0, 1), _step(RETURN, ALLOW), _refuse(EPERM))
    yield from (_step(EQUAL, calls.socketpair, 0, 4), _step(LOAD, FIRST))
    yield from (_step(EQUAL, AF_UNIX, 0, 1), _step(RETURN, ALLOW), _refuse(EAFNOSUPPORT))
    yield from (_step(EQUAL, calls.socket, 0, 8), _step(LOAD, FIRST), _step(EQUAL, AF_UNIX, 4))
    yield from (_step(EQUAL, AF_INET, 0, 4), _step(LOAD, SECOND), _step(AND, KIND))
    yield from (_step(EQUAL, SOCK_RAW, 1), _step(RETURN, ALLOW), _refuse(EAFNOSUPPORT))
    # Without an address it goes to whom the socket is connected to: to nobody.
    yield from (_step(EQUAL, calls.sendto, 0, 6), _step(LOAD, FIFTH), _step(EQUAL, 0, 0, 3))
    yield from (_step(LOAD, FIFTH + 4), _step(EQUAL, 0, 0, 1), _step(RETURN, ALLOW))
    yield from (_refuse(EPERM), _step(RETURN, ALLOW))


def _refuse(error: int) -> bytes:
    return _step(RETURN, REFUSE | error)


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Return a step (struct sock_filter); a jump passes over so many steps."""
    return struct.pack("HBBI", code, if_so, if_not, value)
