"""The catalogue of what is run on customers' machines to bring packages to a version. Pure.

Names and versions are checked here, once more: to `apt-get`, `name-` means "remove it", and what
it does not know by name it takes for a pattern.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from upkeep.drivers.base import DriverFailed
from upkeep.drivers.commands import Ways
from upkeep.drivers.shell import Line

# Debian Policy 5.6.1 and 5.6.12, but for versions that end in what apt would take for an order.
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]{0,98}[a-z0-9+]")
VERSION = re.compile(r"(?:[0-9]{1,4}:)?[0-9](?:[A-Za-z0-9.+~-]{0,98}[A-Za-z0-9~])?")
# Others may install something at the same time: their turn is waited for.
LOCK_SECONDS = 240
# Half an hour, looked at twice a second.
MOST_LOOKS = 3600
LOG = "/var/log/portal-update.log"
# How apt ends when it did not find something, or complains.
NOT_WELL = frozenset({100})

STATES = "dpkg-query --show --showformat='${Package}\\t${db:Status-Abbrev}\\t${Version}\\n'"
# Nobody is there to answer: what the machine's people changed in its configuration stays.
QUIET = "LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l"
KEEP = "--force-confdef --force-confold"
OPTIONS = (
    f"-q -y -o DPkg::Lock::Timeout={LOCK_SECONDS} -o Acquire::Retries=2 -o Dpkg::Use-Pty=0"
    " -o APT::Get::AllowUnauthenticated=false"
    " -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"
)
INSTALL = "install --no-install-recommends"
# A connection that breaks must not end dpkg in its middle: it runs in a session of its own, and
# prints to a file. The empty lines show whoever waits that it goes on.
DETACHED = (
    'setsid sh -c "$1" > "$2" 2>&1 < /dev/null & p=$!; n=0;'
    " while kill -0 $p 2> /dev/null; do echo; n=$((n + 1));"
    ' if [ $n -gt "$3" ]; then echo "It still runs after half an hour." >&2; exit 75; fi;'
    " sleep 0.5; done; wait $p; s=$?; if [ $s -ne 0 ]; then"
    ' grep -a -m 1 "returned error" "$2" >&2; grep -a -m 1 "^dpkg: error" "$2" >&2;'
    ' grep -a -m 3 "^E: " "$2" >&2; fi; exit $s'
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A package in a version. Raises DriverFailed for what is no name or no version."""

    name: str
    version: str

    def __post_init__(self) -> None:
        checked_package(self.name)
        if not VERSION.fullmatch(self.version):
            raise DriverFailed(f"{self.version!r} is no version of a Debian package.")

    def __str__(self) -> str:
        return f"{self.name}={self.version}"


def checked_package(name: str) -> str:
    """Return the name of a package. Raises DriverFailed for what is none."""
    if not PACKAGE.fullmatch(name):
        raise DriverFailed(f"{name!r} is no name of a Debian package.")
    return name


def states() -> Line:
    """Return the command that prints `name<TAB>state<TAB>version` of every package."""
    return Line("The list of packages", STATES)


def refresh(ways: Ways) -> Line:
    """Return the command that fetches the lists of what the machine's sources offer."""
    return Line("The lists of its sources", f"{ways.prefix}env {QUIET} apt-get {OPTIONS} update")


def described(choices: Sequence[Choice]) -> Line:
    """Return the command that prints what the sources say of packages."""
    words = f"What its sources say of {choices[0].name}"
    return Line(words, f"LC_ALL=C apt-cache show -- {_named(choices)}", NOT_WELL)


def offered(name: str) -> Line:
    """Return the command that prints what the sources say of every version, the newest first."""
    words = f"What its sources say of {checked_package(name)}"
    return Line(words, f"LC_ALL=C apt-cache show -- {shlex.quote(name)}", NOT_WELL)


def simulate(choices: Sequence[Choice]) -> Line:
    """Return the command that tells what installing would do, and does nothing."""
    text = f"LC_ALL=C apt-get {OPTIONS} --simulate {INSTALL} -- {_named(choices)}"
    return Line(f"Installing {choices[0].name} {choices[0].version}", text)


def fetch(choices: Sequence[Choice], ways: Ways) -> Line:
    """Return the command that fetches the files of packages, installed or not, and no more."""
    text = (
        f"{QUIET} apt-get {OPTIONS} --download-only --reinstall --allow-downgrades {INSTALL}"
        f" -- {_named(choices)}"
    )
    words = f"Fetching {choices[0].name} {choices[0].version}"
    return _detached(words, text, ways)


def install(choices: Sequence[Choice], ways: Ways, *, is_back: bool = False) -> Line:
    """Return the command that installs packages, and removes none; `is_back` to older ones."""
    more = " --allow-downgrades" * is_back
    text = f"{QUIET} apt-get {OPTIONS} --no-remove{more} {INSTALL} -- {_named(choices)}"
    return _detached(f"Installing {choices[0].name} {choices[0].version}", text, ways)


def wait_for_others(ways: Ways) -> Line:
    """Return the command that waits until nobody installs anything, four minutes at most.

    It may be a run of ours that goes on by itself, after the line to it broke.
    """
    # It ends with a complaint where something was left in its middle: that is looked at next.
    text = f"{ways.prefix}env {QUIET} apt-get {OPTIONS} check"
    return Line("The wait for others", text, NOT_WELL)


def finish_what_was_begun(ways: Ways) -> Line:
    """Return the command that ends an installation that was cut off."""
    return _detached("Finishing what was begun", f"{QUIET} dpkg {KEEP} --configure --pending", ways)


def take_note_of_what_was_begun(ways: Ways) -> Line:
    """Return the command that has dpkg read its journal anew: nothing is set up by it."""
    text = f"{QUIET} dpkg {KEEP} --triggers-only --pending; true"
    return _detached("Looking at what was begun", text, ways)


def _named(choices: Sequence[Choice]) -> str:
    return " ".join(shlex.quote(str(choice)) for choice in choices)


def _detached(words: str, text: str, ways: Ways) -> Line:
    script = f"sh -c {shlex.quote(DETACHED)} portal {shlex.quote(text)} {LOG} {MOST_LOOKS}"
    return Line(words, f"{ways.prefix}{script}")
