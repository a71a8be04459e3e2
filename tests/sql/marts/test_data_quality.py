import duckdb
import pytest

from tests.tables import drawn, given, run_model

TEXTS = """
    check_name    | is_share | message
    no_department | true     | {value} blank, limit {threshold}, in {scope}
    stale         | false    | {value} days, limit {threshold}
    pass          | false    | In order.
"""


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("no_department | here | fail | 0.214 | 0.2 | false", "21 % blank, limit 20 %, in here"),
        ("no_department | here | warn |  | 0.2 | true", "< 10 blank, limit 20 %, in here"),
        ("stale | here | fail | 9 | 7 | false", "9 days, limit 7"),
        ("stale | here | fail |  | 7 | false", "– days, limit 7"),
        ("stale | here | pass | 3 | 7 | false", "In order."),
    ],
)
def test_a_finding_says_what_was_found_and_neither_invents_nor_betrays_a_number(
    db: duckdb.DuckDBPyConnection, finding: str, message: str
) -> None:
    given(db, "config.quality_text", TEXTS)
    check, scope, result, value, threshold, small = finding.split("|")
    given(
        db,
        "core.quality_finding",
        f"""
        check_name | scope   | day        | result   | value   | threshold   | is_small
        {check}    | {scope} | 2026-02-01 | {result} | {value} | {threshold} | {small}
        """,
    )

    assert drawn(run_model(db, "marts.data_quality"), "check_name, result, message") == [
        f"{check.strip()} | {result.strip()} | {message}"
    ]


@pytest.mark.parametrize(
    ("off", "message"), [("true", "Not yet for teams."), ("false", "In order.")]
)
def test_a_check_that_could_not_look_yet_passes_with_a_sentence_of_its_own(
    db: duckdb.DuckDBPyConnection, off: str, message: str
) -> None:
    given(
        db,
        "config.quality_text",
        """
        check_name           | is_share | message
        rows_below_usual_off | false    | Not yet for {scope}.
        pass                 | false    | In order.
        """,
    )
    given(
        db,
        "core.quality_finding",
        f"""
        check_name       | scope | day        | result | value | threshold | is_small | is_off
        rows_below_usual | teams | 2026-02-01 | pass   |       |           | false    | {off}
        """,
    )

    assert drawn(run_model(db, "marts.data_quality"), "result, value, message") == [
        f"pass |  | {message}"
    ]
