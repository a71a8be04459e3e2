"""Names of people who do not exist: common Norwegian first names and surnames, and how they type.

Any likeness to a living person is the law of large numbers.
"""

import itertools
import random

_FIRST_NAMES = (
    *("Anne", "Inger", "Kari", "Marit", "Ingrid", "Liv", "Eva", "Berit", "Astrid", "Bjørg"),
    *("Hilde", "Anna", "Solveig", "Marianne", "Randi", "Ida", "Nina", "Maria", "Elisabeth"),
    *("Kristin", "Bente", "Heidi", "Silje", "Hanne", "Linda", "Tone", "Åse", "Tonje", "Målfrid"),
    *("Jan", "Per", "Bjørn", "Ole", "Lars", "Kjell", "Knut", "Arne", "Svein", "Thomas", "Hans"),
    *("Geir", "Tor", "Morten", "Terje", "Odd", "Erik", "Martin", "Andreas", "John", "Anders"),
    *("Rune", "Trond", "Tore", "Daniel", "Jon", "Marius", "Kristian", "Håkon", "Øyvind", "Pål"),
    *("Amina", "Fatuma", "Oleksandra", "Agnieszka", "Ahmed", "Mohammad", "Piotr", "Linh"),
)
_SURNAMES = (
    *("Hansen", "Johansen", "Olsen", "Larsen", "Andersen", "Pedersen", "Nilsen", "Kristiansen"),
    *("Jensen", "Karlsen", "Johnsen", "Pettersen", "Eriksen", "Berg", "Haugen", "Hagen", "Bakken"),
    *("Solberg", "Moen", "Strand", "Lie", "Lund", "Dahl", "Eide", "Lunde", "Hauge", "Sørensen"),
    *("Bråten", "Næss", "Ødegård", "Myhre", "Sæther", "Tangen", "Aasen", "Åsheim", "Fjellstad"),
    *("Grønvold", "Skår", "Vågen", "Øverland", "Nygård", "Kvåle", "Rød", "Bøe", "Træen", "Lønning"),
)
_IN_AN_ADDRESS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", " ": "."})


def shuffled_names(rng: random.Random) -> list[tuple[str, str]]:
    """Every pair of first name and surname once, in an order that `rng` decides."""
    pairs = list(itertools.product(_FIRST_NAMES, _SURNAMES))
    rng.shuffle(pairs)
    return pairs


def address(first: str, last: str) -> str:
    """`Åse Ødegård` is `ase.odegard`: what stands before the @."""
    return f"{first}.{last}".lower().translate(_IN_AN_ADDRESS)
