import datetime as dt

import duckdb
import pytest

from tests.tables import drawn, given, run_model

HEADER = "unit_id | flag | window_end | is_held"
FIRST = dt.date(2026, 2, 1)


def sunday(number: int) -> str:
    return (FIRST + dt.timedelta(weeks=number - 1)).isoformat()


def verdicts(unit: str, flag: str, answers: str) -> list[str]:
    """A row for each Sunday: 1 holds, 0 does not, a dot counts neither way and has no row."""
    return [
        f"{unit} | {flag} | {sunday(number)} | {'true' if answer == '1' else 'false'}"
        for number, answer in enumerate(answers, 1)
        if answer != "."
    ]


@pytest.mark.parametrize(
    ("answers", "episodes"),
    [
        ("0", []),
        ("1", []),
        ("11", [(2, None)]),  # from the very first two on
        ("0110", [(3, None)]),
        ("1100", [(2, 4)]),
        ("110100", [(2, 6)]),  # one Sunday off does not close
        ("1010101", []),  # no flapping
        ("11001011", [(2, 4), (8, None)]),
        ("1.1", [(3, None)]),  # a Sunday that counts neither way breaks no row
        ("11.0..0", [(2, 7)]),
        ("1.01", []),
        ("00", []),
    ],
)
def test_a_flag_opens_on_the_second_yes_in_a_row_and_closes_on_the_second_no(
    db: duckdb.DuckDBPyConnection, answers: str, episodes: list[tuple[int, int | None]]
) -> None:
    given(db, "core.flag_sunday", "\n".join([HEADER, *verdicts("north", "falling", answers)]))

    result = run_model(db, "core.flag_episode")

    assert drawn(result, "unit_id, flag, opened_on, closed_on") == [
        f"north | falling | {sunday(opened)} | {sunday(closed) if closed else ''}".strip()
        for opened, closed in episodes
    ]


def test_neither_units_nor_flags_mix(db: duckdb.DuckDBPyConnection) -> None:
    rows = [
        *verdicts("north", "behind", "1.00"),
        *verdicts("north", "falling", ".1.."),
        *verdicts("south", "falling", ".11."),
        *verdicts("south", "behind", "1100"),
        *verdicts("west", "behind", ".11."),
    ]
    given(db, "core.flag_sunday", "\n".join([HEADER, *rows]))

    result = run_model(db, "core.flag_episode")

    assert drawn(result, "unit_id, flag, opened_on, closed_on") == [
        f"south | behind | {sunday(2)} | {sunday(4)}",
        f"south | falling | {sunday(3)} |",
        f"west | behind | {sunday(3)} |",
    ]


def test_history_stays_as_it_was_when_newer_sundays_arrive(db: duckdb.DuckDBPyConnection) -> None:
    answers = "0110100110011000"
    opened: set[str] = set()
    for length in range(2, len(answers) + 1):
        given(
            db,
            "core.flag_sunday",
            "\n".join([HEADER, *verdicts("north", "falling", answers[:length])]),
        )
        now = set(drawn(run_model(db, "core.flag_episode"), "opened_on"))
        assert opened <= now
        opened = now

    assert opened == {sunday(3), sunday(9), sunday(13)}


def test_a_flag_closes_on_the_first_sunday_without_its_unit(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = [*verdicts("closed", "behind", "11"), *verdicts("north", "behind", "11")]
    given(db, "core.flag_sunday", "\n".join([HEADER, *rows]))
    given(db, "core.evaluation_window", "window_end\n" + "\n".join(map(sunday, range(1, 5))))
    given(
        db,
        "core.unit_shown",
        "\n".join(
            [
                "unit_id | window_end",
                *(f"closed | {sunday(number)}" for number in (1, 2)),
                *(f"north | {sunday(number)}" for number in (1, 2, 3, 4)),
            ]
        ),
    )

    result = run_model(db, "core.flag_episode")

    assert drawn(result, "unit_id, opened_on, closed_on") == [
        f"closed | {sunday(2)} | {sunday(3)}",
        f"north | {sunday(2)} |",
    ]
