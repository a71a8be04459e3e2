import duckdb

from tests.tables import drawn, given, run_model, set_variables

COLUMNS = "level, unit_id, unit, parent_id, path, is_pseudo"


def test_the_register_is_a_tree_under_the_organisation(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "config.unit",
        """
        unit_id | unit  | parent_id
        north   | North | care
        care    | Care  | (organisation)
        """,
    )
    given(
        db,
        "core.staff",
        """
        window_end | person_id | unit_id
        2026-01-11 | ann       | (unmapped)
        2026-01-18 | ann       | (unmapped)
        """,
    )

    assert drawn(run_model(db, "core.unit"), COLUMNS) == [
        "0 | (organisation) | Fjordvik |  | Fjordvik | false",
        "1 | (unmapped) | (unmapped) | (organisation) | Fjordvik / (unmapped) | true",
        "1 | care | Care | (organisation) | Fjordvik / Care | false",
        "2 | north | North | care | Fjordvik / Care / North | false",
    ]


def test_without_a_register_each_value_that_a_person_has_is_a_unit_spelt_as_most_spell_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, has_register=False)
    given(db, "core.directory_span", "snapshot_day\n2026-01-05")
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key | unit_value | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | north    | North      | member        | true       | false
        2026-01-05 | bob       | north    | North      | member        | true       | false
        2026-01-05 | cy        | north    | north      | member        | true       | false
        2026-01-05 | dot       | south    | South      | member        | true       | false
        2026-01-05 | eve       | south    | SOUTH      | member        | true       | false
        2026-01-05 | fay       | ''       | ''         | member        | true       | false
        2026-01-05 | gus       | guests   | Guests     | guest         | true       | false
        2026-01-05 | hal       | gone     | Gone       | member        | false      | false
        2026-01-05 | svc       | rooms    | Rooms      | member        | true       | true
        """,
    )

    assert drawn(run_model(db, "core.unit"), COLUMNS) == [
        "0 | (organisation) | Fjordvik |  | Fjordvik | false",
        "1 | north | North | (organisation) | Fjordvik / North | false",
        "1 | south | South | (organisation) | Fjordvik / South | false",
    ]


def test_a_department_named_like_the_products_own_units_breaks_no_tree(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, has_register=False)
    given(db, "core.directory_span", "snapshot_day\n2026-01-05")
    given(
        db,
        "staging.directory",
        """
        day        | person_id | unit_key        | account_class | is_enabled | is_excluded
        2026-01-05 | ann       | (organisation)  | member        | true       | false
        2026-01-05 | bob       | (no department) | member        | true       | false
        """,
    )
    given(
        db,
        "core.staff",
        """
        window_end | person_id | unit_id
        2026-01-11 | ann       | (no department)
        2026-01-11 | bob       | (no department)
        """,
    )

    assert drawn(run_model(db, "core.unit"), "unit_id, parent_id") == [
        "(no department) | (organisation)",
        "(organisation) |",
    ]
