"""Pseudonyms against a calculation of their own, and what kind of name a report carries."""

import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.catalog import load_catalog
from adoption.directory import ACCOUNTS
from adoption.errors import ConfigError
from adoption.identity import (
    PSEUDONYMS,
    ZERO_GUID,
    Kind,
    check_key,
    fingerprint,
    identity_class,
    links,
    place_class,
    pseudonym,
    pseudonyms,
)

KEY = b"0123456789abcdef"


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104, written out."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("upn", "ann@fjordvik.no", "upn:ann@fjordvik.no"),
        ("object_id", "0A0B", "object_id:0a0b"),
        ("upn", " ÅSE.STRASSE@Fjordvik.no\t", "upn:åse.strasse@fjordvik.no"),
        ("upn", "Straße@fjordvik.no", "upn:strasse@fjordvik.no"),
        ("upn", "A\u030ase@fjordvik.no", "upn:\u00e5se@fjordvik.no"),
    ],
)
def test_a_pseudonym_is_hmac_sha_256_cut_to_64_bits(kind: Kind, value: str, message: str) -> None:
    first_8_bytes = hmac_sha256(KEY, message.encode())[:8]

    assert pseudonym(KEY, kind, value).to_bytes(8, "big", signed=True) == first_8_bytes


def test_pseudonyms_are_the_same_for_ever() -> None:
    """A lake is of no use to a version that calculates them otherwise."""
    assert pseudonym(KEY, "upn", "ann@fjordvik.no") == 4802996796423450318
    assert pseudonym(KEY, "object_id", "id-ann") == -3094869862936555952


@settings(database=None)
@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_case_and_the_blanks_around_do_not_make_another_person(text: str) -> None:
    there = pseudonym(KEY, "upn", text)

    assert pseudonym(KEY, "upn", f"  {text}\n") == there
    assert pseudonym(KEY, "upn", text.strip().casefold()) == there


def test_kinds_and_keys_are_apart() -> None:
    same = "ann@fjordvik.no"

    found = {
        pseudonym(key, kind, same) for key in (KEY, KEY + b"!") for kind in ("upn", "object_id")
    }

    assert len(found) == 4


def test_blanks_and_the_all_zero_id_are_nobody() -> None:
    values = [None, "", "  ", ZERO_GUID, f" {ZERO_GUID} ", "id-ann", "ID-ANN"]

    found = pseudonyms(KEY, "object_id", values)

    ann = pseudonym(KEY, "object_id", "id-ann")
    assert found.equals(pa.array([None] * 5 + [ann, ann], pa.int64()))


def test_nobody_at_all_is_an_empty_column_of_numbers() -> None:
    assert pseudonyms(KEY, "upn", []).equals(pa.array([], pa.int64()))


@pytest.mark.parametrize(
    ("upn", "kind"),
    [
        ("ann@fjordvik.no", "member"),
        (" åse.bjørnstad@fjord.onmicrosoft.com ", "member"),
        ("gus_partner.no#EXT#@fjord.onmicrosoft.com", "guest"),
        ("gus_partner.no#ext#@fjord.onmicrosoft.com", "guest"),
        ("0A1B2C3D4E5F60718293A4B5C6D7E8F9", "concealed"),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3302", "concealed"),
        ("Ann Aas", "concealed"),
        ("ann@b@c", "concealed"),
        ("", "blank"),
        ("  ", "blank"),
        (None, "blank"),
    ],
)
def test_a_name_that_is_no_plausible_upn_is_concealed(upn: str | None, kind: str) -> None:
    assert identity_class(upn) == kind


@pytest.mark.parametrize(
    ("place_id", "name", "kind"),
    [
        ("0000000a-1111-4222-8333-00000000000a", "Havn", "place"),
        ("0000000a-1111-4222-8333-00000000000a", None, "place"),
        ("fjord.example,0000000A-1111-4222-8333-00000000000A,9-9", "", "place"),
        (None, "All Company", "place"),
        (ZERO_GUID, "B5C6D7E8F90A1B2C3D4E5F60718293A4", "concealed"),
        (f" {ZERO_GUID} ", "Havn", "concealed"),
        (ZERO_GUID, None, "concealed"),
        ("B5C6D7E8F90A1B2C3D4E5F60718293A4", "Havn", "concealed"),
        (None, "B5C6D7E8F90A1B2C3D4E5F60718293A4", "concealed"),
        (None, " b5c6d7e8f90a1b2c3d4e5f60718293a4", "concealed"),
        (None, "3f2504e0-4f89-41d3-9a0c-0305e82c3302", "concealed"),
        (None, None, "unnamed"),
        ("", "  ", "unnamed"),
    ],
)
def test_a_place_is_concealed_by_its_id_or_its_name(
    place_id: str | None, name: str | None, kind: str
) -> None:
    assert place_class(place_id, name) == kind


def test_a_key_that_is_too_short_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigError) as caught:
        check_key(b"fifteen letters")

    assert str(caught.value) == (
        "The pseudonym key has 15 bytes; it needs at least 16. Let the pipeline make one "
        "(HOME/pseudonym.key) or set ADOPTION_PSEUDONYM_KEY to a long random text."
    )
    assert check_key(KEY) == KEY


def test_a_fingerprint_tells_keys_apart_and_is_not_one_of_their_pseudonyms() -> None:
    assert fingerprint(KEY) == hmac_sha256(KEY, b"fingerprint").hex()[:16]
    assert fingerprint(KEY) != fingerprint(KEY + b"!")


FIRST, SECOND, THIRD = b"0123456789abcdef", b"2" * 64, b"3" * 64


def test_a_chain_is_the_first_key_and_behind_it_those_of_the_rotations() -> None:
    assert links(FIRST) == (FIRST,)
    assert links(b",".join([FIRST, SECOND, THIRD])) == (FIRST, SECOND, THIRD)
    assert links(b"a text, with a comma, of one's own") == (b"a text, with a comma, of one's own",)


def test_under_a_chain_each_later_key_hashes_what_stood_for_the_person_before() -> None:
    def cut(key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")[:8]

    once = cut(FIRST, b"upn:ann@fjordvik.no")
    thrice = cut(THIRD, cut(SECOND, once))

    assert pseudonym(FIRST, "upn", "Ann@Fjordvik.no") == int.from_bytes(once, "big", signed=True)
    assert pseudonym(b",".join([FIRST, SECOND, THIRD]), "upn", "Ann@Fjordvik.no") == (
        int.from_bytes(thrice, "big", signed=True)
    )


def test_a_chain_is_as_strong_as_its_shortest_key() -> None:
    with pytest.raises(ConfigError, match="has 5 bytes"):
        check_key(b"short," + SECOND)


def test_every_column_that_a_report_or_a_directory_keeps_a_pseudonym_in_is_declared() -> None:
    kept = {
        column.name
        for report in load_catalog().values()
        for column in report.stored
        if column.type in ("object_id", "upn")
    }

    assert kept == set(PSEUDONYMS) <= set(ACCOUNTS.names)
