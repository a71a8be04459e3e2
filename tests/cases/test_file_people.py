"""Files that say odd things of people and groups: who is who, who was active, who is gone."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.directory import DirectoryAccount, accounts_table
from tests.cases.report_files import (
    COMMUNITY,
    COMMUNITY_HEADER,
    ENGAGE,
    ENGAGE_HEADER,
    KEY,
    SHAREPOINT,
    SHAREPOINT_HEADER,
    TEAMS,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    landed,
    line,
    parse,
    picked,
    seen,
    upn_id,
)

DAY = dt.date(2026, 9, 1)


def teams_2021(upn: str, last: str, products: str, rest: str) -> str:
    return f"2021-01-26,{upn},{last},False,,{products},{rest},90"


@pytest.mark.parametrize(
    "products",
    [
        "MICROSOFT TEAMS ENTERPRISE+MICROSOFT 365 E5 (NO TEAMS)",
        "MICROSOFT 365 E5 (NO TEAMS)+MICROSOFT TEAMS ENTERPRISE",
        '"POWER BI, PRO (ALL)+MICROSOFT 365 E5"',
        "",
    ],
)
def test_the_order_of_somebodys_products_changes_nothing_that_lands(products: str) -> None:
    """C26: products are not kept at all; licences come from the directory."""
    first, other = [
        parse(
            TEAMS,
            TEAMS_HEADER_2021,
            teams_2021("ase@fjord.example", "", list_of_products, "1,2,3,4,No"),
            period_days=90,
        )
        for list_of_products in ("MICROSOFT 365 E5 (NO TEAMS)+MICROSOFT TEAMS ENTERPRISE", products)
    ]

    assert other.table.equals(first.table)
    assert (other.refused, other.facts) == ((), first.facts)


@pytest.mark.parametrize(("is_licensed", "value"), [("Yes", True), ("No", False), ("", None)])
def test_a_licence_is_what_the_flag_says_and_not_whether_products_are_named(
    is_licensed: str, value: bool | None
) -> None:
    """C28."""
    rows = [
        line(
            TEAMS_HEADER_2025,
            user_principal_name=upn,
            assigned_products=products,
            is_licensed=is_licensed,
        )
        for upn, products in [("mille.holm@fjord.example", ""), ("ole@fjord.example", "E5")]
    ]

    parsed = parse(TEAMS, TEAMS_HEADER_2025, *rows)

    assert picked(parsed, "is_licensed") == [(value,)] * 2


CONDUCT = "select is_active, has_received, has_contributed from it"


def test_a_last_activity_before_the_period_makes_nobody_active(tmp_path: Path) -> None:
    """C36."""
    row = (
        "2025-08-18,,ole.aas@fjord.example,2025-03-26,False,,E5,0,0,0,0,0,0,0,0,0,0,0,0,"
        "PT0S,PT0S,PT0S,0,0,0,No,0,0,FJORD,,0,Yes,7"
    )
    parsed = parse(TEAMS, TEAMS_HEADER_2025, row, period_days=7)

    landed(tmp_path, TEAMS, parsed, day=DAY)

    assert parsed.facts.idle_count == 1
    assert seen(tmp_path, TEAMS, "select last_activity_date, is_active from it") == [
        (dt.date(2025, 3, 26), False)
    ]


def test_an_other_action_without_counts_reads_and_does_not_contribute(tmp_path: Path) -> None:
    """C37."""
    row = teams_2021("mille.holm@fjord.example", "2021-01-19", "OFFICE 365 E3", "0,0,0,0,Yes")
    parsed = parse(TEAMS, TEAMS_HEADER_2021, row, period_days=90)

    landed(tmp_path, TEAMS, parsed, day=DAY)

    assert seen(tmp_path, TEAMS, CONDUCT) == [(True, True, False)]


@pytest.mark.parametrize(
    ("report", "header", "row"),
    [
        (SHAREPOINT, SHAREPOINT_HEADER, "2026-09-01,ole@x.no,False,,2026-09-01,0,0,0,0,0,,7"),
        (ENGAGE, ENGAGE_HEADER, "2026-09-01,ole@x.no,Ole Aas,active,,2026-09-01,0,0,0,,7"),
        (TEAMS, TEAMS_HEADER_2021, "2026-09-01,ole@x.no,2026-09-01,False,,,0,0,0,0,No,7"),
    ],
    ids=[SHAREPOINT, ENGAGE, TEAMS],
)
def test_a_fresh_date_without_any_count_makes_nobody_active(
    tmp_path: Path, report: str, header: str, row: str
) -> None:
    """C37."""
    landed(tmp_path, report, parse(report, header, row, period_days=7), day=DAY)

    assert seen(tmp_path, report, CONDUCT) == [(False, False, False)]


def test_one_domain_in_two_spellings_is_one_and_finds_its_account() -> None:
    """C39."""
    rows = [
        teams_2021(upn, "", "", counts)
        for upn, counts in [
            ("AseB@FjordKommune.OnMicrosoft.example", "1,0,0,0,No"),
            (" aseb@fjordkommune.onmicrosoft.example ", "0,2,0,0,No"),
        ]
    ]

    parsed = parse(TEAMS, TEAMS_HEADER_2021, *rows, period_days=90)

    upn = "aseb@fjordkommune.onmicrosoft.example"
    account = DirectoryAccount("id-ase", upn, True, "Member", None, None, None, None, None)
    (known,) = accounts_table([account], key=KEY, exclude=())["upn_id"].to_pylist()
    columns = ("upn_id", "team_chat_message_count", "private_chat_message_count")
    assert picked(parsed, *columns) == [(known, 1, 2)]


def test_a_guest_is_told_apart_and_the_hash_sign_cuts_nothing_off() -> None:
    """C40."""
    guests = [f"guest.{n}_partner.example#EXT#@fjord.onmicrosoft.example" for n in ("one", "two")]
    rows = [teams_2021(upn, "2021-01-21", "", "3,0,0,0,No") for upn in [*guests, "guest.one"]]

    parsed = parse(TEAMS, TEAMS_HEADER_2021, *rows, period_days=90)

    assert sorted(picked(parsed, "identity_class", "upn_id")) == sorted(
        [
            ("guest", upn_id(guests[0])),
            ("guest", upn_id(guests[1])),
            ("concealed", upn_id("guest.one")),
        ]
    )
    assert parsed.facts.guest_count == 2


def test_deleted_with_and_without_a_date_both_land_and_are_only_counted() -> None:
    """C43."""
    rows = [
        f"2026-09-01,{upn},{flag},{since},2026-08-30,4,0,0,0,0,,7"
        for upn, flag, since in [
            ("ole.aas@fjord.example", "True", ""),
            ("mille.holm@fjord.example", "True", "2026-08-15"),
            ("ase@fjord.example", "False", "2026-08-14"),
        ]
    ]

    parsed = parse(SHAREPOINT, SHAREPOINT_HEADER, *rows, period_days=7)

    columns = ("is_deleted", "deleted_date", "viewed_or_edited_file_count")
    assert sorted(picked(parsed, *columns), key=str) == [
        (False, dt.date(2026, 8, 14), 4),
        (True, None, 4),
        (True, dt.date(2026, 8, 15), 4),
    ]
    assert (parsed.facts.deleted_count, parsed.refused) == (2, ())


def test_communities_without_a_name_are_not_one_community() -> None:
    """C48."""
    parsed = parse(
        COMMUNITY,
        COMMUNITY_HEADER,
        "2026-08-19,,False,ole.aas@fjord.example,2026-08-18,private,Yes,31,12,345,7,7",
        "2026-08-19,,False,mille.holm@fjord.example,,private,Yes,4,,,,7",
        "2026-08-19,,False,ase@fjord.example,,private,Yes,4,,,,7",
        "2026-08-19,All Company,True,,,public,Yes,0,,,,7",
        period_days=7,
    )

    columns = ("identity_class", "place", "is_deleted", "member_count", "read_count")
    assert sorted(picked(parsed, *columns), key=str) == [
        ("place", "All Company", True, 0, None),
        ("unnamed", None, False, 31, 345),
        ("unnamed", None, False, 4, None),
        ("unnamed", None, False, 4, None),
    ]
    assert parsed.merged_count == 0
