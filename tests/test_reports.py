"""Report bytes to Arrow: the recorded headers, which rows land, and that nobody is named."""

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.errors import ContractError
from adoption.files.cells import Refusal
from adoption.reports import ParsedReport, report_schema
from tests.cases.report_files import (
    BOM,
    CATALOG,
    COMMUNITY,
    ENGAGE,
    ENGAGE_COUNTS,
    ENGAGE_COUNTS_HEADER,
    ENGAGE_HEADER,
    HASH,
    RECORDED,
    SITE,
    SITE_HEADER,
    engage,
    line,
    parse,
    parse_bytes,
    picked,
    refusal,
    told,
    upn_id,
)

ANN = "2026-11-22,ann@x.no,Ann Aas,active,,,1,2,3,,1"


@pytest.mark.parametrize(("report", "header"), RECORDED)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r\n\r\n"])
def test_a_recorded_header_alone_is_no_rows_of_the_declared_schema(
    report: str, header: str, end: str
) -> None:
    parsed = parse_bytes(report, f"{BOM}{header}{end}".encode())

    assert parsed.table.equals(report_schema(CATALOG[report]).empty_table())
    assert (parsed.refused, parsed.merged_count, parsed.notes) == ((), 0, ())


def test_the_schema_is_what_the_catalog_declares_and_nothing_that_names_anybody() -> None:
    assert report_schema(CATALOG[ENGAGE]) == pa.schema(
        [
            ("period_days", pa.int16()),
            ("identity_class", pa.string()),
            ("report_refresh_date", pa.date32()),
            ("upn_id", pa.int64()),
            ("is_deleted", pa.bool_()),
            ("state_change_date", pa.date32()),
            ("last_activity_date", pa.date32()),
            ("posted_count", pa.int32()),
            ("read_count", pa.int32()),
            ("liked_count", pa.int32()),
        ]
    )


def test_the_schema_of_a_place_has_its_id_and_name() -> None:
    schema = report_schema(CATALOG[COMMUNITY])

    assert list(zip(schema.names, map(str, schema.types), strict=True)) == [
        ("period_days", "int16"), ("identity_class", "string"),
        ("report_refresh_date", "date32[day]"),
        ("place", "string"), ("is_deleted", "bool"), ("last_activity_date", "date32[day]"),
        ("visibility", "string"), ("is_connected", "bool"), ("member_count", "int32"),
        ("posted_count", "int32"), ("read_count", "int32"), ("liked_count", "int32"),
    ]  # fmt: skip


def test_a_person_row_lands_typed_and_without_its_names() -> None:
    row = (
        '2026-11-22,Ann@Fjordvik.no ,"Aas, ""Ann""\r\nÅse",deleted,2025-01-02,2026-11-20,'
        "0,3,1,ENTERPRISEPACK,1"
    )

    assert parse(ENGAGE, ENGAGE_HEADER, row).table.to_pylist() == [
        {
            "period_days": 1,
            "identity_class": "member",
            "report_refresh_date": dt.date(2026, 11, 22),
            "upn_id": upn_id("ann@fjordvik.no"),
            "is_deleted": True,
            "state_change_date": dt.date(2025, 1, 2),
            "last_activity_date": dt.date(2026, 11, 20),
            "posted_count": 0,
            "read_count": 3,
            "liked_count": 1,
        }
    ]


def test_a_place_row_lands_with_its_name_and_without_its_owner() -> None:
    row = line(
        SITE_HEADER,
        report_refresh_date="2026-11-22",
        site_id="0000000A-1111-4222-8333-00000000000A",
        site_url="https://fjord.sharepoint.example/sites/Havn",
        owner_display_name="Ann Aas",
        owner_principal_name="ann@x.no",
        file_count="12",
        storage_used_byte="27487790694400",
        root_web_template="Team Site",
        report_period="30",
    )

    assert told(parse(SITE, SITE_HEADER, row, period_days=30)) == {
        "period_days": 30,
        "identity_class": "place",
        "report_refresh_date": dt.date(2026, 11, 22),
        "place_id": "0000000a-1111-4222-8333-00000000000a",
        "place": "https://fjord.sharepoint.example/sites/Havn",
        "file_count": 12,
        "storage_used_bytes": 27487790694400,
        "template": "team site",
    }


def test_a_day_of_totals_lands_without_an_identity_class() -> None:
    parsed = parse(
        ENGAGE_COUNTS,
        ENGAGE_COUNTS_HEADER,
        "2022-11-09,12,6,435,2022-11-09,90",
        "2022-11-09,,,,2022-11-08,90",
        period_days=90,
    )

    assert parsed.table.to_pylist() == [
        {
            "period_days": 90,
            "report_refresh_date": dt.date(2022, 11, 9),
            "liked_person_count": liked,
            "posted_person_count": posted,
            "read_person_count": read,
            "report_date": dt.date(2022, 11, day),
        }
        for day, liked, posted, read in [(8, None, None, None), (9, 12, 6, 435)]
    ]


def test_a_day_of_totals_without_its_date_is_refused() -> None:
    parsed = parse(
        ENGAGE_COUNTS,
        ENGAGE_COUNTS_HEADER,
        "2022-11-09,12,6,435,,90",
        "2022-11-09,1,1,1,2022-11-08,90",
        period_days=90,
    )

    assert parsed.refused == (Refusal(1, "it has no date"),)
    assert picked(parsed, "report_date") == [(dt.date(2022, 11, 8),)]


def test_all_missing_columns_are_named_at_once() -> None:
    message = refusal(ENGAGE, "Report Refresh Date,Liked Count,Read By")

    assert message == (
        "viva_engage_user_activity: the header lacks User Principal Name, Posted Count, "
        "Read Count; it has: Report Refresh Date, Liked Count, Read By. The report has changed or "
        "is another one. Nothing of it was landed."
    )


def test_a_file_without_a_header_is_refused_without_quoting_the_person_in_its_first_line() -> None:
    message = refusal(ENGAGE, ANN)

    assert message == (
        "viva_engage_user_activity: the header lacks Report Refresh Date, User Principal Name, "
        "Posted Count, Read Count, Liked Count; it has: no headings but data (not shown). The "
        "report has changed or is another one. Nothing of it was landed."
    )


def test_two_columns_of_one_meaning_are_refused() -> None:
    message = refusal(ENGAGE, f"{ENGAGE_HEADER},READ COUNT")

    assert message == "viva_engage_user_activity: two columns are both 'Read Count'."


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\n"])
def test_a_file_of_nothing_has_no_header(data: bytes) -> None:
    with pytest.raises(ContractError) as caught:
        parse_bytes(ENGAGE, data)

    assert str(caught.value) == (
        "viva_engage_user_activity: the download is not a table as Graph writes it: its first "
        "line is no header. Nothing of it was landed; the next run asks for it again."
    )


def test_bytes_that_are_not_utf_8_are_refused_by_their_place() -> None:
    data = f"{ENGAGE_HEADER}\n2026-11-22,åse@x.no,,,,,1,2,3,,1\n".encode("cp1252")

    with pytest.raises(ContractError) as caught:
        parse_bytes(ENGAGE, data)

    assert str(caught.value) == (
        "viva_engage_user_activity: the download is not a table as Graph writes it: it is not "
        f"UTF-8 (invalid continuation byte at byte {len(ENGAGE_HEADER) + 12}). Nothing of it was "
        "landed; the next run asks for it again."
    )


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2026-11-22,bob@x.no,Bob,,,,1,2", "it has 8 cells under a header of 11 columns"),
        ("2026-11-22,bob@x.no,Bo, B,,,,1,2,3,,1", "it has 12 cells under a header of 11 columns"),
        ("2026-11-22,bob@x.no,,,,,1,2,.5,,1", "'.5' in column 'Liked Count' is not a whole number"),
        ("Ann,bob@x.no,,,,,1,x,3,,1",
         "'xxx' in column 'Report Refresh Date' is not a date (YYYY-MM-DD)"),
    ],
    ids=["cut", "comma without quotes", "wrong cell", "two wrong cells"],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_refused_by_itself(bad: str, reason: str) -> None:
    parsed = parse(ENGAGE, ENGAGE_HEADER, ANN, "", bad, ANN.replace("ann", "cy"))

    assert parsed.refused == (Refusal(2, reason),)
    assert parsed.facts.refused_count == 1
    assert set(picked(parsed, "upn_id")) == {(upn_id("ann@x.no"),), (upn_id("cy@x.no"),)}


def test_refused_rows_of_all_kinds_stand_in_the_order_of_the_file() -> None:
    rows = ["2026-11-22,bob@x.no,,,,,1,2,x,,1", "cut", "2026-11-22,cy@x.no,,,,,x,2,3,,1"]

    parsed = parse(ENGAGE, ENGAGE_HEADER, *rows, *[ANN] * 3)

    assert [refused.row for refused in parsed.refused] == [1, 2, 3]
    assert (parsed.table.num_rows, parsed.merged_count) == (1, 2)


def test_a_file_of_which_more_than_half_does_not_fit_is_refused_whole() -> None:
    bad = "2026-11-22,bob@x.no,,,,,1,2,3.5,,1"

    assert parse(ENGAGE, ENGAGE_HEADER, ANN, bad).table.num_rows == 1
    assert refusal(ENGAGE, ENGAGE_HEADER, ANN, bad, "cut") == (
        "viva_engage_user_activity: row 2: '3.5' in column 'Liked Count' is not a whole number; in "
        "all, 2 of 3 rows do not fit. Nothing of the file was landed."
    )


def test_an_open_quote_refuses_the_file_without_quoting_it() -> None:
    bad = '2026-11-22,bob@x.no,"Bob Bø,,,,1,2,3,,1'

    message = refusal(ENGAGE, ENGAGE_HEADER, ANN, bad, ANN)

    assert message == (
        "viva_engage_user_activity: the download is not a table as Graph writes it: a quotation "
        "mark is not closed. Nothing of it was landed; the next run asks for it again."
    )


def test_the_refusal_of_a_file_does_not_carry_a_row_as_a_cause() -> None:
    with pytest.raises(ContractError) as caught:
        engage("ann@x.no,1")

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


CELL = st.one_of(st.just(""), st.integers(0, 30).map(str))
MISFIT = st.sampled_from(["1.5", "007", "-1", "many", "1E+09"])
UPNS = ["ann.aas@x.no", "ANN.AAS@x.no ", "bob.bø@x.no", "gus.gran#EXT#@x.no", HASH, ""]
NAMES = ["Ann Aas", "Aas, Ann", 'An "A" Aas', "Bob\nBø", "Gus Gran 🏊"]
FITTING = st.tuples(st.sampled_from(UPNS), st.sampled_from(NAMES), CELL, CELL, CELL)
ANY = st.one_of(FITTING, st.tuples(st.sampled_from(UPNS), st.just("Ann"), CELL, MISFIT, CELL))
PROPERTY = settings(database=None, deadline=None, max_examples=100, derandomize=True)


def rendered(
    rows: Sequence[Sequence[str]],
    order: Sequence[int] = range(11),
    *,
    bom: bool = False,
    line_end: str = "\n",
    quoted: bool = False,
    extra: tuple[int, str, Sequence[str]] | None = None,
) -> bytes:
    """The rows as a Viva Engage report, its columns in another order, or one more at a place."""
    full = [
        ["2026-11-22", upn, name, "active", "", "2026-11-20", posted, read, liked, "E3", "1"]
        for upn, name, posted, read, liked in rows
    ]
    lines = [[cells[i] for i in order] for cells in [ENGAGE_HEADER.split(","), *full]]
    if extra:
        place, heading, values = extra
        for cells, value in zip(lines, [heading, *values], strict=True):
            cells.insert(place, value)
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(lines)
    return ((BOM if bom else "") + out.getvalue()).encode()


def parsed_if_any(data: bytes) -> ParsedReport | None:
    """None where more than half of the rows do not fit."""
    try:
        return parse_bytes(ENGAGE, data)
    except ContractError as error:
        if "rows do not fit" not in str(error):
            raise
        return None


@PROPERTY
@given(st.data(), st.lists(FITTING, max_size=8))
def test_order_bom_line_ends_and_quotes_change_nothing_that_lands(
    data: st.DataObject, rows: list[tuple[str, ...]]
) -> None:
    other = rendered(
        data.draw(st.permutations(rows)),
        data.draw(st.permutations(range(11))),
        bom=data.draw(st.booleans()),
        line_end=data.draw(st.sampled_from(["\n", "\r\n"])),
        quoted=data.draw(st.booleans()),
    )

    table = parse_bytes(ENGAGE, other).table

    assert table.equals(parse_bytes(ENGAGE, rendered(rows)).table)
    assert table.num_rows == len({upn.strip().casefold() for upn, *_ in rows} - {""}) + sum(
        upn == "" for upn, *_ in rows
    )


@PROPERTY
@given(st.lists(ANY, max_size=12), st.lists(st.integers(0, 12), max_size=2))
def test_every_row_lands_or_is_merged_or_refused(
    rows: list[tuple[str, ...]], cuts: list[int]
) -> None:
    lines = rendered(rows).decode().split("\n2026-")
    for cut in cuts:
        lines.insert(1 + cut % len(lines), "11-22,cut")

    parsed = parsed_if_any("\n2026-".join(lines).encode())

    if parsed:
        refused = sum(row[3] in ("1.5", "007", "-1", "many", "1E+09") for row in rows) + len(cuts)
        landed = parsed.table.num_rows
        assert len(parsed.refused) == parsed.facts.refused_count == refused
        assert landed + parsed.merged_count + refused == len(rows) + len(cuts)


@PROPERTY
@given(
    st.data(),
    st.lists(ANY, max_size=8),
    st.sampled_from(["Brand New", "Employee Number", "Storyline", "Åpnet", "Read"]),
    st.sampled_from([CELL, st.sampled_from(["Yes", "no"]), st.sampled_from(NAMES)]),
)
def test_an_unknown_column_never_changes_the_known_ones(
    data: st.DataObject,
    rows: list[tuple[str, ...]],
    heading: str,
    cells: st.SearchStrategy[str],
) -> None:
    values = data.draw(st.lists(cells, min_size=len(rows), max_size=len(rows)))
    plain = parsed_if_any(rendered(rows))

    more = parsed_if_any(rendered(rows, extra=(data.draw(st.integers(0, 11)), heading, values)))

    assert (plain is None) == (more is None)
    if plain and more:
        assert more.table.select(plain.table.column_names).equals(plain.table)
        assert (more.refused, more.merged_count) == (plain.refused, plain.merged_count)


@PROPERTY
@given(st.lists(ANY, max_size=8), st.sampled_from(NAMES))
def test_nothing_that_names_anybody_is_in_what_lands(
    rows: list[tuple[str, ...]], nickname: str
) -> None:
    extra = (0, "Nickname", [nickname] * len(rows))

    parsed = parsed_if_any(rendered(rows, extra=extra))

    if parsed:
        landed = written(parsed.table) + repr((parsed.facts, parsed.refused)).encode()
        assert re.findall(rb"(?i)ann|aas|bob|gus|gran|x\.no|" + HASH.encode(), landed) == []


def written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
