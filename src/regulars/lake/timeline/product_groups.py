"""What the timeline knows of products: category, brand and purpose by product code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.lake.timeline.coding import DERIVED, write_table
from regulars.lake.timeline.manifest import Manifest
from regulars.tables.timeline import NO_CODE, Property

Array = npt.NDArray[Any]
THROUGH = "product_id"


def write_products(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    products: str,
    texts: Any,
    change: Array,
) -> str:
    """Write the file of products; its name. ``change``: rows per product more than before."""
    if texts is None:
        return ""
    counts = np.zeros(len(texts), np.int64)
    if manifest.products:
        before = _read(folder / manifest.products)["row_count"].to_numpy()
        counts[: len(before)] = before
    counts[: len(change)] += change
    codes = pa.table({"code": pa.array(np.arange(len(texts))), "product_id": texts})
    connection.register("coded_products", codes)
    groups = connection.sql(
        f"SELECT {', '.join('p.' + column for column in DERIVED)} FROM coded_products c "
        f"LEFT JOIN {products} p USING (product_id) ORDER BY c.code"
    ).to_arrow_table()
    connection.unregister("coded_products")
    table = groups.append_column("row_count", pa.array(counts))
    name = f"{manifest.generation}/products.arrow"
    write_table(folder / name, table)
    return name


def product_properties(folder: Path, manifest: Manifest) -> Iterator[Property]:
    """The properties that an event has through its product."""
    if not manifest.products:
        return
    table = _read(folder / manifest.products)
    counts = table["row_count"].to_numpy()
    for name in DERIVED:
        coded: Any = table[name].combine_chunks().cast(pa.string()).dictionary_encode()
        lookup = coded.indices.fill_null(NO_CODE).to_numpy().astype(np.int32)
        row_count = int(counts[lookup != NO_CODE].sum())
        if row_count:
            yield Property(name, "text", row_count, coded.dictionary, THROUGH, lookup)


def _read(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
