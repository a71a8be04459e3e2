"""Bytes to text: what proves an encoding, and what is no text table at all."""

import codecs

import pytest

from adoption.errors import ContractError
from adoption.files.decode import Decoded, decode

TEXT = "Navn;Antall\nÅse Bjørnstad, Ærø;3\n"
NO_TABLE = "it is not a text table; save it as CSV or XLSX"


def refusal(data: bytes) -> str:
    with pytest.raises(ContractError) as caught:
        decode(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "encoding", "notes"),
    [
        (TEXT.encode(), "utf-8", ()),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", ()),
        (codecs.BOM_UTF8 * 2 + TEXT.encode(), "utf-8", ()),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", ("read as UTF-16",)),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", ("read as UTF-16",)),
        (TEXT.encode("utf-16-le"), "utf-16-le", ("read as UTF-16",)),
        (TEXT.encode("utf-16-be"), "utf-16-be", ("read as UTF-16",)),
        (TEXT.encode("cp1252"), "cp1252", ("read as Windows-1252",)),
    ],
    ids=["utf-8", "mark", "two marks", "LE mark", "BE mark", "LE", "BE", "cp1252"],
)
def test_the_bytes_prove_the_encoding(data: bytes, encoding: str, notes: tuple[str, ...]) -> None:
    assert decode(data) == Decoded(TEXT, encoding, notes)


@pytest.mark.parametrize("letters", ["æ", "ø", "å", "Æ", "Ø", "Å"])
@pytest.mark.parametrize("once", ["cp1252", "latin-1"])
def test_letters_encoded_twice_are_noted_and_left(letters: str, once: str) -> None:
    text = f"Name\n{letters.encode().decode(once)}se\n"

    assert decode(text.encode()) == Decoded(
        text, "utf-8", ("some letters were encoded twice (Ã¦ for æ); they are left as they are",)
    )


def test_letters_that_were_lost_before_are_noted() -> None:
    assert decode("Name\n\ufffdse\n".encode()).notes == (
        "some letters were lost before the file came here; they are left as they are",
    )


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_windows_1252_lacks_is_refused(byte: int) -> None:
    assert refusal(b"Name\nann " + bytes([byte, 0xE5])) == (
        "its letters are in no encoding that we know; download it again and do not open it in "
        "between"
    )


def test_a_letter_cut_in_two_is_the_end_of_a_cut_file() -> None:
    assert refusal("Name\nÅse Ærø".encode()[:-1]) == (
        "it ends within a letter, so it was cut; download it again"
    )
    assert decode("Name\nSkå".encode("cp1252")).text == "Name\nSkå"


@pytest.mark.parametrize(
    "data",
    [
        b"Name\x00\nann\n",
        b"\x00\x00\x00\x00",
        b"Name\nann\x1b[0m\n",
        b"\x1f\x8b\x08\x00gzip",
        b"%PDF-1.7\n\x01\x02",
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    ],
    ids=["zero", "zeros", "control", "gzip", "pdf", "utf-32"],
)
def test_what_holds_control_characters_is_no_text_table(data: bytes) -> None:
    assert refusal(data) == NO_TABLE


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["bare", "mark"])
@pytest.mark.parametrize("data", [b' {"error": {}}', b"\n<!DOCTYPE html>", b"[]"])
def test_an_error_message_or_a_web_page_is_refused(data: bytes, mark: bytes) -> None:
    assert refusal(mark + data) == (
        "it is an error message or a web page, saved instead of a table; download it again"
    )


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_but_white_space_is_empty(data: bytes) -> None:
    assert refusal(data) == "it is empty; download it again"
