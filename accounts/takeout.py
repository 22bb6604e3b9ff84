"""All data of one customer in one archive: a registry of what belongs in it, and its writer.

Each app registers the models that it keeps for customers. The form is described in
docs/take-out.md, which `manage.py describe_takeout` writes; FORM is raised when it changes in a way
that readers would notice.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from psycopg2.extras import Range

from accounts.secret_columns import is_secret
from calcom_portal.common.tenancy import database_now

FORM = 1
AT_ONCE = 500
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of rows, one file of JSON.

    `of_customer` finds the customer from a row. `leaves_out` are columns that are nobody's data:
    marks of our own machinery; what `is_secret` is left out anyhow. `hidden` are rows that
    customers never see. Of `staff_only` parts they see none.
    """

    name: str
    model: Any
    of_customer: str = "customer_id"
    leaves_out: tuple[str, ...] = ()
    hidden: Q | None = None
    staff_only: bool = False

    @property
    def columns(self) -> list[str]:
        """Return the names of what a row tells, in the order of the file."""
        names = (one.attname for one in self.model._meta.concrete_fields)
        left_out = ("provider_id", *self.leaves_out)
        return [name for name in names if name not in left_out and not is_secret(name)]

    def rows(self, customer_id: int, *, with_hidden: bool) -> QuerySet[Any]:
        """Return the rows of a customer, the oldest first."""
        rows: QuerySet[Any] = self.model.objects.filter(**{self.of_customer: customer_id})
        if self.hidden is not None and not with_hidden:
            rows = rows.exclude(self.hidden)
        return rows.order_by("pk").values(*self.columns)


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file to put in: its path in the archive, and where its bytes lie."""

    path: str
    place: Path


def called(pk: int, name: str) -> str:
    """Return the name of a file in the archive: once there, and no way out of its folder."""
    return f"{pk}-{name.replace('/', '_')}"


FilesOf = Callable[[int, bool], Iterable[PartFile]]


@dataclass(slots=True)
class _Registry:
    parts: dict[str, Part] = field(default_factory=dict)
    files: list[FilesOf] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


_registry = _Registry()


def register_takeout(*parts: Part, files: FilesOf | None = None, words: str = "") -> None:
    """Take these into every take-out. `files(customer_id, with_hidden)` yields what lies on disk.

    `words` is a chapter of README.txt, for what people would look for and not find. Raises
    ValueError for a name that another part has.
    """
    for part in parts:
        known = _registry.parts.setdefault(part.name, part)
        if known.model is not part.model:
            raise ValueError(f"Two parts of the take-out are called {part.name}.")
    if files is not None and files not in _registry.files:
        _registry.files.append(files)
    if words and words not in _registry.words:
        _registry.words.append(words)


def parts_of_takeout() -> list[Part]:
    """Return the parts in the order of their names."""
    return [_registry.parts[name] for name in sorted(_registry.parts)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which take-out: whose, for whose eyes, with or without what customers never see."""

    customer_id: int
    for_staff: bool
    with_hidden: bool
    made_by: str

    @property
    def parts(self) -> Sequence[Part]:
        """Return the parts that the reader may have."""
        return [part for part in parts_of_takeout() if self.for_staff or not part.staff_only]


README = """\
Everything that the portal holds of your company
================================================
data/ has one file of JSON for each kind of thing, files/ what people attached, signed or took
pictures of, manifest.json how much of it there is. docs/take-out.md of the portal describes every
column.
"""


def readme() -> str:
    """Return the text of README.txt."""
    return "\n".join([README, *_registry.words])


Tell = Callable[[str, int, int], None]


def write_takeout(file: BinaryIO, wanted: Wanted, tell: Tell) -> tuple[int, int]:
    """Write the archive row by row; return how many rows and files it holds.

    Runs in the scope of whoever wants it: what they may not see is not in it.
    """
    counts = {
        part.name: part.rows(wanted.customer_id, with_hidden=wanted.with_hidden).count()
        for part in wanted.parts
    }
    total, done = sum(counts.values()), 0
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for part in wanted.parts:
            rows = part.rows(wanted.customer_id, with_hidden=wanted.with_hidden)
            with archive.open(f"data/{part.name}.json", "w", force_zip64=True) as member:
                for text in _texts(rows.iterator(chunk_size=AT_ONCE)):
                    member.write(text)
                    done += 1
                    if done % AT_ONCE == 0:
                        tell(f"Writing {part.name}", min(done, total), total)
        archive.writestr("README.txt", readme())
        files = _add_files(archive, wanted, tell)
        manifest = _manifest(wanted, counts, files)
        archive.writestr("manifest.json", json.dumps(manifest, indent=2, cls=_Encoder))
    return total, files


def _texts(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a JSON list in pieces, one row a line."""
    before = b"[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, cls=_Encoder).encode()
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _add_files(archive: ZipFile, wanted: Wanted, tell: Tell) -> int:
    count = 0
    for files in _registry.files:
        for one in files(wanted.customer_id, wanted.with_hidden):
            if one.place.is_file():
                with (
                    one.place.open("rb") as source,
                    archive.open(f"files/{one.path}", "w", force_zip64=True) as member,
                ):
                    shutil.copyfileobj(source, member, CHUNK)
                count += 1
                tell("Adding files", count, 0)
    return count


def _manifest(wanted: Wanted, counts: dict[str, int], files: int) -> dict[str, Any]:
    return {
        "form": FORM,
        "customer_id": wanted.customer_id,
        "made_at": database_now(),
        "made_by": wanted.made_by,
        "with_internal_notes": wanted.with_hidden,
        "rows": counts,
        "files": files,
    }


class _Encoder(DjangoJSONEncoder):
    """JSON of what columns hold: instants in ISO 8601, money as text, ranges as two ends."""

    def default(self, o: Any) -> Any:
        """Return the plain form."""
        if isinstance(o, Range):
            return [o.lower, o.upper]
        return super().default(o)
