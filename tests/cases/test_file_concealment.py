"""Files whose names are concealed, or seem to be: told from the rows, report by report."""

import pytest

from tests.cases.report_files import (
    BOM,
    COMMUNITY,
    COMMUNITY_HEADER,
    ENGAGE,
    ENGAGE_HEADER,
    SHAREPOINT,
    SHAREPOINT_HEADER,
    SITE,
    SITE_HEADER,
    TEAM,
    TEAM_HEADER,
    TEAMS,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    ZERO,
    parse,
    picked,
    upn_id,
)

MASKS = ["0A1B2C3D4E5F60718293A4B5C6D7E8F9", "1B2C3D4E5F60718293A4B5C6D7E8F90A"]
HAVN, FELLES = "0000000a-1111-4222-8333-00000000000a", "0000000b-1111-4222-8333-00000000000b"
LICENCE = "MICROSOFT 365 E5 DEVELOPER (WITHOUT WINDOWS AND AUDIO CONFERENCING)"


def teams_2025(user_id: str, upn: str, posts: int) -> str:
    return (
        f"2022-10-28,{user_id},{upn},2022-10-26,False,,{LICENCE},5,0,0,0,0,0,0,0,0,0,0,0,"
        f"PT0S,PT0S,PT0S,0,0,0,No,0,{posts},FJORD,,3,Yes,7"
    )


def test_people_shown_as_hashes_under_a_zero_id_are_concealed_and_stay_two() -> None:
    """C01."""
    rows = [teams_2025(ZERO, mask, posts) for mask, posts in zip(MASKS, (2, 7), strict=True)]

    parsed = parse(TEAMS, TEAMS_HEADER_2025, *rows, period_days=7)

    assert sorted(picked(parsed, "identity_class", "person_id", "post_message_count")) == [
        ("concealed", None, 2),
        ("concealed", None, 7),
    ]
    assert (parsed.facts.concealed_count, parsed.table.num_rows) == (2, 2)


@pytest.mark.parametrize(
    ("report", "header", "row"),
    [
        (TEAMS, TEAMS_HEADER_2021, "2021-09-01,{},2021-09-01,False,,MICROSOFT 365 E3,0,9,2,4,No,7"),
        (ENGAGE, ENGAGE_HEADER, f"2022-11-09,{{}},{MASKS[0]},,,,0,0,0,{LICENCE},7"),
        (SHAREPOINT, SHAREPOINT_HEADER, "2023-05-04,{},False,,2023-05-04,1,0,0,0,36,E3,7"),
    ],
    ids=[TEAMS, ENGAGE, SHAREPOINT],
)  # fmt: skip
@pytest.mark.parametrize(
    "mask",
    [
        MASKS[0],
        MASKS[0].lower(),
        "3f2504e0-4f89-41d3-9a0c-0305e82c3302",
        "3F2504E0-4F89-41D3-9A0C-0305E82C3302",
        "{3f2504e0-4f89-41d3-9a0c-0305e82c3302}",
        "User 17",
    ],
)
def test_whatever_is_no_plausible_name_is_a_mask(
    report: str, header: str, row: str, mask: str
) -> None:
    """C01, C02."""
    parsed = parse(report, header, row.format(mask), row.format("ann@x.no"), period_days=7)

    assert parsed.facts.concealed_count == 1
    assert sorted(picked(parsed, "identity_class", "upn_id")) == [
        ("concealed", upn_id(mask)),
        ("member", upn_id("ann@x.no")),
    ]


def test_a_mask_of_a_guids_shape_is_nobodys_object_id() -> None:
    """C02."""
    header = "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,"
    header += "Deleted Date,Assigned Products,Team Chat Message Count,Private Chat Message Count,"
    header += "Call Count,Meeting Count,Meetings Organized Count,Meetings Attended Count,"
    header += "Report Period"
    row = "2026-07-26,,3f2504e0-4f89-41d3-9a0c-0305e82c3302,2026-07-23,False,,,3,1,0,0,0,0,7"

    parsed = parse(TEAMS, header, row, period_days=7)

    assert picked(parsed, "identity_class", "person_id", "team_chat_message_count") == [
        ("concealed", None, 3)
    ]


def test_teams_under_a_zero_id_are_concealed_and_not_one_team() -> None:
    """C06."""
    rows = [
        f"2026-08-29,{mask},{ZERO},Private,2026-08-20,30,{active},1,0,0,0,0,0,0,0,0,0,0"
        for mask, active in zip(MASKS, (4, 9), strict=True)
    ]

    parsed = parse(TEAM, TEAM_HEADER, *rows, period_days=30)

    assert picked(parsed, "identity_class", "place_id", "active_person_count") == [
        ("concealed", None, 4),
        ("concealed", None, 9),
    ]
    assert parsed.facts.concealed_count == 2


def test_a_community_with_a_hash_for_its_name_is_concealed() -> None:
    """C06."""
    row = "2022-11-10,B5C6D7E8F90A1B2C3D4E5F60718293A4,False,,,public,No,3,,,,7"

    parsed = parse(COMMUNITY, COMMUNITY_HEADER, row, period_days=7)

    assert (parsed.facts.concealed_count, parsed.table["identity_class"].to_pylist()) == (
        1,
        ["concealed"],
    )


def test_sites_without_an_address_are_told_apart_by_their_ids_and_not_concealed() -> None:
    """C10."""
    parsed = parse(
        SITE,
        BOM + SITE_HEADER,
        f"2023-10-22,{HAVN},,Havn Owners,False,2023-10-20,37,8,50,1,56688702,27487790694400,Group,"
        "havn_fjord_teams@groups.fjord.example,30",
        f"2023-10-22,{FELLES},,Felles Owners,False,2023-05-15,10,0,0,0,68529676,27487790694400,"
        "Group,felles_fjord_teams@fjord.onmicrosoft.example,30",
        period_days=30,
    )

    assert picked(parsed, "identity_class", "place_id", "place", "page_view_count") == [
        ("place", HAVN, None, 50),
        ("place", FELLES, None, 0),
    ]
    assert (parsed.facts.concealed_count, parsed.merged_count) == (0, 0)


def test_sites_under_a_zero_id_are_concealed_and_not_one_site() -> None:
    """C11."""
    urls = ["60718293A4B5C6D7E8F90A1B2C3D4E5F", "60718293A4B5C6D7E8F90A1B2C3D4E50", ""]
    rows = [
        f"2023-05-04,{ZERO},{url},718293A4B5C6D7E8F90A1B2C3D4E5F60,False,2023-04-21,{files},0,0,0,"
        "5979747,27487790694400,Group,8293A4B5C6D7E8F90A1B2C3D4E5F6071,7"
        for url, files in zip(urls, (11, 12, 13), strict=True)
    ]

    parsed = parse(SITE, SITE_HEADER, *rows, period_days=7)

    assert sorted(picked(parsed, "identity_class", "place_id", "file_count")) == [
        ("concealed", None, 11),
        ("concealed", None, 12),
        ("concealed", None, 13),
    ]
    assert (parsed.facts.concealed_count, parsed.merged_count) == (3, 0)


def test_a_sites_id_is_the_middle_of_its_three_parts_whatever_their_case() -> None:
    """C12."""
    whole = f'"fjord.sharepoint.example,{HAVN},99999999-1111-4222-8333-000000000001"'
    rows = [
        f"2026-10-22,{site_id},https://fjord.sharepoint.example/sites/Havn,,False,,{files},0,0,0,"
        "1,1,Group,,30"
        for site_id, files in [(HAVN.upper(), 1), (whole, 2), (whole.upper(), 3)]
    ]

    parsed = parse(SITE, SITE_HEADER, *rows, period_days=30)

    assert picked(parsed, "place_id", "file_count") == [(HAVN, 3)]
    assert parsed.merged_count == 2
