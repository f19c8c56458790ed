"""Public files as they really are: the reader must count what their PROVENANCE says."""

import csv
import gzip
import io

import pytest

from cddp.foundation.files.tables import open_table
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("parts", "rows"),
    [
        (("traffy", "dev_labelled_val_6978.csv.gz"), 6978),
        (("places", "local_authorities.csv.gz"), 1570),
        (("places", "tambon_codes.csv.gz"), 8468),
        (("places", "villages_muban.csv.gz"), 75274),
    ],
)
def test_every_row_of_a_real_file(parts, rows):
    text = gzip.decompress(shared_path("data", *parts).read_bytes())
    names, *expected = csv.reader(io.StringIO(text.decode(), newline=""))
    with open_table(io.BytesIO(text)) as table:
        read = list(table.data_rows())
        assert table.counts.total == rows + 1
    assert len(read) == rows == len(expected)
    last = table.columns[-1]
    assert [row.text(last.name) for row in read] == [fields[last.place] for fields in expected]
    assert last.label == names[last.place]


def test_traffys_own_download_with_its_byte_order_mark():
    with open_table(
        shared_path("data", "traffy", "exchange-api", "download-issues_v2_with_BOM.csv")
    ) as table:
        assert table.encoding == "utf-8-sig"
        assert table.column_names[0] == "ticket_id"
