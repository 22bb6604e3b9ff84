"""All data of a provider in one archive: every table that belongs to it, and every file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from psycopg2.extras import Range

from accounts.leaving import owned_models
from accounts.models import Job, Provider, Submission
from accounts.secret_columns import is_secret
from calcom_portal.common.files import folder_of
from calcom_portal.common.tenancy import database_now

FORM: Final = 1
AT_ONCE: Final = 500
CHUNK: Final = 256 * 1024
MACHINERY: Final = (Job, Submission)

Tell = Callable[[str, int, int], None]


def write_provider_takeout(file: BinaryIO, provider: Provider, tell: Tell) -> tuple[int, int]:
    """Write the archive row by row; return how many rows and files it holds.

    Runs in the provider's scope. One file of JSON a table: a list, one row a line, in the order of
    the ids; instants in ISO 8601, money as text.
    """
    models = [model for model in owned_models() if model not in MACHINERY]
    counts = {model._meta.db_table: model.objects.count() for model in models}
    total, done = sum(counts.values()), 0
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for model in models:
            table = model._meta.db_table
            with archive.open(f"data/{table}.json", "w", force_zip64=True) as member:
                for text in _lines(model):
                    member.write(text)
                    done += 1
                    if done % AT_ONCE == 0:
                        tell(f"Writing {model._meta.verbose_name_plural}", min(done, total), total)
        files = _add_files(archive, folder_of(provider.pk), tell)
        manifest = {
            "form": FORM,
            "provider": provider.name,
            "made_at": database_now(),
            "rows": {table: rows for table, rows in counts.items() if rows},
            "files": files,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=2, cls=_Encoder))
    return total, files


def _lines(model: Any) -> Iterator[bytes]:
    """Yield a JSON list in pieces, one row a line."""
    columns = (one.attname for one in model._meta.concrete_fields)
    names = [name for name in columns if not is_secret(name)]
    before = b"[\n"
    for row in model.objects.order_by("pk").values(*names).iterator(chunk_size=AT_ONCE):
        yield before + json.dumps(row, ensure_ascii=False, cls=_Encoder).encode()
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _add_files(archive: ZipFile, folder: Path, tell: Tell) -> int:
    count = 0
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            inside = f"files/{path.relative_to(folder)}"
            with (
                path.open("rb") as source,
                archive.open(inside, "w", force_zip64=True) as member,
            ):
                shutil.copyfileobj(source, member, CHUNK)
            count += 1
            tell("Adding files", count, 0)
    return count


class _Encoder(DjangoJSONEncoder):
    """JSON of what columns hold: instants in ISO 8601, money as text, ranges as two ends."""

    def default(self, o: Any) -> Any:
        """Return the plain form."""
        if isinstance(o, Range):
            return [o.lower, o.upper]
        return super().default(o)
