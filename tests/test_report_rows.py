"""What becomes of a report's rows: which are one person's, what kind of name, what is counted."""

from adoption.identity import pseudonym
from adoption.reports import Counted, ReportFacts, facts_of
from tests.cases.report_files import (
    CATALOG,
    ENGAGE,
    ENGAGE_HEADER,
    HASH,
    KEY,
    TEAMS,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    ZERO,
    engage,
    line,
    parse,
    picked,
    upn_id,
)


def test_exact_copies_are_dropped_and_the_maximum_of_each_counter_counts() -> None:
    parsed = engage("ann@x.no,1,5,", "ANN@x.no ,4,2,", "ann@x.no,1,5,", "bob@x.no,0,0,0")

    assert sorted(picked(parsed, "upn_id", "posted_count", "read_count")) == sorted(
        [(upn_id("ann@x.no"), 4, 5), (upn_id("bob@x.no"), 0, 0)]
    )
    assert parsed.merged_count == 2
    assert engage("ann@x.no,1,,").table.equals(engage("ann@x.no,,,", "ann@x.no,1,,").table)


def test_a_person_who_is_yes_in_any_copy_is_yes() -> None:
    yes, no = [
        line(
            TEAMS_HEADER_2021,
            user_principal_name="ann@x.no",
            has_other_action=told_action,
        )
        for told_action in ("Yes", "No")
    ]

    assert picked(parse(TEAMS, TEAMS_HEADER_2021, no, yes, no), "has_other_action") == [(True,)]


def test_rows_that_carry_no_identity_are_not_taken_for_one_person() -> None:
    parsed = engage(",0,7,0", " ,1,0,0", ",0,7,0", "ann@x.no,1,1,1")

    assert sorted(picked(parsed, "identity_class", "posted_count", "read_count")) == [
        ("blank", 0, 7),
        ("blank", 0, 7),
        ("blank", 1, 0),
        ("member", 1, 1),
    ]
    assert parsed.table["upn_id"].null_count == 3


def test_guests_survive_and_concealed_and_blank_names_are_told_apart() -> None:
    guest = "gus_partner.no#EXT#@fjordvik.onmicrosoft.com"
    mask = "3f2504e0-4f89-41d3-9a0c-0305e82c3302"

    parsed = engage(f"{guest},1,0,0", f"{HASH},2,0,0", f"{mask},3,0,0", ",4,0,0", "ann@x.no,5,0,0")

    assert sorted(picked(parsed, "posted_count", "identity_class", "upn_id")) == [
        (1, "guest", upn_id(guest)),
        (2, "concealed", upn_id(HASH)),
        (3, "concealed", upn_id(mask)),
        (4, "blank", None),
        (5, "member", upn_id("ann@x.no")),
    ]


def test_the_object_id_is_a_pseudonym_and_the_zero_id_is_nobodys() -> None:
    rows = [
        line(TEAMS_HEADER_2025, user_id=user_id, user_principal_name=upn)
        for user_id, upn in [(ZERO, HASH), (ZERO, HASH[::-1]), ("ID-ANN", "ann@x.no")]
    ]

    parsed = parse(TEAMS, TEAMS_HEADER_2025, *rows)

    assert sorted(picked(parsed, "identity_class", "person_id"), key=str) == [
        ("concealed", None),
        ("concealed", None),
        ("member", pseudonym(KEY, "object_id", "id-ann")),
    ]


def test_the_facts_say_what_the_rows_are_without_them() -> None:
    parsed = parse(
        ENGAGE,
        ENGAGE_HEADER.replace("Display Name", "Reactions").replace("User State,", ""),
        "2026-11-22,ann@x.no,4,,,1,2,,,1",
        "2026-11-22,bob@x.no,,,,0,,,,1",
        "2026-11-22,gus#EXT#@x.no,,,,0,1,,,1",
        f"2026-11-22,{HASH},,,,0,0,,,1",
        "2026-11-22,cy@x.no,,,,0,0,much,,1",
    )

    assert parsed.facts == ReportFacts(
        concealed_count=1,
        guest_count=1,
        idle_count=2,
        refused_count=1,
        counters={
            "posted_count": Counted(above_zero=1, blank=0),
            "read_count": Counted(above_zero=2, blank=1),
            "liked_count": Counted(above_zero=0, blank=4),
        },
        unknown_headings=("Reactions",),
        absent_headings=("User State",),
    )


def test_people_marked_deleted_are_counted_without_the_guests_among_them() -> None:
    rows = [
        f"2026-11-22,{upn},,{state},,,0,0,0,,1"
        for upn, state in [
            ("ann@x.no", "Deleted"),
            ("bob@x.no", "active"),
            ("cy@x.no", ""),
            ("gus#EXT#@x.no", "deleted"),
        ]
    ]

    facts = parse(ENGAGE, ENGAGE_HEADER, *rows).facts

    assert (facts.deleted_count, facts.guest_count, facts.idle_count) == (1, 1, 4)


def test_the_facts_of_rows_can_be_had_without_their_file() -> None:
    parsed = engage("ann@x.no,1,,0", "gus#EXT#@x.no,0,2,", ",0,0,0")

    assert facts_of(parsed.table, CATALOG[ENGAGE]) == parsed.facts
