"""Keyed pseudonyms: what stands for a person from the moment a report or directory is parsed.

HMAC-SHA-256 under a key that never leaves the pipeline, cut to 64 bits as a signed integer: small,
quick to join, and of no use to anybody without the key.

Raw names are not kept, so a key cannot be exchanged; a rotation adds one. A key is thus a chain:
the first key and behind it, each after a comma, those of the rotations (`pseudonym`, then `linked`
for each).
"""

import functools
import hmac
import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

import pyarrow as pa

from adoption.errors import ConfigError

Kind = Literal["object_id", "upn"]
PSEUDONYMS = ("person_id", "upn_id")
"""The columns that hold pseudonyms, wherever they stand in the lake."""

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
_GUEST = "#ext#"
_SHORTEST_KEY = 16
_CHAIN = re.compile(rb"(.+?)((?:,[0-9a-f]{64})*)", re.DOTALL)
_MASK = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check_key(key: bytes) -> bytes:
    """`key` itself; raises ConfigError where a link of it is too short to keep a secret."""
    shortest = min(links(key), key=len)
    if len(shortest) < _SHORTEST_KEY:
        raise ConfigError(
            f"The pseudonym key has {len(shortest)} bytes; it needs at least {_SHORTEST_KEY}. Let "
            "the pipeline make one (HOME/pseudonym.key) or set ADOPTION_PSEUDONYM_KEY to a long "
            "random text."
        )
    return key


@functools.lru_cache(maxsize=8)
def links(key: bytes) -> tuple[bytes, ...]:
    """The keys of a chain, the first one first; one that was never rotated is its only link."""
    found = _CHAIN.fullmatch(key)
    return (found[1], *found[2].split(b",")[1:]) if found else (key,)


def fingerprint(key: bytes) -> str:
    """A short text by which a key can be recognised, but not found."""
    return hmac.digest(key, b"fingerprint", "sha256").hex()[:16]


def pseudonym(key: bytes, kind: Kind, value: str) -> int:
    """The 64-bit signed pseudonym of one identity; UPNs and ids count trimmed and case-folded."""
    text = f"{kind}:{unicodedata.normalize('NFC', value.strip()).casefold()}"
    first, *later = links(key)
    return functools.reduce(linked, later, _digest(first, text.encode()))


def linked(number: int, link: bytes) -> int:
    """What stands for the pseudonym `number` once `link` is the newest key of the chain."""
    return _digest(link, number.to_bytes(8, "big", signed=True))


def _digest(key: bytes, message: bytes) -> int:
    return int.from_bytes(hmac.digest(key, message, "sha256")[:8], "big", signed=True)


def pseudonyms(key: bytes, kind: Kind, values: Iterable[str | None]) -> pa.Array:
    """int64 pseudonyms of `values`; null for blanks and the all-zero id of concealed reports."""
    seen: dict[str, int] = {}
    result: list[int | None] = []
    for value in values:
        if not value or not value.strip() or value.strip() == ZERO_GUID:
            result.append(None)
            continue
        if value not in seen:
            seen[value] = pseudonym(key, kind, value)
        result.append(seen[value])
    return pa.array(result, pa.int64())


def identity_class(upn: str | None) -> str:
    """What kind of name a report carries: member, guest, concealed or blank.

    Concealment has had several shapes (32 hex characters, a GUID), so the test is not a pattern
    of the mask but whether the text is a plausible UPN at all.
    """
    text = (upn or "").strip()
    if not text:
        return "blank"
    if _GUEST in text.casefold():
        return "guest"
    return "member" if re.fullmatch(r"[^@\s]+@[^@\s]+", text) else "concealed"


def place_class(place_id: str | None, name: str | None) -> str:
    """What kind of place a row is about, by its id and name: place, concealed or unnamed.

    One switch conceals people, teams and sites alike: an id becomes all zeros, a name a mask (32
    hex characters, or a GUID as in people's). A real id without a name or an address is a known
    fault of the service, and no concealment.
    """
    id_text, text = (place_id or "").strip(), (name or "").strip()
    if id_text == ZERO_GUID or _MASK.fullmatch(id_text):
        return "concealed"
    if _MASK.fullmatch(text) or _GUID.fullmatch(text):
        return "concealed"
    return "place" if id_text or text else "unnamed"
