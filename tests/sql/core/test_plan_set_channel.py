import duckdb

from tests.tables import drawn, given, run_model


def test_a_plan_set_opens_each_channel_once_and_a_plan_that_opens_none_opens_nothing(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "config.service_plan",
        """
        service_plan_id | channel
        core            | viva_engage
        enterprise      | viva_engage
        wac             |
        """,
    )
    given(
        db,
        "staging.plan_set",
        """
        day        | plan_set_id | service_plan_id
        2026-01-05 | e3          | core
        2026-01-05 | e3          | enterprise
        2026-01-12 | e3          | core
        2026-01-12 | f1          | wac
        2026-01-12 | f1          | unheard_of
        """,
    )

    assert drawn(run_model(db, "core.plan_set_channel"), "plan_set_id, channel") == [
        "e3 | viva_engage"
    ]
