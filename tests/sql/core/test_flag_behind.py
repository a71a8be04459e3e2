import math
import random

import duckdb
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tests.tables import drawn, given, run_model

SUBJECT = "unit_id | window_end | staff | reached"


def behind(db: duckdb.DuckDBPyConnection, *units: str, root: str = "1000 | 700") -> list[str]:
    """Who is behind in an organisation of 1000 with 700 reached."""
    rows = [f"{unit.split('|')[0]} | 2026-02-01 |{unit.split('|', 1)[1]}" for unit in units]
    root_row = f"(organisation) | 2026-02-01 | {root}"
    given(db, "core.flag_subject", "\n".join([SUBJECT, root_row, *rows]))
    return drawn(run_model(db, "core.flag_behind"), "unit_id, is_held")


def test_a_unit_is_held_against_the_rest_of_the_organisation(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert behind(db, "low | 100 | 50", "high | 100 | 90", "same | 100 | 70") == [
        "high | false",
        "low | true",
        "same | false",
    ]


def test_all_up_to_the_last_that_passes_are_behind_even_one_that_fails_alone(
    db: duckdb.DuckDBPyConnection,
) -> None:
    # p is 0.0287 and 0.0329 against 0.0167 and 0.0333.
    assert behind(db, "few | 50 | 29", "many | 100 | 62", "same | 100 | 70") == [
        "few | true",
        "many | true",
        "same | false",
    ]


def test_a_unit_that_is_the_whole_organisation_has_no_rest_to_be_behind(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert behind(db, "all | 1000 | 700") == ["all | false"]


def test_where_everybody_or_nobody_is_reached_nobody_is_behind(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.flag_subject",
        f"""
        {SUBJECT}
        (organisation) | 2026-02-01 | 50 | 0
        (organisation) | 2026-02-08 | 50 | 50
        north          | 2026-02-01 | 20 | 0
        south          | 2026-02-08 | 20 | 20
        """,
    )

    assert drawn(run_model(db, "core.flag_behind"), "unit_id, p_value, is_held") == [
        "north | 1 | false",
        "south | 1 | false",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 8, 30, 300])
@pytest.mark.parametrize("seed", range(3))
def test_a_sundays_units_are_one_family_at_a_false_discovery_rate_of_five_per_cent(
    db: duckdb.DuckDBPyConnection, size: int, seed: int
) -> None:
    chance = random.Random(1000 * size + seed)
    families = {
        "2026-02-01": draw_family(chance, size),
        "2026-02-08": draw_family(chance, chance.randint(1, 40)),
    }
    rows = [
        f"{unit} | {sunday} | {staff} | {reached}"
        for sunday, family in families.items()
        for unit, (staff, reached) in {**family, "(organisation)": whole_of(family)}.items()
    ]
    given(db, "core.flag_subject", "\n".join([SUBJECT, *rows]))

    result = run_model(db, "core.flag_behind")

    found = result.select("window_end::text, unit_id, is_held, p_value").fetchall()
    expected = {
        (sunday, unit): verdict
        for sunday, family in families.items()
        for unit, verdict in judged(family).items()
    }
    assert {row[:2]: row[2] for row in found} == {k: held for k, (held, _) in expected.items()}
    assert {row[:2]: row[3] for row in found} == pytest.approx(
        {key: p_value for key, (_, p_value) in expected.items()}, abs=1e-12
    )


def draw_family(chance: random.Random, size: int) -> dict[str, tuple[int, int]]:
    """Units of one level, half of them twins of others, so that p-values tie; some at 0 and n."""
    family: dict[str, tuple[int, int]] = {}
    for number in range(size):
        staff = chance.choice([10, 20, 20, 60, 200])
        share = chance.choice([0, 0.5, 0.55, 0.65, 0.7, 0.7, 1])
        drawn_unit = (staff, sum(chance.random() < share for _ in range(staff)))
        twin = chance.choice([*family.values(), drawn_unit])
        family[f"unit {number}"] = chance.choice([drawn_unit, twin])
    return family


def whole_of(family: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Staff and reached of the organisation: the family and 100 people elsewhere."""
    return sum(n for n, _ in family.values()) + 100, sum(r for _, r in family.values()) + 70


def judged(family: dict[str, tuple[int, int]]) -> dict[str, tuple[bool, float]]:
    """Unit to (behind, p-value), by statsmodels."""
    staff, reached = whole_of(family)
    p_values = [
        proportions_ztest([hits, reached - hits], [n, staff - n], alternative="smaller")[1]
        for n, hits in family.values()
    ]
    assert not any(map(math.isnan, p_values))
    held = multipletests(p_values, 0.05, "fdr_bh")[0]
    return {unit: (bool(h), float(p)) for unit, h, p in zip(family, held, p_values, strict=True)}
