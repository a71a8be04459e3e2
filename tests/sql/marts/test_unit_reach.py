import duckdb
import pytest

from tests.tables import drawn, given, run_model

COUNTS = "staff, account, licensed, onboarded, active, reached, contributing"
UNIT = "unit_id | unit\nnorth | North"


def reach(db: duckdb.DuckDBPyConnection, status: str, shown: str, coded: str = "[]") -> None:
    given(db, "core.unit", UNIT)
    given(
        db,
        "core.unit_shown",
        f"""
        unit_id | window_end | status   | coded   | {COUNTS.replace(",", " |")}
        north   | 2026-02-01 | {status} | {coded} | {shown}
        """,
    )


@pytest.mark.parametrize("status", ["ok", "partial", "quiet"])
def test_a_window_that_may_be_shown_has_its_funnel_its_rate_and_its_reason(
    db: duckdb.DuckDBPyConnection, status: str
) -> None:
    reach(db, status, "40 | 31 | 30 | 25 | 22 | 20 | 5")
    given(
        db,
        "core.unit_reason",
        """
        unit_id | window_end | reason
        north   | 2026-02-01 | dormant
        north   | 2026-01-25 | no_account
        """,
    )

    result = run_model(db, "marts.unit_reach")

    rates = "round(reach_rate, 4), round(reach_low, 4), round(reach_high, 4)"
    columns = f"unit_id, unit, window_end, window_days, status, {COUNTS}, {rates}, reason, coded"
    assert drawn(result, columns) == [
        f"north | North | 2026-02-01 | 28 | {status} | 40 | 31 | 30 | 25 | 22 | 20 | 5 | "
        "0.5 | 0.352 | 0.648 | dormant | []"
    ]


@pytest.mark.parametrize("status", ["suppressed", "not_trusted", "no_data", "not_in_use"])
def test_a_window_that_may_not_be_shown_is_a_row_without_figures(
    db: duckdb.DuckDBPyConnection, status: str
) -> None:
    reach(db, status, " |  |  |  |  |  | ")

    result = run_model(db, "marts.unit_reach")

    columns = f"unit_id, status, {COUNTS}, reach_rate, reach_low, reach_high, reason, coded"
    assert drawn(result, columns) == [" | ".join(["north", status, *[""] * 11, "[]"])]


def test_rates_come_from_what_is_shown(db: duckdb.DuckDBPyConnection) -> None:
    reach(db, "ok", "40 | 31 | 30 | 28 | 20 | 2 | 2", coded="[onboarded, reached, contributing]")

    result = run_model(db, "marts.unit_reach")

    assert drawn(result, f"{COUNTS}, reach_rate, coded") == [
        "40 | 31 | 30 | 28 | 20 | 2 | 2 | 0.05 | [onboarded, reached, contributing]"
    ]


def test_a_unit_of_few_licensed_people_has_no_rate(db: duckdb.DuckDBPyConnection) -> None:
    coded = "[onboarded, active, reached, contributing]"
    reach(db, "ok", "40 | 31 | 9 |  |  |  | ", coded=coded)

    result = run_model(db, "marts.unit_reach")

    assert drawn(result, "staff, licensed, reached, reach_rate, coded") == [
        f"40 | 9 |  |  | {coded}"
    ]
