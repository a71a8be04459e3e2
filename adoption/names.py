"""Names of units in running text: in one line, and never turning the text around them."""

from unicodedata import bidirectional

_TURNING = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


def in_text(name: object) -> str:
    """`name` on one line, isolated where it runs, or makes text run, from right to left."""
    line = " ".join(part.strip() for part in str(name).splitlines())
    turns = any(bidirectional(letter) in _TURNING for letter in line)
    return f"\N{FIRST STRONG ISOLATE}{line}\N{POP DIRECTIONAL ISOLATE}" if turns else line
