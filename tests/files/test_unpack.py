"""What lies in a file that a person brings: one table, the tables of an archive, or a refusal."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from adoption.errors import ContractError
from adoption.files.unpack import Member, unpack

TABLE = b"Name,Age\nann,30\n"


def write(folder: Path, data: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def refusal(path: Path, largest: int = 1 << 20) -> str:
    with pytest.raises(ContractError) as caught:
        unpack(path, largest=largest)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.csv", "a.zip", "a"])
def test_a_file_that_is_no_archive_is_one_member_whatever_its_name(
    tmp_path: Path, name: str
) -> None:
    assert unpack(write(tmp_path, TABLE, name)) == (Member(name, TABLE),)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.zip"])
def test_a_workbook_is_one_member_whatever_its_name(tmp_path: Path, name: str) -> None:
    data = workbook()

    assert unpack(write(tmp_path, data, name)) == (Member(name, data),)


def test_an_archive_is_its_tables_and_what_else_lies_there_is_passed_over(tmp_path: Path) -> None:
    book = workbook()
    data = archive(
        {
            "readme.pdf": b"%PDF",
            "here/": b"",
            "here/a.csv": TABLE,
            "there/a.CSV": b"Name\n",
            "b.txt": b"1",
            "c.tsv": b"2",
            "d.xlsx": book,
            "__MACOSX/here/._a.csv": b"\x00",
            "here/.hidden.csv": b"3",
            "~$d.xlsx": b"4",
        }
    )

    assert unpack(write(tmp_path, data, "a.zip")) == (
        Member("here/a.csv", TABLE),
        Member("there/a.CSV", b"Name\n"),
        Member("b.txt", b"1"),
        Member("c.tsv", b"2"),
        Member("d.xlsx", book),
    )


@pytest.mark.parametrize("name", ["inner.zip", "inner.csv"])
def test_an_archive_in_an_archive_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, archive({"a.csv": TABLE, name: archive({"b.csv": TABLE})}))

    assert refusal(path) == "it holds another archive; unpack that one first"


@pytest.mark.parametrize("members", [{}, {"a.pdf": b"%PDF"}], ids=["empty", "no table"])
def test_an_archive_without_a_table_is_refused(
    tmp_path: Path, members: Mapping[str, bytes]
) -> None:
    path = write(tmp_path, archive(members))

    assert refusal(path) == "it is an archive without a CSV or XLSX file"


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(archive({"a.csv": TABLE}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1

    assert refusal(write(tmp_path, bytes(data))) == (
        "it is locked with a password; unpack it first"
    )


@pytest.mark.parametrize("end", [10, 60, -1])
def test_a_cut_archive_is_refused(tmp_path: Path, end: int) -> None:
    path = write(tmp_path, archive({"a.csv": TABLE})[:end])

    assert refusal(path) == "it is a broken archive; download it again"


def test_an_archive_whose_bytes_have_changed_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.csv", TABLE)
    data = file.getvalue().replace(b"ann", b"bob")

    assert refusal(write(tmp_path, data)) == "it is a broken archive; download it again"


def test_what_grows_past_the_limit_is_refused_all_members_together(tmp_path: Path) -> None:
    bomb = archive({"a.csv": b"0" * 600_000, "b.csv": b"0" * 600_000})

    assert refusal(write(tmp_path, bomb)) == "unpacked, it is larger than any export"


@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "in an archive"])
def test_a_workbook_that_grows_past_the_limit_is_refused(tmp_path: Path, wrapped: bool) -> None:
    bomb = archive({"[Content_Types].xml": b"", "xl/workbook.xml": b"0" * 2_000_000})
    path = write(tmp_path, archive({"a.xlsx": bomb}) if wrapped else bomb)

    assert refusal(path) == "unpacked, it is larger than any export"


def test_a_file_past_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, TABLE), largest=5) == "it is larger than any export"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, b"")) == "it is empty; download it again"


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "it is no file"
    assert refusal(tmp_path / "gone.csv") == "it cannot be read: No such file or directory"
