"""Builds the wheel of the agent (PEP 517, PEP 427) by the standard library: without a network."""

from __future__ import annotations

import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from calcom_agent import VERSION

HERE = Path(__file__).resolve().parent
# The very probes of the portal: one place for how equipment is asked.
PACKAGES = {
    "calcom_agent": HERE / "calcom_agent",
    "monitoring": HERE / "probes_of_the_portal",
    "monitoring/probes": HERE.parent / "monitoring" / "probes",
}
# Laid beside the programs, under the folder that the wheel is installed to.
SHARED = ("calcom-agent.service", "README.md")
WHEEL = "Wheel-Version: 1.0\nGenerator: wheel_builder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build_wheel(
    wheel_directory: str,
    config_settings: Mapping[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Write the wheel; return the name of its file."""
    about = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    stem = f"{about['name'].replace('-', '_')}-{VERSION}"
    contents = dict(_contents(stem, about))
    contents[f"{stem}.dist-info/RECORD"] = _record(stem, contents).encode()
    name = f"{stem}-py3-none-any.whl"
    with ZipFile(Path(wheel_directory) / name, "w", ZIP_DEFLATED) as wheel:
        for path, content in contents.items():
            # The same sources give the same bytes, whoever builds and whenever.
            entry = ZipInfo(path)
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_DEFLATED
            wheel.writestr(entry, content)
    return name


def _contents(stem: str, about: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for package, folder in PACKAGES.items():
        for source in sorted(folder.glob("*.py")):
            yield f"{package}/{source.name}", source.read_bytes()
    for shared in SHARED:
        yield f"{stem}.data/data/share/{about['name']}/{shared}", (HERE / shared).read_bytes()
    scripts = "".join(f"{name} = {target}\n" for name, target in about["scripts"].items())
    yield f"{stem}.dist-info/METADATA", _metadata(about).encode()
    yield f"{stem}.dist-info/WHEEL", WHEEL.encode()
    yield f"{stem}.dist-info/entry_points.txt", f"[console_scripts]\n{scripts}".encode()


def _metadata(about: Mapping[str, Any]) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {about['name']}",
        f"Version: {VERSION}",
        f"Summary: {about['description']}",
        f"Requires-Python: {about['requires-python']}",
        *(f"Requires-Dist: {needed}" for needed in about["dependencies"]),
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join([*lines, "", (HERE / about["readme"]).read_text()])


def _record(stem: str, contents: Mapping[str, bytes]) -> str:
    lines = []
    for path, content in contents.items():
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{stem}.dist-info/RECORD,,", ""])
