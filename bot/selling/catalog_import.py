"""Bringing a catalogue into the shop: its good rows at once or not at all, its bad rows told one by one.

What live holds promise stays promised, what was sold since the last count stays sold, and a product that is no longer
in the files goes off sale but stays known to carts and orders. Never because of a bad row: what a bad row names stays
as it was. The same files again write nothing. The form of a file is `bot.selling.catalog.forms`' business.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bot.clock import Clock
from bot.commerce.catalog import Product
from bot.search.base import ProductIndex
from bot.selling.catalog.entries import Entry, Problem, Reading, Told, sift
from bot.selling.catalog.forms import read_any
from bot.storage import catalogue
from bot.storage.sql import Database
from bot.storage.stocking import Known, LaidOut, Shelf, Stocking, known, stocking

__all__ = ["KeptStock", "Problem", "Report", "import_catalog", "rebuild_index"]

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class KeptStock:
    """More pieces of a SKU are held for customers than were counted: the shelf says `held` until they are settled."""

    sku: str
    counted: int
    held: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. `counted` SKUs have another number than last time. `spared` products were not
    taken off sale, or not written, because a row of theirs is bad; where a bad row does not say whose it is, nothing is
    taken off sale (`retiring` is False)."""

    products: int = 0
    variants: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    counted: int = 0
    kept: tuple[KeptStock, ...] = ()
    problems: tuple[Problem, ...] = ()
    spared: int = 0
    retiring: bool = True
    done: bool = True

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def written(self) -> int:
        return self.added + self.changed


async def import_catalog(
    db: Database,
    path: Path,
    clock: Clock,
    *,
    dry_run: bool = False,
    strict: bool = False,
    form: str | None = None,
    reading: Reading | None = None,
    told: Told = lambda _done, _of: None,
) -> Report:
    """Load the catalogue at `path`; afterwards, rebuild the index. A dry run reports the same and writes nothing;
    `strict` writes nothing where there is a problem. A file in which nothing is good changes nothing.

    Raises `BadInput` where there is no file, or its form is none that we read."""
    async with db.read() as tx:
        before = await known(tx)
    arriving = _Arriving(before)
    entries = sift(read_any(path, form, reading or Reading(), told), before.owners)
    if dry_run:
        for _batch in arriving.batches(entries):
            pass
        return arriving.report(done=arriving.is_good(strict=strict))
    async with stocking(db) as stage:
        for batch in arriving.batches(entries):
            await _lay_out(stage, batch, clock)
        if not arriving.is_good(strict=strict):
            return arriving.report(done=False)
        await stage.move_in(clock.now(), retire=arriving.retiring, spared=arriving.bad)
    return arriving.report(done=True)


async def rebuild_index(db: Database, index: ProductIndex, clock: Clock) -> int:
    """Make the index of what is on sale now. Returns the number of products."""

    async def on_sale() -> AsyncIterator[Product]:
        async with db.read() as tx:
            async for product in catalogue.every_product(tx, clock.now()):
                yield product

    return await index.rebuild(on_sale())


@dataclass(slots=True)
class _Batch:
    changed: list[LaidOut]
    counted: list[Shelf]
    on_sale: list[str]


async def _lay_out(stage: Stocking, batch: _Batch, clock: Clock) -> None:
    await stage.lay_out(batch.changed, batch.counted, batch.on_sale, clock.now())


class _Arriving:
    """What has been read so far, beside what the shop knows."""

    def __init__(self, before: Known) -> None:
        self._before = before
        self._problems: list[Problem] = []
        self._kept: list[KeptStock] = []
        self._seen: set[str] = set()
        self._variants = self._added = self._changed = self._counted = 0
        self.retiring = True
        self.bad: defaultdict[str, set[str | None]] = defaultdict(set)
        self._owned: dict[str, list[str]] = {}

    def batches(self, entries: Iterator[Entry | Problem]) -> Iterator[_Batch]:
        batch = _Batch([], [], [])
        for each in entries:
            if isinstance(each, Problem):
                self._note(each)
                continue
            self._take(each, batch)
            if len(batch.on_sale) == _BATCH:
                yield batch
                batch = _Batch([], [], [])
        yield batch

    def is_good(self, *, strict: bool) -> bool:
        return bool(self._seen) and not (strict and self._problems)

    def report(self, *, done: bool) -> Report:
        gone = set(self._before.digests) - self._seen
        spared = {product for product in self.bad if product in self._before.digests}
        return Report(
            products=len(self._seen),
            variants=self._variants,
            added=self._added,
            changed=self._changed,
            unchanged=len(self._seen) - self._added - self._changed,
            retired=len(gone - spared) if done and self.retiring else 0,
            counted=self._counted,
            kept=tuple(sorted(self._kept, key=lambda kept: kept.sku)),
            problems=tuple(self._problems),
            spared=len(spared),
            retiring=self.retiring,
            done=done,
        )

    def _note(self, problem: Problem) -> None:
        self._problems.append(problem)
        if problem.product is None:
            self.retiring = False
        else:
            self.bad[problem.product].add(problem.sku)

    def _take(self, entry: Entry, batch: _Batch) -> None:
        product = entry.product
        self._seen.add(product.id)
        self._variants += len(product.variants)
        batch.on_sale.append(product.id)
        spared = self._spared(product) if product.id in self.bad else ()
        digest = _digest(product, spared)
        if self._before.digests.get(product.id) != digest:
            batch.changed.append(LaidOut(product, digest, spared))
            if product.id in self._before.digests:
                self._changed += 1
            else:
                self._added += 1
        for variant in product.variants:
            shelf = Shelf(variant.sku, entry.places[variant.sku])
            if self._is_news(shelf):
                batch.counted.append(shelf)

    def _is_news(self, shelf: Shelf) -> bool:
        last = self._before.counted.get(shelf.sku)
        if last == shelf.counted:
            return {place: n for place, n in shelf.places.items() if place} != self._before.places.get(shelf.sku, {})
        self._counted += 1
        held = self._before.reserved.get(shelf.sku, 0)
        if held > shelf.counted:
            self._kept.append(KeptStock(shelf.sku, shelf.counted, held))
        return True

    def _spared(self, product: Product) -> tuple[str, ...]:
        """What bad rows say of variants that the shop has: they stay; all of them where it does not tell which."""
        if not self._owned:
            for sku, owner in self._before.owners.items():
                self._owned.setdefault(owner, []).append(sku)
        bad = self.bad[product.id]
        named = {variant.sku for variant in product.variants}
        owned = self._owned.get(product.id, [])
        return tuple(sorted(sku for sku in owned if sku not in named and (sku in bad or None in bad)))


def _digest(product: Product, spared: tuple[str, ...]) -> str:
    """Of all that is said; a product of which something is bad differs from the same without it. In which order the
    currencies or the details stand is nothing, in which the options stand is how a variant is called."""
    said = (product, spared, [list(variant.options) for variant in product.variants])
    return hashlib.blake2b(msgspec.json.encode(said, order="deterministic"), digest_size=16).hexdigest()
