"""Writes test/golden/table-*.parquet: one table of every kind of column, in row groups of two, by each compression (pyarrow)."""
from datetime import date, datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table(
    {
        "id": pa.array([1, 2, 3, 4], pa.int64()),
        "price": pa.array([1.5, None, 2.25, -3.0], pa.float32()),
        "name": pa.array(["a", "é", None, ""], pa.string()),
        "ok": pa.array([True, False, None, True], pa.bool_()),
        "day": pa.array([date(2024, 1, 31), date(2024, 2, 29), None, date(1969, 12, 31)], pa.date32()),
        "at": pa.array([datetime(2024, 1, 31, 17, 0, 0, 250000, timezone.utc)] * 3 + [None], pa.timestamp("us", "UTC")),
        "x": pa.array([[1.0, 2.0], [3.0], None, []], pa.list_(pa.float64())),
        "kind": pa.array(["ham", "spam", "ham", "ham"]).dictionary_encode(),
    }
)
for compression in ["snappy", "zstd"]:
    pq.write_table(table, Path(__file__).parent / f"table-{compression}.parquet", compression=compression, row_group_size=2)
pq.write_table(pa.table({"zero": pa.array([0.0] * 20_000)}), Path(__file__).parent / "table-large.parquet", compression="zstd", use_dictionary=False, write_statistics=False)
