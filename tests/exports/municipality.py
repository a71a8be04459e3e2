"""A small municipality with difficult names and every reason not to show a number, as marts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from tests.tables import given, new_warehouse

MARTS = [
    "unit", "unit_reach", "unit_channel", "unit_flag", "unit_target", "unit_movement", "unit_staff",
    "unit_year", "channel_day", "data_quality", "build",
]  # fmt: skip
NAMES = (
    "Barnehager, skoler; kultur",
    'Avdeling "Nord"',
    "=HYPERLINK(1)",
    "<script>alert(1)</script>",
    "Svømmehallen 🏊‍♀️",
    "Æ" + "ø" * 31 + "å" * 31 + "!",
)
SECTOR, NORTH, FORMULA, SCRIPT, EMOJI, LONG = NAMES
REACH = (
    "unit_id | window_end | status | staff | account | licensed | onboarded | active | reached "
    "| contributing | reason"
)
MOVES = "[joined, left, moved_in, moved_out]"
CHANNEL = "unit_id | channel | window_end | window_days | status | licensed | active | coded"


@contextmanager
def municipality() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that holds the marts; a test draws those anew that it is about."""
    with new_warehouse() as db:
        given(
            db,
            "marts.build",
            """
            as_of      | organisation     | window_end
            2026-03-05 | Fjordvik kommune | 2026-03-01
            """,
        )
        given(
            db,
            "marts.unit",
            f"""
            unit_id | unit             | parent_id | level
            org     | Fjordvik kommune |           | 0
            sector  | {SECTOR}         | org       | 1
            north   | {NORTH}          | sector    | 2
            formula | {FORMULA}        | sector    | 2
            script  | {SCRIPT}         | sector    | 2
            emoji   | {EMOJI}          | sector    | 2
            long    | {LONG}           | org       | 1
            """,
        )
        given(
            db,
            "marts.unit_reach",
            f"""
            {REACH}
            org     | 2025-12-28 | no_data    |     |    |    |    |    |    |    |
            org     | 2026-01-04 | quiet      | 150 | 90 | 85 | 80 | 70 | 60 | 20 |
            org     | 2026-02-01 | ok         | 150 | 90 | 85 | 80 | 70 | 66 | 20 |
            org     | 2026-02-22 | partial    | 150 | 90 | 85 | 80 | 70 | 62 | 20 |
            org     | 2026-03-01 | ok         | 150 | 90 | 85 | 80 | 70 | 64 | 20 |
            sector  | 2026-03-01 | ok         | 108 | 60 | 55 | 50 | 45 | 40 | 20 |
            north   | 2026-03-01 | ok         | 52  | 50 | 41 | 40 | 39 | 38 | 5  | no_licence
            formula | 2026-03-01 | ok         | 26  | 26 | 26 | 24 | 20 | 2  | 2  | wrong_channel
            script  | 2026-03-01 | suppressed |     |    |    |    |    |    |    |
            emoji   | 2026-03-01 | ok         | 24  | 20 | 4  |    |    |    |    | no_licence
            long    | 2026-03-01 | ok         | 42  | 30 | 30 | 30 | 25 | 24 | 2  |
            """,
        )
        db.execute(
            "update marts.unit_reach set unit = named.unit from marts.unit named "
            "where named.unit_id = unit_reach.unit_id"
        )
        db.execute(
            "update marts.unit_reach set coded = case unit_id "
            "when 'formula' then ['reached', 'contributing'] "
            "when 'emoji' then ['onboarded', 'active', 'reached', 'contributing'] else [] end"
        )
        db.execute(
            "update marts.unit_reach set reach_rate = share(reached, staff), "
            "reach_low = wilson_low(reached, staff), reach_high = wilson_high(reached, staff)"
        )
        given(
            db,
            "marts.unit_channel",
            f"""
            {CHANNEL}
            org    | teams       | 2026-03-01 | 28 | ok         | 85 | 70 |
            org    | viva_engage | 2026-03-01 | 28 | not_in_use |    |    |
            org    | sharepoint  | 2026-03-01 | 28 | not_trusted |   |    |
            north  | teams       | 2026-03-01 | 28 | ok         | 41 | 8  |
            script | teams       | 2026-03-01 | 28 | suppressed |    |    |
            long   | teams       | 2026-03-01 | 28 | ok         | 30 | 28 | [active]
            """,
        )
        db.execute(
            "update marts.unit_channel set adoption_rate = share(active, licensed), "
            "adoption_low = wilson_low(active, licensed), "
            "adoption_high = wilson_high(active, licensed)"
        )
        given(
            db,
            "marts.unit_flag",
            """
            unit_id | flag        | opened_on  | closed_on  | not_reached | reason
            north   | behind      | 2026-02-22 |            | 14          | no_licence
            north   | not_reached | 2026-02-15 |            | 14          | no_licence
            formula | not_reached | 2026-01-25 |            | 24          | wrong_channel
            emoji   | not_reached | 2026-03-01 |            |             | no_licence
            long    | falling     | 2026-02-01 | 2026-02-15 | 18          |
            """,
        )
        given(
            db,
            "marts.channel_day",
            """
            channel | day                    | complete | active
            teams   | 2026-02-16..2026-02-27 | true     | 30
            teams   | 2026-02-28             | false    |
            teams   | 2026-03-01             | false    | 12
            """,
        )
        given(
            db,
            "marts.data_quality",
            """
            check_name | scope               | day        | result | value | threshold | message
            stale      |                     | 2026-03-05 | pass   | 4     | 7         | fine
            concealed  | teams_user_activity | 2026-03-05 | fail   | 0.125 | 0         | concealed
            new_check  | sharepoint          | 2026-03-05 | warn   | 1.5   |           | <b>See</b>
            """,
        )
        given(
            db,
            "marts.unit_target",
            """
            unit_id | window_end | window_days | status     | needed | to_target | gap_share
            org     | 2026-02-01 | 28          | ok         | 90     | 24        | 1
            org     | 2026-03-01 | 28          | ok         | 90     | 26        | 1
            sector  | 2026-03-01 | 28          | ok         | 65     | 25        | 0.79
            north   | 2026-03-01 | 28          | ok         | 32     | 0         | 0.16
            formula | 2026-03-01 | 28          | ok         | 16     | 14        | 0.28
            script  | 2026-03-01 | 28          | suppressed |        |           |
            emoji   | 2026-03-01 | 28          | ok         | 15     |           |
            long    | 2026-03-01 | 28          | ok         | 26     | 2         | 0.21
            """,
        )
        movement = "persons_before | joined | left | moved_in | moved_out | persons_now | coded"
        given(
            db,
            "marts.unit_movement",
            f"""
            unit_id | window_end | status     | {movement}
            org     | 2026-03-01 | ok         | 88 | 9 | 7 | 0 | 0 | 90 | []
            formula | 2026-03-01 | ok         | 20 | 5 | 2 | 3 | 2 | 26 | [left, moved_out]
            script  | 2026-03-01 | suppressed |    |   |   |   |   |    | []
            long    | 2026-03-01 | ok         | 30 | 2 | 2 | 2 | 2 | 30 | {MOVES}
            """,
        )
        given(
            db,
            "marts.unit_staff",
            """
            unit_id | window_end | window_days | staff | fte
            org     | 2026-03-01 | 28          | 150   |
            formula | 2026-03-01 | 28          | 26    | 21.5
            """,
        )
        given(
            db,
            "marts.unit_year",
            """
            unit_id | window_end | year_before_end | difference | difference_low | difference_high
            org     | 2026-03-01 | 2025-03-02      | -0.0312    | -0.12          | 0.06
            formula | 2026-03-01 | 2025-03-02      | 0.04       | -0.11          | 0.2
            """,
        )
        for mart in ("unit_target", "unit_movement"):
            db.execute(
                f"update marts.{mart} set unit = named.unit from marts.unit named "
                f"where named.unit_id = {mart}.unit_id"
            )
        yield db


def marts(db: duckdb.DuckDBPyConnection) -> Mapping[str, pa.Table]:
    return {name: db.sql(f"from marts.{name}").to_arrow_table() for name in MARTS}


def add_copies_of_north(db: duckdb.DuckDBPyConnection, copies: int) -> None:
    """More units like the one in the north, flags and all, with names of 64 characters."""
    name = "unit_id || ', ' || repeat('hjemmetjenesten ', 4)[:60 - length(unit_id)] || '.'"
    for mart in ("unit", "unit_reach", "unit_flag"):
        db.execute(
            f"insert into marts.{mart} select * exclude (n) replace ('u' || n as unit_id) "
            f"from marts.{mart} cross join range({copies}) as numbers (n) "
            "where unit_id = 'north'"
        )
        db.execute(f"update marts.{mart} set unit = {name} where unit_id like 'u%'")
