"""The way to the target, and what has changed: the people, full-time equivalents, and the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adoption import certainty
from adoption.certainty import STEPS
from adoption.exports import cells
from adoption.exports.cells import Row
from adoption.exports.html.marts import Marts
from adoption.exports.html.wording import Figure, figure, percent_figure, points_figure
from adoption.texts import REASONS, label

_COUNTS = ("joined", "left", "moved_in", "moved_out")
_FEW = 2  # so many or fewer are shown as a bound, and tell a leader nothing


@dataclass(frozen=True, slots=True)
class Way:
    """A unit's line on the way to the target: how many lack, and on which step they are lost."""

    unit: str
    is_whole: bool
    not_reached: Figure
    to_target: Figure
    share: Figure
    losses: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Change:
    """A unit's line of what has changed in four weeks, or against the year before."""

    unit: str
    rate: Figure
    earlier: Figure
    moves: Sequence[Figure]
    persons: Figure
    difference: Figure


def way(marts: Marts, language: str) -> list[Way]:
    """The whole organisation, and every unit below the target, most people not reached first."""
    order = [unit.unit_id for unit in marts.units]
    rows = [row for row in marts.targets if _is_whole(marts, row) or row["to_target"]]
    return [
        Way(
            str(row["unit"]),
            _is_whole(marts, row),
            figure(cells.lost, "not_reached", row, language),
            figure(cells.lacking, "to_target", row, language),
            percent_figure(cells.lacking, "gap_share", row, language),
            [figure(cells.lost, reason, row, language) for reason in STEPS],
        )
        for row in sorted(rows, key=lambda row: (-_lost(row), order.index(str(row["unit_id"]))))
    ]


def actors(language: str) -> list[tuple[str, int]]:
    """Who has the next move, each with the number of columns of reasons that they have."""
    found = [REASONS[reason].actor for reason in STEPS]
    return [(label(actor, language), found.count(actor)) for actor in dict.fromkeys(found)]


def moved(marts: Marts, language: str) -> list[Change]:
    """The whole organisation, and every unit that more than two came to or went from."""
    return [
        _change(row, language)
        for row in marts.changes
        if _is_whole(marts, row) or any(_number(row[column]) > _FEW for column in _COUNTS)
    ]


def year(marts: Marts, language: str) -> list[Change]:
    """Every unit whose reach a year before is known; nothing where that is so of none."""
    return [_change(row, language) for row in marts.changes if row["difference"] is not None]


def full_time(marts: Marts, language: str) -> Mapping[object, Figure]:
    """Full-time equivalents by unit; nothing where HR gives none."""
    return {
        row["unit_id"]: figure(cells.measured, "fte", row, language)
        for row in marts.changes
        if row["fte"] is not None
    }


def _lost(row: Row) -> int:
    found = certainty.lost(row, "staff", "reached")
    return 0 if found is None else found.shown


def _change(row: Row, language: str) -> Change:
    return Change(
        str(row["unit"]),
        percent_figure(cells.rate, "reach_rate", row, language),
        percent_figure(cells.rate, "earlier_rate", row, language),
        [figure(cells.count, column, row, language) for column in _COUNTS],
        figure(cells.count, "persons_now", row, language),
        points_figure(row, language),
    )


def _is_whole(marts: Marts, row: Row) -> bool:
    return row["unit_id"] == marts.root.unit_id


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
