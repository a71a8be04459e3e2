import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables

SPANS = """
    snapshot_day | valid_from | valid_to
    2026-01-05   | 2026-01-05 | 2026-01-11
    2026-01-12   | 2026-01-12 | 9999-12-31
"""


def test_a_person_stands_where_the_snapshot_in_force_on_the_last_day_puts_them(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.evaluation_day", "window_end\n2026-01-10\n2026-01-17")
    given(db, "core.directory_span", SPANS)
    given(db, "config.unit_name", "unit_key | unit_id\nnorth | north\nn. | north\nsouth | south")
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key | plan_set_id | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | north    | e3          | member        | true       | false
        2026-01-05 | bob       | n.       |             | member        | true       | false
        2026-01-12 | ann       | south    | f1          | member        | true       | false
        """,
    )

    result = run_model(db, "core.placement")

    assert drawn(result, "day, person_id, unit_id, plan_set_id") == [
        "2026-01-10 | ann | north | e3",
        "2026-01-10 | bob | north |",
        "2026-01-17 | ann | south | f1",
    ]


def test_only_enabled_members_whom_no_rule_excludes_are_persons(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.evaluation_day", "window_end\n2026-01-10")
    given(db, "core.directory_span", SPANS)
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | north    | member        | true       | false
        2026-01-05 | bob       | north    | member        | false      | false
        2026-01-05 | cy        | north    | guest         | true       | false
        2026-01-05 | svc       | north    | member        | true       | true
        """,
    )

    assert drawn(run_model(db, "core.placement"), "person_id") == ["ann"]


@pytest.mark.parametrize(
    ("has_register", "units"),
    [
        (True, ["(no department)", "(no department)", "(no department)", "(unmapped)", "north"]),
        (False, ["(no department)", "(no department)", "(no department)", "attic", "n."]),
    ],
)
def test_nobody_is_dropped_for_a_unit_that_is_unknown_or_blank_or_named_like_the_root(
    db: duckdb.DuckDBPyConnection, has_register: bool, units: list[str]
) -> None:
    set_variables(db, has_register=has_register)
    given(db, "core.evaluation_day", "window_end\n2026-01-10")
    given(db, "core.directory_span", SPANS)
    given(db, "config.unit_name", "unit_key | unit_id\nn. | north" if has_register else "")
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key       | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | n.             | member        | true       | false
        2026-01-05 | bob       | attic          | member        | true       | false
        2026-01-05 | cy        | ''             | member        | true       | false
        2026-01-05 | dot       |                | member        | true       | false
        2026-01-05 | eve       | (organisation) | member        | true       | false
        """,
    )

    assert drawn(run_model(db, "core.placement"), "unit_id") == units


def test_a_name_leads_where_the_register_says_for_that_day(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.evaluation_day", "window_end\n2026-01-10\n2026-01-17")
    given(db, "core.directory_span", SPANS)
    given(
        db,
        "config.unit_name",
        """
        unit_key | unit_id | valid_from | valid_to
        north    | north   | 0001-01-01 | 2026-01-16
        north    | merged  | 2026-01-17 | 9999-12-31
        """,
    )
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | north    | member        | true       | false
        2026-01-12 | ann       | north    | member        | true       | false
        """,
    )

    assert drawn(run_model(db, "core.placement"), "day, person_id, unit_id") == [
        "2026-01-10 | ann | north",
        "2026-01-17 | ann | merged",
    ]


def test_four_weeks_before_a_sunday_are_known_though_no_window_ends_there(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.evaluation_day",
        """
        window_end | day_count
        2026-01-18 | 28
        2026-01-20 | 28
        2026-01-11 | 30
        """,
    )
    given(
        db,
        "core.directory_span",
        "snapshot_day | valid_from | valid_to\n2026-01-05 | 0001-01-01 | 2026-01-18",
    )
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | north    | member        | true       | false
        """,
    )

    assert drawn(run_model(db, "core.placement"), "day, person_id") == [
        "2025-12-21 | ann",
        "2026-01-11 | ann",
        "2026-01-18 | ann",
    ]
