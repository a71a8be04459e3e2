import duckdb
import pytest

from tests.tables import drawn, given, run_model

UNITS = "unit_id | unit | parent_id\n(organisation) | Fjordvik |\nnorth | North | (organisation)"
COUNTS = "persons_before | joined | left | moved_in | moved_out | persons_now"
SHOWN = 'status, persons_before, joined, "left", moved_in, moved_out, persons_now, coded'


def movement(
    db: duckdb.DuckDBPyConnection, counts: str, *, now: str, before: str, unit: str = "north"
) -> list[str]:
    """The unit's row for counts as in `COUNTS`; `now` and `before` are statuses of its windows."""
    given(db, "core.unit", UNITS)
    given(
        db,
        "core.unit_movement",
        f"unit_id | window_end | {COUNTS}\n{unit} | 2026-02-01 | {counts}",
    )
    windows = [("2026-02-01", now), ("2026-01-04", before)]
    rows = [
        f"{unit} | {day} | {status} | {40 if status in ('ok', 'partial', 'quiet') else ''}"
        for day, status in windows
        if status
    ]
    given(db, "marts.unit_reach", "\n".join(["unit_id | window_end | status | staff", *rows]))
    return drawn(run_model(db, "marts.unit_movement"), SHOWN)


@pytest.mark.parametrize("status", ["ok", "partial", "quiet"])
def test_a_unit_shows_how_its_people_came_and_went(
    db: duckdb.DuckDBPyConnection, status: str
) -> None:
    rows = movement(db, "30 | 7 | 3 | 5 | 4 | 35", now=status, before="ok")

    assert rows == [f"{status} | 30 | 7 | 3 | 5 | 4 | 35 | []"]


def test_two_or_fewer_read_as_at_most_two(db: duckdb.DuckDBPyConnection) -> None:
    rows = movement(db, "30 | 0 | 1 | 2 | 3 | 28", now="ok", before="ok")

    assert rows == ["ok | 30 | 2 | 2 | 2 | 3 | 28 | [joined, left, moved_in]"]


def test_nobody_moves_in_or_out_of_the_whole(db: duckdb.DuckDBPyConnection) -> None:
    rows = movement(db, "30 | 7 | 2 | 0 | 0 | 35", now="ok", before="ok", unit="(organisation)")

    assert rows == ["ok | 30 | 7 | 2 | 0 | 0 | 35 | [left]"]


@pytest.mark.parametrize(
    ("now", "before", "persons_before", "status"),
    [
        ("suppressed", "ok", "30", "suppressed"),
        ("not_trusted", "ok", "30", "not_trusted"),
        ("no_data", "ok", "30", "no_data"),
        ("not_in_use", "ok", "30", "not_in_use"),
        ("ok", "suppressed", "30", "suppressed"),
        ("ok", "not_trusted", "30", "not_trusted"),
        ("suppressed", "not_trusted", "30", "not_trusted"),
        ("suppressed", "ok", "", "no_data"),
        ("ok", "no_data", "9", "suppressed"),
        ("ok", "", "9", "suppressed"),
    ],
)
def test_what_is_hidden_on_either_sunday_is_a_row_without_numbers(
    db: duckdb.DuckDBPyConnection, now: str, before: str, persons_before: str, status: str
) -> None:
    counts = f"{persons_before} | 7 | 3 | 5 | 4 | {35 if persons_before == '30' else 14}"
    if not persons_before:
        counts = "| | | | |"

    rows = movement(db, counts, now=now, before=before)

    assert rows == [f"{status} |  |  |  |  |  |  | []"]


@pytest.mark.parametrize("before", ["no_data", ""])
def test_reports_that_were_missing_four_weeks_ago_hide_no_movement(
    db: duckdb.DuckDBPyConnection, before: str
) -> None:
    rows = movement(db, "10 | 7 | 3 | 5 | 4 | 15", now="ok", before=before)

    assert rows == ["ok | 10 | 7 | 3 | 5 | 4 | 15 | []"]


def test_a_unit_that_was_not_there_before_shows_who_came(db: duckdb.DuckDBPyConnection) -> None:
    rows = movement(db, "0 | 7 | 0 | 30 | 0 | 37", now="ok", before="")

    assert rows == ["ok | 0 | 7 | 2 | 30 | 2 | 37 | [left, moved_out]"]


def test_a_unit_that_is_no_more_has_no_row(db: duckdb.DuckDBPyConnection) -> None:
    assert movement(db, "10 | 0 | 0 | 0 | 10 | 0", now="", before="ok") == []
