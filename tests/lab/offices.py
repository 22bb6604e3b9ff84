"""An office: a phone system with a folder that phones fetch from, a phone, and a maker's site."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from monitoring.probes.digest import Login
from tests.lab.desk_phone import KEY, DeskPhone, desk_phone
from tests.lab.machines import Door
from tests.lab.pbx import MANAGER, PHONE, PHONE_PASSWORD, asterisk
from tests.lab.servers import listens, running, written
from tests.ports import free_port
from tests.upkeep.shell_wire import LOOPBACK
from upkeep.drivers.base import Reach
from upkeep.drivers.wanted import Target

OLD, NEW, BAD = "1.0.0.1", "1.2.0.7", "1.3.0.0"
OWN_FILE = "001565AABBCC.cfg"
OWN = "# of the front desk\naccount.1.user = 101\n"


@dataclass(frozen=True)
class Office:
    """A phone system that phones fetch from, a phone, and the maker's own site."""

    reach: Reach
    settings: dict[str, Any]
    phone: DeskPhone
    folder: Path
    maker: Path
    maker_url: str

    @property
    def own_file(self) -> str:
        """Return what the phone fetches."""
        return (self.folder / OWN_FILE).read_text(encoding="utf-8")

    def published(self) -> list[str]:
        """Return the firmware that is there for phones."""
        return sorted(path.name for path in self.folder.glob("*.rom*"))

    def release(self, version: str, content: str = "") -> Target:
        """Put a firmware on the maker's site."""
        content = content or f"{version} LabPhone X1"
        written(self.maker / f"X1-{version}.rom", content)
        digest = sha256(content.encode()).hexdigest()
        return Target(version, url=f"{self.maker_url}/X1-{version}.rom", sha256=digest)


@contextmanager
def an_office(folder: Path, door: Door) -> Iterator[Office]:
    """Have all of it run; the phone is about to sign in."""
    served, maker = folder / "served", folder / "maker"
    served.mkdir()
    maker.mkdir()
    written(served / OWN_FILE, OWN)
    own_port, maker_port = free_port(), free_port()
    address = f"http://127.0.0.1:{own_port}"
    settings = {
        "folder": str(served),
        "phone_file": OWN_FILE,
        "key": KEY,
        "base_url": address,
        "endpoint": PHONE,
        "sudo": False,
    }
    target = door.server.target
    reach = Reach(target.address, target.port, LOOPBACK, door.login, MANAGER)
    web = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
    with (
        running([*web, str(own_port)], served, own_port, lambda: listens(own_port)),
        running([*web, str(maker_port)], maker, maker_port, lambda: listens(maker_port)),
        asterisk(folder) as pbx,
        desk_phone(pbx.target, Login(PHONE, PHONE_PASSWORD), f"{address}/{OWN_FILE}") as phone,
    ):
        settings["manager_port"] = pbx.manager_port
        yield Office(reach, settings, phone, served, maker, f"http://127.0.0.1:{maker_port}")
