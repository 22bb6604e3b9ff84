"""How the devices of a provider stand with their firmware, model by model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from contracts.models import Device, ProductModel
from upkeep.firmware.standing import Affected, Release, Standing, Status, Verdict, stand
from upkeep.models import FirmwareAdvisory, FirmwareRelease, FirmwareSeen

RANK = {standing: number for number, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class InUse:
    """A version that devices of a model run ("" where nothing has told it), and how they stand."""

    version: str
    count: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ModelBook:
    """What is known of a model: its releases, newest entry first, and what it is warned of."""

    product: ProductModel
    releases: Sequence[FirmwareRelease] = field(default_factory=tuple)
    advisories: Sequence[FirmwareAdvisory] = field(default_factory=tuple)

    def verdict_on(self, version: str, today: date) -> Verdict:
        """Say how a device of the model with this version stands."""
        releases = [Release(one.version, Status(one.status), one.ends_on) for one in self.releases]
        warned = [Affected(one.title, one.since, one.fixed_in) for one in self.advisories]
        return stand(self.product.vendor, version, releases, warned, today)


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model in the list: which versions are in use, the worst first."""

    book: ModelBook
    in_use: Sequence[InUse]

    @property
    def worst(self) -> Verdict | None:
        """Return how its worst device stands; None where none is in service."""
        return self.in_use[0].verdict if self.in_use else None

    @property
    def count(self) -> int:
        """Return how many are in service."""
        return sum(one.count for one in self.in_use)


def books_of(products: Iterable[ProductModel]) -> dict[int, ModelBook]:
    """Return what is known of models, by id. Two queries."""
    known = {product.pk: product for product in products}
    releases, advisories = defaultdict(list), defaultdict(list)
    for release in FirmwareRelease.objects.filter(product_model__in=known).order_by("-pk"):
        releases[release.product_model_id].append(release)
    warned = FirmwareAdvisory.objects.filter(product_model__in=known, withdrawn_at=None)
    for advisory in warned.order_by("-published_on", "-pk"):
        advisories[advisory.product_model_id].append(advisory)
    return {pk: ModelBook(one, releases[pk], advisories[pk]) for pk, one in known.items()}


def model_lines(products: Sequence[ProductModel], today: date) -> list[ModelLine]:
    """Return the lines of models. Four queries, however many devices there are."""
    books, counts = books_of(products), _counts([product.pk for product in products])
    return [
        ModelLine(books[product.pk], in_use(books[product.pk], counts[product.pk], today))
        for product in products
    ]


def in_use(book: ModelBook, counts: dict[str, int], today: date) -> list[InUse]:
    """Return the versions in use, the worst first."""
    found = [
        InUse(version, count, book.verdict_on(version, today)) for version, count in counts.items()
    ]
    return sorted(found, key=lambda one: (RANK[one.verdict.standing], -one.count, one.version))


def counts_of(product: ProductModel) -> dict[str, int]:
    """Return how many devices of a model run each version. Two queries."""
    return _counts([product.pk])[product.pk]


def devices_of(product: ProductModel) -> QuerySet[Device]:
    """Return the devices of a model that are in service."""
    rows: QuerySet[Device] = Device.objects.filter(product_model=product, retired_on=None)
    return rows


def versions_of(device_ids: Collection[int]) -> dict[int, FirmwareSeen]:
    """Return what devices run now, by device. One query."""
    rows = FirmwareSeen.objects.filter(device__in=device_ids, until=None)
    return {row.device_id: row for row in rows}


def _counts(product_ids: Collection[int]) -> defaultdict[int, dict[str, int]]:
    devices = Device.objects.filter(product_model__in=product_ids, retired_on=None)
    totals: dict[int, int] = _pairs(devices.values("product_model"), "product_model")
    seen = FirmwareSeen.objects.filter(
        Q(device__product_model__in=product_ids), device__retired_on=None, until=None
    )
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in seen.values("version", model=F("device__product_model")).annotate(n=Count("pk")):
        found[row["model"]][row["version"]] = row["n"]
    for product_id, total in totals.items():
        if rest := total - sum(found[product_id].values()):
            found[product_id][""] = rest
    return found


def _pairs(rows: Any, name: str) -> dict[int, int]:
    return {row[name]: row["n"] for row in rows.annotate(n=Count("pk")).order_by()}
