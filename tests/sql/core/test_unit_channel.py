import duckdb

from tests.tables import drawn, given, run_model


def test_every_unit_stands_in_every_channel_with_the_sum_of_those_below_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit_ancestor",
        """
        unit_id | ancestor_id
        care    | care
        north   | north
        north   | care
        """,
    )
    given(db, "core.unit_headcount", "unit_id | window_end\ncare | 2026-02-01\nnorth | 2026-02-01")
    given(
        db,
        "core.channel_window",
        """
        channel     | window_end | status
        teams       | 2026-02-01 | partial
        viva_engage | 2026-02-01 | not_in_use
        sharepoint  | 2026-02-01 | no_data
        """,
    )
    given(
        db,
        "core.unit_channel_people",
        """
        unit_id | channel    | window_end | licensed | active | received | contributed
        north   | teams      | 2026-02-01 | 9        | 8      | 7        | 6
        care    | teams      | 2026-02-01 | 1        | 1      | 0        | 0
        north   | sharepoint | 2026-02-01 | 20       | 3      | 2        | 1
        """,
    )

    result = run_model(db, "core.unit_channel")

    assert drawn(result, "unit_id, channel, status, licensed, active, received, contributed") == [
        "care | sharepoint | no_data | 20 | 3 | 2 | 1",
        "care | teams | partial | 10 | 9 | 7 | 6",
        "care | viva_engage | not_in_use | 0 | 0 | 0 | 0",
        "north | sharepoint | no_data | 20 | 3 | 2 | 1",
        "north | teams | partial | 9 | 8 | 7 | 6",
        "north | viva_engage | not_in_use | 0 | 0 | 0 | 0",
    ]
