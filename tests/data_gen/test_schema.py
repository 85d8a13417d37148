"""The columns of a dataset."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from data_gen import schema
from data_gen.schema import COLUMNS, arrow_schema


def test_every_column_once_and_in_the_arrow_schema():
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert arrow_schema().names == names
    assert set(schema.GRAPH_COLUMNS) < set(names)


def test_types_survive_parquet_without_the_arrow_schema():
    empty = arrow_schema().empty_table()
    sink = io.BytesIO()
    pq.write_table(empty, sink, store_schema=False)
    assert pq.read_table(pa.BufferReader(sink.getvalue())).schema.equals(arrow_schema())
