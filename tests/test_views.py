"""The lake as SQL sees it: typed views, and what a role makes of a counter."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from adoption.catalog import load_catalog
from adoption.lake import Snapshot, land
from adoption.reports import report_schema
from adoption.views import lake_views

CATALOG = load_catalog()
DAY = dt.date(2026, 11, 20)


def rows(home: Path, view: str, *columns: str) -> list[tuple[Any, ...]]:
    query = lake_views(home, CATALOG)[view]
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {', '.join(columns)} from ({query}) order by all"
        ).fetchall()


def land_rows(home: Path, report: str, *values: dict[str, Any], day: dt.date = DAY) -> None:
    table = pa.Table.from_pylist(list(values), report_schema(CATALOG[report]))
    land(home, Snapshot(report, day, 1, day), table)


def test_there_is_a_view_for_every_report_and_for_the_directory(tmp_path: Path) -> None:
    assert set(lake_views(tmp_path, CATALOG)) == {
        *(f"lake.{name}" for name in CATALOG),
        "lake.directory",
        "lake.plan_set",
        "lake.subscribed_sku",
    }


def test_a_report_that_never_landed_is_an_empty_typed_view(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = lake_views(tmp_path, CATALOG)["lake.viva_engage_user_activity"]
        result = connection.execute(query)
        types = [(column[0], str(column[1])) for column in result.description or ()]

        assert types == [
            ("day", "DATE"),
            ("period_days", "SMALLINT"),
            ("identity_class", "VARCHAR"),
            ("report_refresh_date", "DATE"),
            ("upn_id", "BIGINT"),
            ("is_deleted", "BOOLEAN"),
            ("state_change_date", "DATE"),
            ("last_activity_date", "DATE"),
            ("posted_count", "INTEGER"),
            ("read_count", "INTEGER"),
            ("liked_count", "INTEGER"),
            ("is_active", "BOOLEAN"),
            ("has_received", "BOOLEAN"),
            ("has_contributed", "BOOLEAN"),
        ]
        assert result.fetchall() == []


def test_the_day_is_that_of_the_folder(tmp_path: Path) -> None:
    report = "viva_engage_user_activity"
    land_rows(tmp_path, report, {"upn_id": 1})
    land_rows(tmp_path, report, {"upn_id": 2}, day=dt.date(2026, 11, 21))

    assert rows(tmp_path, "lake.viva_engage_user_activity", "day", "upn_id") == [
        (DAY, 1),
        (dt.date(2026, 11, 21), 2),
    ]


@pytest.mark.parametrize(
    ("report", "counters", "told"),
    [
        ("viva_engage_user_activity", {"read_count": 1}, (True, True, False)),
        ("viva_engage_user_activity", {"posted_count": 1}, (True, True, True)),
        ("viva_engage_user_activity", {"liked_count": 1, "read_count": 0}, (True, True, True)),
        ("viva_engage_user_activity", {"read_count": 0}, (False, False, False)),
        ("viva_engage_user_activity", {}, (False, False, False)),
        ("sharepoint_user_activity", {"synced_file_count": 1}, (True, False, False)),
        ("sharepoint_user_activity", {"visited_page_count": 1}, (True, True, False)),
        ("sharepoint_user_activity", {"shared_internally_file_count": 1}, (True, False, True)),
        ("sharepoint_user_activity", {"is_deleted": True}, (False, False, False)),
        ("teams_user_activity", {"has_other_action": True}, (True, True, False)),
        ("teams_user_activity", {"has_other_action": False}, (False, False, False)),
        ("teams_user_activity", {"private_chat_message_count": 1}, (True, False, False)),
        ("teams_user_activity", {"audio_seconds": 1}, (True, False, False)),
        ("teams_user_activity", {"reply_message_count": 1}, (True, True, True)),
        ("teams_user_activity", {"is_licensed": True}, (False, False, False)),
        ("teams_user_activity", {"last_activity_date": DAY}, (False, False, False)),
    ],
)
def test_the_roles_of_the_counters_above_zero_tell_active_received_and_contributed(
    tmp_path: Path, report: str, counters: dict[str, Any], told: tuple[bool, bool, bool]
) -> None:
    land_rows(tmp_path, report, {"upn_id": 1, **counters})

    view = f"lake.{report}"
    assert rows(tmp_path, view, "is_active", "has_received", "has_contributed") == [told]


def test_a_day_of_totals_is_active_where_any_total_is_above_zero(tmp_path: Path) -> None:
    land_rows(
        tmp_path,
        "viva_engage_user_counts",
        {"report_date": DAY, "read_person_count": 0},
        {"report_date": dt.date(2026, 11, 21), "read_person_count": 2},
        {"report_date": dt.date(2026, 11, 22)},
    )

    assert rows(tmp_path, "lake.viva_engage_user_counts", "report_date", "is_active") == [
        (DAY, False),
        (dt.date(2026, 11, 21), True),
        (dt.date(2026, 11, 22), False),
    ]


def test_the_totals_of_a_day_are_told_by_the_counter_whose_people_they_count(
    tmp_path: Path,
) -> None:
    land_rows(tmp_path, "viva_engage_user_counts", {"report_date": DAY, "read_person_count": 7})

    ((totals,),) = rows(tmp_path, "lake.viva_engage_user_counts", "totals")
    assert totals == {"liked_count": 0, "posted_count": 0, "read_count": 7}


def test_a_place_has_no_roles(tmp_path: Path) -> None:
    land_rows(tmp_path, "viva_engage_group_activity", {"place": "Havn", "read_count": 3})

    view = "lake.viva_engage_group_activity"
    assert rows(tmp_path, view, "place", "read_count") == [("Havn", 3)]
    with pytest.raises(duckdb.BinderException):
        rows(tmp_path, view, "is_active")


def test_a_column_that_older_files_lack_is_null_in_them(tmp_path: Path) -> None:
    report = "viva_engage_user_activity"
    schema = report_schema(CATALOG[report])
    old = schema.remove(schema.get_field_index("liked_count"))
    land(tmp_path, Snapshot(report, DAY, 1, DAY), pa.Table.from_pylist([{"upn_id": 1}], old))
    land_rows(tmp_path, report, {"upn_id": 2, "liked_count": 3}, day=dt.date(2026, 11, 21))

    assert rows(tmp_path, f"lake.{report}", "upn_id", "liked_count", "has_contributed") == [
        (1, None, False),
        (2, 3, True),
    ]


def test_a_column_that_the_catalog_does_not_know_is_kept_in_the_lake_and_not_shown(
    tmp_path: Path,
) -> None:
    report = "viva_engage_user_activity"
    table = pa.Table.from_pylist([{"upn_id": 2}], report_schema(CATALOG[report]))
    table = table.append_column("extra_storyline_posts_number", pa.array([7.0]))
    land(tmp_path, Snapshot(report, dt.date(2026, 11, 21), 1, DAY), table)
    land_rows(tmp_path, report, {"upn_id": 1})

    assert rows(tmp_path, f"lake.{report}", "upn_id") == [(1,), (2,)]
    with pytest.raises(duckdb.BinderException):
        rows(tmp_path, f"lake.{report}", "extra_storyline_posts_number")


def test_a_column_that_the_catalog_no_longer_knows_is_not_shown(tmp_path: Path) -> None:
    report = "viva_engage_user_activity"
    land(
        tmp_path,
        Snapshot(report, DAY, 1, DAY),
        pa.table({"upn_id": pa.array([1], pa.int64()), "display_name": ["Ann Aas"]}),
    )

    with pytest.raises(duckdb.BinderException):
        rows(tmp_path, f"lake.{report}", "display_name")


@pytest.mark.parametrize("name", ["Ann's [old] data", "æøå", "*"])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    land_rows(tmp_path / name, "viva_engage_user_activity", {"upn_id": 1})
    land_rows(tmp_path / "Anns o data", "viva_engage_user_activity", {"upn_id": 2})

    assert rows(tmp_path / name, "lake.viva_engage_user_activity", "upn_id") == [(1,)]
