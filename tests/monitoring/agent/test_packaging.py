"""What is delivered to a site: a wheel that holds all that its README speaks of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = Path(__file__).resolve().parents[3] / "agent"
UNIT = "share/calcom-agent/calcom-agent.service"
HOME = "/opt/calcom-agent"

# Every module of the wheel, in a Python that knows neither this checkout nor Django.
IMPORTS = """
import importlib, sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "django":
            raise ImportError(f"{name} is not at the site")
sys.meta_path.insert(0, Nothing())
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    module = importlib.import_module(name)
    assert module.__file__.startswith(sys.argv[1]), module.__file__
assert "django" not in sys.modules
"""


def pip(*words: str | Path) -> None:
    options = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, words), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def built(folder: Path) -> Path:
    pip("wheel", "--wheel-dir", folder, AGENT)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without network and install it as a site does; return the folder."""
    wheel = built(tmp_path_factory.mktemp("dist"))
    assert wheel.name == "calcom_agent-1.0.0-py3-none-any.whl"
    prefix = tmp_path_factory.mktemp("site")
    pip("install", "--prefix", prefix, "--ignore-installed", wheel)
    return prefix


def library(site: Path) -> Path:
    return next(site.glob("lib/python*/site-packages"))


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert built(one).read_bytes() == built(other).read_bytes()


def test_its_modules_need_no_django(site: Path) -> None:
    packages = library(site)
    modules = sorted(
        ".".join(path.relative_to(packages).with_suffix("").parts).removesuffix(".__init__")
        for package in ("calcom_agent", "monitoring")
        for path in (packages / package).rglob("*.py")
    )
    assert {"calcom_agent.__main__", "monitoring.probes.sip", "monitoring.probes.ssh"} <= {*modules}
    assert {name for name in modules if name.startswith("monitoring")} == {
        "monitoring",
        "monitoring.probes",
        *(f"monitoring.probes.{path.stem}" for path in PROBES.glob("[!_]*.py")),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTS, str(packages), *modules],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


PROBES = AGENT.parent / "monitoring" / "probes"


def test_all_that_the_readme_copies_and_the_unit_names_is_delivered(site: Path) -> None:
    unit, readme = (site / UNIT).read_text(), (AGENT / "README.md").read_text()
    assert f"cp {HOME}/{UNIT} /etc/systemd/system/" in readme
    named = re.findall(rf"{HOME}/(\S+)", unit)
    assert named == ["share/calcom-agent/README.md", "bin/calcom-agent"]
    assert [name for name in named if not (site / name).is_file()] == []


def test_systemd_takes_the_unit(site: Path, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed: nobody looks at the unit here.")
    unit = tmp_path / "calcom-agent.service"
    unit.write_text((site / UNIT).read_text().replace(HOME, str(site)))
    done = subprocess.run(
        [tool, "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
