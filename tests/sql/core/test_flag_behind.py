import math
import random

import duckdb
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tests.tables import drawn, given, run_model

SUBJECT = "unit_id | window_end | staff | reached"


def behind(db: duckdb.DuckDBPyConnection, *units: str) -> list[str]:
    """Who is behind in an organisation of 1000 with 700 reached, root included in the family."""
    rows = [f"{unit.split('|')[0]} | 2026-02-01 |{unit.split('|', 1)[1]}" for unit in units]
    root = "(organisation) | 2026-02-01 | 1000 | 700"
    given(db, "core.flag_subject", "\n".join([SUBJECT, root, *rows]))
    given(db, "core.unit_funnel", f"{SUBJECT}\n{root}")
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
        north | 2026-02-01 | 20 | 0
        south | 2026-02-08 | 20 | 20
        """,
    )
    given(
        db,
        "core.unit_funnel",
        f"""
        {SUBJECT}
        (organisation) | 2026-02-01 | 50 | 0
        (organisation) | 2026-02-08 | 50 | 50
        """,
    )

    assert drawn(run_model(db, "core.flag_behind"), "unit_id, p_value, is_held") == [
        "north | 1 | false",
        "south | 1 | false",
    ]


@pytest.mark.parametrize("seed", range(12))
def test_a_sundays_units_are_one_family_at_a_false_discovery_rate_of_five_per_cent(
    db: duckdb.DuckDBPyConnection, seed: int
) -> None:
    chance = random.Random(seed)
    families = {sunday: draw_family(chance) for sunday in ("2026-02-01", "2026-02-08")}
    rows = [
        f"{unit} | {sunday} | {staff} | {reached}"
        for sunday, family in families.items()
        for unit, (staff, reached) in family.items()
    ]
    given(db, "core.flag_subject", "\n".join([SUBJECT, *rows]))
    given(db, "core.unit_funnel", "\n".join([SUBJECT, *whole_of(families)]))

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


def draw_family(chance: random.Random) -> dict[str, tuple[int, int]]:
    """Units of one level, some of them twins, so that p-values tie."""
    family = {}
    for number in range(chance.randint(2, 30)):
        staff = chance.choice([10, 20, 20, 60, 200])
        share = chance.choice([0.5, 0.55, 0.65, 0.7, 0.7])
        family[f"unit {number}"] = (staff, sum(chance.random() < share for _ in range(staff)))
    family["twin"] = family["unit 0"]
    return family


def whole_of(families: dict[str, dict[str, tuple[int, int]]]) -> list[str]:
    return [
        f"(organisation) | {sunday} | {sum(n for n, _ in units.values())} | "
        f"{sum(hits for _, hits in units.values())}"
        for sunday, units in ((sunday, family) for sunday, family in families.items())
    ]


def judged(family: dict[str, tuple[int, int]]) -> dict[str, tuple[bool, float]]:
    """Unit to (behind, p-value), by statsmodels."""
    staff, reached = map(sum, zip(*family.values(), strict=True))
    p_values = [
        proportions_ztest([hits, reached - hits], [n, staff - n], alternative="smaller")[1]
        for n, hits in family.values()
    ]
    assert not any(map(math.isnan, p_values))
    held = multipletests(p_values, 0.05, "fdr_bh")[0]
    return {unit: (bool(h), float(p)) for unit, h, p in zip(family, held, p_values, strict=True)}
