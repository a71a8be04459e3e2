"""Days as people write them: runs of days in a row by their first and last."""

import datetime as dt
from collections.abc import Sequence


def spans(days: Sequence[dt.date]) -> str:
    """`days`, sorted, as text; days in a row as first..last."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == dt.timedelta(1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)
