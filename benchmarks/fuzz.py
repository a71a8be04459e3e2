"""Damages files at random and brings them in; whatever comes, only a plain refusal may come back.

Run it with `python -m benchmarks.fuzz --minutes 10 [FOLDER]`. The seeds are all files under FOLDER,
and some tiny ones of its own; bytes, lines, cells, dialects, archives and workbooks are damaged. A
crash is any exception but ContractError, a hang more than 10 seconds of processor time (or 100 of
wall clock) for one input. The exit status is 1 if there was either, and each kind of finding is
kept once under `--keep`. The same `--seed` has the same inputs in the same order.
"""

import argparse
import collections
import contextlib
import csv
import datetime as dt
import io
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import pyarrow.parquet as pq
from openpyxl import Workbook

from adoption.catalog import load_catalog, normalise_heading
from adoption.errors import ContractError
from adoption.files.spelling import Kind, respell
from adoption.files.tabular import read_member
from adoption.files.unpack import Member, unpack
from adoption.pipeline.importing import read_report
from adoption.recognition import Told
from adoption.reports import report_schema

PATIENCE_SECONDS = 10
"""Of processor time, since other work may share the machine; of wall clock ten times as many."""
TODAY = dt.date(2026, 11, 25)
KINDS: dict[str, Kind] = {
    "date": "date", "count": "count", "seconds": "count", "bytes": "count", "flag": "flag",
}  # fmt: skip
CATALOG = load_catalog()
COLUMNS: dict[str, Kind] = {
    heading: KINDS.get(column.type, "text")
    for report in CATALOG.values()
    for heading, column in report.by_heading.items()
}
TABLE = """Report Refresh Date,User Principal Name,Is Deleted,Last Activity Date,Read Count
2026-09-26,ase@fjord.example,False,2026-09-24,2348
2026-09-26,"Kjær, ""S"" Søren",True,,0
2026-09-26,bob@fjord.example,Yes,2026-08-13,
"""
NASTY = (
    "", " ", '"', '""', ",", ";", "\t", "\n", "\r\n", "\r", "\x00", "\x1a", "\ufeff", "\ufffd",
    "Ã¦", "æøå", "٢٤", "\U0001f600", "sep=;", "sep=", "sep=é", "24.09.2026", "9/24/2026",
    "13-13-2026", "05/06/2026", "00.00.0000", "2026-02-31", "2.348.104", "1,234.5", "2,34810E+09",
    "JA", "SAND", "=1+1", "#N/A", "{}", "<html>", "Report Refresh Date", "ann@fjord.example",
    "9" * 400, "x" * 140_000,
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1")

Mutation = Callable[[bytes, random.Random], bytes]


class Hang(BaseException):
    """One input took too long; no Exception, so that nothing on the way takes it for a refusal."""


def target(path: Path) -> None:
    """What is under test: anything but ContractError that leaves it is a crash."""
    for member in unpack(path):
        cells = read_member(member, COLUMNS)
        kinds = {
            place: COLUMNS.get(normalise_heading(heading), "text")
            for place, heading in enumerate(cells.header)
        }
        spelled = respell(cells, kinds, today=TODAY)
        numbers = [*spelled.rows.to_pylist(), *(refusal.row for refusal in spelled.refused)]
        assert sorted(numbers) == list(range(1, cells.row_count + 1)), "rows were lost"
        assert spelled.table.num_rows == len(spelled.rows), "rows and numbers differ"
        _import(member)


def _import(member: Member) -> None:
    """The whole importer: every row is accounted for, and every column has its declared type."""
    told = Told(until=dt.date(2026, 11, 20))
    with contextlib.suppress(ContractError):
        snapshot, parsed, cells = read_report(
            member, CATALOG, key=b"0123456789abcdef", told=told, as_of=TODAY
        )
        known = report_schema(CATALOG[snapshot.report])
        counted = parsed.table.num_rows + parsed.merged_count + len(parsed.refused)
        assert counted == cells.row_count, "rows were lost"
        assert list(parsed.table.schema)[: len(known)] == list(known), "a column has another type"
        extra = parsed.table.schema.names[len(known) :]
        assert all(name.startswith("extra_") for name in extra), "a column has no business here"
        pq.write_table(parsed.table, io.BytesIO())


def main() -> None:
    """Runs for the minutes asked for, prints the tally, and fails if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", nargs="?", type=Path, help="seeds; without it, tiny ones only")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to keep an input of each kind of crash")
    arguments = parser.parse_args()
    seeds = [*own_seeds(), *seeds_of(arguments.folder)]
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(
            seeds,
            Path(folder) / "input",
            until=time.monotonic() + arguments.minutes * 60,
            chance=random.Random(arguments.seed),
            keep=arguments.keep,
        )
    sys.exit(1 if found else 0)


def own_seeds() -> list[bytes]:
    """A small table as CSV, in a Norwegian dialect, as a workbook and in an archive."""
    local = TABLE.replace(",", ";").replace("2026-09-24", "24.09.2026").replace("False", "FALSK")
    book = workbook_of(TABLE)
    return [TABLE.encode(), local.encode("cp1252"), book, zipped({"a.csv": TABLE.encode()}),
            zipped({"x/b.csv": local.encode("utf-16"), "c.xlsx": book})]  # fmt: skip


def seeds_of(folder: Path | None) -> list[bytes]:
    """The bytes of all files under `folder`."""
    if folder is None:
        return []
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


def fuzz(
    seeds: Sequence[bytes],
    path: Path,
    *,
    until: float,
    chance: random.Random,
    keep: Path | None,
) -> int:
    """Brings in damaged seeds until the clock says so; prints the tally and counts the findings."""
    tally: collections.Counter[str] = collections.Counter()
    crashes: collections.Counter[str] = collections.Counter()
    while time.monotonic() < until:
        data = mutated(chance.choice(seeds), chance)
        path.write_bytes(data)
        ended = outcome(path)
        tally[ended if ended in ("accepted", "refused", "hang") else "crashed"] += 1
        if ended not in ("accepted", "refused"):
            crashes[ended] += 1
            if crashes[ended] == 1:
                report(ended, data, keep, number=len(crashes))
    print(f"{tally.total()} inputs: {tally['accepted']} accepted, {tally['refused']} refused, "
          f"{tally['crashed']} crashed ({len(crashes)} kinds), {tally['hang']} hung")  # fmt: skip
    return tally["crashed"] + tally["hang"]


def outcome(path: Path) -> str:
    """accepted, refused, hang, or the place and kind of a crash."""
    try:
        with patience(PATIENCE_SECONDS):
            target(path)
    except ContractError:
        return "refused"
    except Hang:
        return "hang"
    except Exception as error:  # the very thing that is looked for
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "adoption" in frame.filename] or list(frames)
        return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}: {error}"
    return "accepted"


@contextlib.contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raises Hang within, when the seconds are over."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Hang(number, frame)

    signal.signal(signal.SIGPROF, give_up)
    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(10 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def report(ended: str, data: bytes, keep: Path | None, *, number: int) -> None:
    """Prints a finding and, where asked, keeps its input."""
    print(f"{number}. {ended}"[:500], flush=True)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{number}.bin").write_bytes(data)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few damages that fit what it is."""
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        is_archive = data.startswith(b"PK") and chance.random() < 0.8
        data = chance.choice(OF_ARCHIVES if is_archive else OF_TEXT)(data, chance)
    return data


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    """Some bytes become others."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        changed[chance.randrange(len(changed))] = chance.choice((0, 10, 13, 34, 255, 128, 44, 59))
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end, or a piece from the middle, is missing."""
    start = chance.randint(0, len(data))
    end = chance.choice((len(data), chance.randint(start, len(data))))
    return data[:start] + data[end:]


def insert(data: bytes, chance: random.Random) -> bytes:
    """Something nasty stands somewhere."""
    place = chance.randint(0, len(data))
    return data[:place] + encoded(chance.choice(NASTY), chance) + data[place:]


def shuffle_lines(data: bytes, chance: random.Random) -> bytes:
    """Lines are moved, repeated or lost."""
    lines = data.split(b"\n")
    picked = chance.choices(lines, k=chance.randint(1, len(lines) + 2))
    return b"\n".join(chance.choice((picked, [*lines, *picked], lines[:1] + picked)))


def change_cells(data: bytes, chance: random.Random) -> bytes:
    """Some cells of a table become nasty, and it is written in any dialect."""
    rows = rows_of(data.decode("utf-8-sig", "replace"))
    for _ in range(chance.randint(1, 6)):
        row = chance.choice([row for row in rows if row] or [["x"]])
        row[chance.randrange(len(row))] = chance.choice(NASTY)
    out = io.StringIO()
    try:
        csv.writer(
            out,
            delimiter=chance.choice(",;\t|"),
            lineterminator=chance.choice(("\n", "\r\n", "\r")),
            quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        ).writerows(rows)
    except csv.Error:
        return data
    return encoded(out.getvalue(), chance)


def respell_randomly(data: bytes, chance: random.Random) -> bytes:
    """One text is replaced by another throughout."""
    old = encoded(chance.choice(("2026-09-2", "-", ",", "False", "0", "\n", '"')), chance)
    return data.replace(old, encoded(chance.choice(NASTY[:-2]), chance), 200)


def as_workbook(data: bytes, _: random.Random) -> bytes:
    """The table as an XLSX."""
    return workbook_of(data.decode("utf-8", "replace"))


def as_archive(data: bytes, chance: random.Random) -> bytes:
    """The file in a ZIP, under any name."""
    return zipped({chance.choice(("a.csv", "b.txt", "x/c.xlsx", "d.zip", "e.pdf")): data})


def change_member(data: bytes, chance: random.Random) -> bytes:
    """One member of an archive (of a workbook: one of its parts) is damaged."""
    members = members_of(data)
    if not members:
        return flip_bytes(data, chance)
    name = chance.choice(list(members))
    change = chance.choice((flip_bytes, cut, insert, change_xml, change_xml))
    return zipped({**members, name: change(members[name], chance)})


def change_members(data: bytes, chance: random.Random) -> bytes:
    """A member is lost, renamed, or stands in another's place."""
    members = members_of(data)
    if not members:
        return flip_bytes(data, chance)
    one, other = chance.choice(list(members)), chance.choice(list(members))
    new = chance.choice((other, " ", "../x.csv", "[Content_Types].xml", "xl/x", "é.csv", "a/"))
    others = {name: content for name, content in members.items() if name != one}
    return zipped({**others, new: members[one]})


def change_xml(data: bytes, chance: random.Random) -> bytes:
    """A number, a mark or a type in an XML part becomes another."""
    old, new = chance.choice(
        (
            (b'r="', b'r="9999999'), (b"<v>", b"<v>9"), (b"<v>", b"<v>1E999"), (b"<v>", b"<v>-"),
            (b'r="A', b'r="XFD'), (b't="n"', b't="d"'), (b't="n"', b't="b"'), (b't="n"', b't="s"'),
            (b't="inlineStr"', b't="n"'), (b't="n"', b't="e"'), (b"<row ", b"<row hidden='1' "),
            (b"</row>", b""), (b's="', b's="99'), (b"<is>", b"<f>"), (b"rId1", b"rId7"),
            (b"<sheetData>", b"<sheetData/><sheetData>"), (b"UTF-8", b"UTF-7"), (b"<t", b"<r"),
            (b"numFmtId=\"0\"", b"numFmtId=\"14\""), (b"?>", b"?><!DOCTYPE a [<!ENTITY b 'c'>]>"),
        )
    )  # fmt: skip
    return data.replace(old, new, chance.choice((1, 2, -1)))


OF_TEXT: Sequence[Mutation] = (
    flip_bytes, cut, insert, insert, shuffle_lines, change_cells, change_cells, respell_randomly,
    respell_randomly, as_workbook, as_archive,
)  # fmt: skip
OF_ARCHIVES: Sequence[Mutation] = (
    flip_bytes, cut, insert, change_member, change_member, change_member, change_members,
    as_archive,
)  # fmt: skip


def encoded(text: str, chance: random.Random) -> bytes:
    """`text` in one of the encodings; mostly UTF-8, and what an encoding lacks becomes a mark."""
    encoding = chance.choice(ENCODINGS) if chance.random() < 0.3 else "utf-8"
    return text.encode(encoding, "replace")


def members_of(data: bytes) -> dict[str, bytes]:
    """What can be read of an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # it may have been damaged before
        return {}


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def workbook_of(text: str) -> bytes:
    """An XLSX of a CSV, with numbers, flags and dates typed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows_of(text[:50_000]):
        cells = ["".join(c for c in cell if c >= " ")[:30_000] for cell in row]
        sheet.append([typed(cell) for cell in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_of(text: str) -> list[list[str]]:
    """The cells of a CSV, as far as it can be read."""
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(text.replace("\0", ""), newline="")))
    return rows


def typed(text: str) -> object:
    """The value that a spreadsheet makes of a text."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    if text in ("True", "False"):
        return text == "True"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


if __name__ == "__main__":
    main()
