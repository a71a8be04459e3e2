import duckdb
import pytest

from tests.tables import drawn, given, run_model

COLUMNS = (
    "unit, channel, window_end, window_days, status, licensed, active, received, contributed, "
    "round(adoption_rate, 4), round(adoption_low, 4), round(adoption_high, 4), coded"
)


FIGURES = "40 | 20 | 15 | 3 | 0.5 | 0.352 | 0.648"
GAPS = " |  |  |  |  |  | "


@pytest.mark.parametrize(
    ("status", "figures"),
    [
        ("ok", FIGURES),
        ("partial", FIGURES),
        ("quiet", FIGURES),
        ("suppressed", GAPS),
        ("not_trusted", GAPS),
        ("no_data", GAPS),
        ("not_in_use", GAPS),
    ],
)
def test_figures_stand_where_they_may_be_shown_and_a_gap_where_not(
    db: duckdb.DuckDBPyConnection, status: str, figures: str
) -> None:
    shown = "40 | 20 | 15 | 3" if figures == FIGURES else " |  |  | "
    given(db, "core.unit", "unit_id | unit\nnorth | North")
    given(
        db,
        "core.unit_channel_shown",
        f"""
        unit_id | channel | window_end | status   | licensed | active | received | contributed|coded
        north   | teams   | 2026-02-01 | {status} | {shown} | []
        """,
    )

    assert drawn(run_model(db, "marts.unit_channel"), COLUMNS) == [
        f"North | teams | 2026-02-01 | 28 | {status} | {figures} | []"
    ]
