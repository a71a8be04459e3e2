"""A file that a person brings, as the tables in it: itself, or what lies in a ZIP.

What an archive is, is told by its bytes, since a name can be typed.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from adoption.errors import ContractError

LARGEST = 1 << 30
"""Bytes, unpacked and in all: more is no export, but a mistake or an attack."""
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
"""The second is one without any member."""
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One table in a file, still as bytes."""

    name: str
    """As in the archive, folders too, so that no two members have the same."""
    data: bytes


def unpack(path: Path, *, largest: int = LARGEST) -> tuple[Member, ...]:
    """The tables in the file at `path`; an XLSX, though a ZIP inside, is one.

    Raises ContractError where the file cannot be read, is empty, encrypted, broken or, unpacked,
    larger than `largest` bytes.
    """
    data = _read_file(path, largest)
    if not data.startswith(_ARCHIVES):
        return (Member(path.name, data),)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _is_workbook(archive):
                return (_workbook(archive, Member(path.name, data), largest),)
            return _members(archive, largest)
    except ContractError:
        raise
    except Exception:  # zipfile raises whatever a broken archive makes it stumble over
        raise ContractError("it is a broken archive; download it again") from None


def _read_file(path: Path, largest: int) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ContractError("it is no file")
        if size > largest:
            raise ContractError("it is larger than any export")
        data = path.read_bytes()
    except OSError as error:
        raise ContractError(f"it cannot be read: {error.strerror or error}") from error
    if not data:
        raise ContractError("it is empty; download it again")
    return data


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _workbook(archive: zipfile.ZipFile, member: Member, largest: int) -> Member:
    # zipfile gives no more bytes than a member declares, so the declared sizes are the limit.
    if sum(info.file_size for info in archive.infolist()) > largest:
        raise ContractError("unpacked, it is larger than any export")
    return member


def _members(archive: zipfile.ZipFile, largest: int) -> tuple[Member, ...]:
    members: list[Member] = []
    left = largest
    for info in archive.infolist():
        if _is_table(info):
            member = Member(info.filename, _read(archive, info, left))
            left -= len(member.data)
            members.append(_checked(member, largest))
    if not members:
        raise ContractError("it is an archive without a CSV or XLSX file")
    return tuple(members)


def _is_table(info: zipfile.ZipInfo) -> bool:
    """Whether to read it; what Macs and spreadsheets leave beside a table is passed over."""
    folder, _, name = info.filename.rpartition("/")
    if info.is_dir() or "__MACOSX" in folder.split("/") or name.startswith((".", "~$")):
        return False
    if name.lower().endswith(".zip"):
        raise ContractError("it holds another archive; unpack that one first")
    return name.lower().endswith(_TABLES)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """One member, unpacked; its size is counted, since what an archive says of it may be a lie."""
    if info.flag_bits & 1:
        raise ContractError("it is locked with a password; unpack it first")
    parts: list[bytes] = []
    with archive.open(info) as file:
        while part := file.read(_CHUNK):
            limit -= len(part)
            if limit < 0:
                raise ContractError("unpacked, it is larger than any export")
            parts.append(part)
    return b"".join(parts)


def _checked(member: Member, largest: int) -> Member:
    """`member`, unless it is an archive itself and no workbook, whatever it is called."""
    if not member.data.startswith(_ARCHIVES):
        return member
    with zipfile.ZipFile(io.BytesIO(member.data)) as archive:
        if not _is_workbook(archive):
            raise ContractError("it holds another archive; unpack that one first")
        return _workbook(archive, member, largest)
