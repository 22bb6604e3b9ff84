"""The account that PostgreSQL runs as: never root, which it refuses."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class SubprocessAccount(TypedDict, total=False):
    """The arguments of subprocess that change the account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Another account of this machine, for use by root only."""

    uid: int
    gid: int

    def for_subprocess(self) -> SubprocessAccount:
        """Return the arguments that start a child under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Return whether this account may look up names inside `folder`."""
        looked = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
            **self.for_subprocess(),
        )
        return looked.returncode == 0

    def own(self, path: Path) -> None:
        """Make this account the owner of `path` itself."""
        os.chown(path, self.uid, self.gid)


def server_account() -> Account | None:
    """Return `nobody` for root, None for everyone else: they run servers as themselves."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(nobody.pw_uid, nobody.pw_gid)
