"""Files of different days in one lake: what one lacks must neither stop nor hide the others."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adoption.reports import report_schema
from tests.cases.report_files import (
    CATALOG,
    SHAREPOINT,
    SHAREPOINT_HEADER,
    TEAMS,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    landed,
    line,
    parse,
    seen,
)

OLD, NEW = dt.date(2026, 9, 1), dt.date(2026, 9, 2)


def sharepoint(home: Path, day: dt.date, upn: str, deleted_date: str) -> None:
    row = f"2026-09-03,{upn}@x.no,True,{deleted_date},,0,0,0,0,1,,1"
    landed(home, SHAREPOINT, parse(SHAREPOINT, SHAREPOINT_HEADER, row), day=day)


@pytest.mark.parametrize("first", ["", "2026-08-15"], ids=["blank first", "blank last"])
def test_a_column_blank_throughout_in_one_file_is_read_with_the_others(
    tmp_path: Path, first: str
) -> None:
    """C81."""
    sharepoint(tmp_path, OLD, "ann", first)
    sharepoint(tmp_path, NEW, "bob", "" if first else "2026-08-15")

    read = seen(tmp_path, SHAREPOINT, "select day, deleted_date from it where deleted_date < day")

    assert read == [(OLD if first else NEW, dt.date(2026, 8, 15))]


CELLS = {
    "date": "2026-08-15", "flag": "Yes", "state": "active", "object_id": "id-ann",
    "upn": "ann@x.no", "place_id": "id-place", "name": "Havn", "category": "Public",
    "duration": "PT1H", "period": "1", "drop": "E5",
}  # fmt: skip
"""What fills a column of each type; in all others it is a 1."""


@pytest.mark.parametrize("name", CATALOG)
def test_a_file_of_blanks_and_a_full_one_have_one_schema_without_a_null_type(
    tmp_path: Path, name: str
) -> None:
    """C81."""
    columns = CATALOG[name].columns
    header = ",".join(columns)
    full = ",".join(CELLS.get(column.type, "1") for column in columns.values())
    only = "Report Date" if "Report Date" in columns else "Report Refresh Date"
    blank = ",".join("2026-08-15" if heading == only else "" for heading in columns)

    landed(tmp_path, name, parse(name, header, blank), day=OLD)
    landed(tmp_path, name, parse(name, header, full), day=NEW)

    (schema,) = schemas(tmp_path)
    assert schema == report_schema(CATALOG[name])


def schemas(home: Path) -> list[pa.Schema]:
    """The different schemas of the files under `home`, without their footers."""
    found: list[pa.Schema] = []
    for file in sorted(home.glob("lake/*/*/*.parquet")):
        schema = pq.read_schema(file).remove_metadata()
        if schema not in found:
            found.append(schema)
    return found


def test_a_column_that_the_first_file_lacks_is_seen_in_the_later_ones(tmp_path: Path) -> None:
    """C82."""
    old = "2021-01-26,ase@fjord.example,,False,,OFFICE 365 E3,3,0,0,0,No,1"
    new = line(TEAMS_HEADER_2025, user_principal_name="ase@fjord.example", post_messages="3")
    landed(tmp_path, TEAMS, parse(TEAMS, TEAMS_HEADER_2021, old), day=OLD)
    landed(tmp_path, TEAMS, parse(TEAMS, TEAMS_HEADER_2025, new), day=NEW)

    posts = "select day, post_message_count from it"

    assert seen(tmp_path, TEAMS, posts) == [(OLD, None), (NEW, 3)]
    assert seen(tmp_path, TEAMS, f"{posts} where day = date '{NEW}'") == [(NEW, 3)]
    assert seen(tmp_path, TEAMS, f"{posts} where day < date '{NEW}'") == [(OLD, None)]
