"""The demo: nights of a fictional municipality, through the real client, flow and models."""

import datetime as dt
import os
import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adoption.certainty import say_not_reached, say_rate
from adoption.demo.municipality import NAME, Municipality, make_municipality
from adoption.demo.service import GraphService
from adoption.errors import ConfigError
from adoption.names import in_text
from adoption.pipeline.nightly import prepare_prefect
from adoption.texts import advice, label
from adoption.warehouse import open_warehouse, warehouse_path

AS_OF = dt.date(2026, 11, 25)
"""Fixed, so that the demo tells the same story on every day of the year."""
_MARK = "# Written by 'adoption demo'; the next demo here starts afresh.\n"
_LIMIT_SECONDS = 0.6  # Graph's ten minutes, for a service that nobody else is calling
_IN = "    "
Say = Callable[[str], None]


def run_demo(
    home: Path, *, as_of: dt.date | None = None, language: str = "nb", say: Say, tell: Say
) -> int:
    """Replays the municipality's nights under `home`, tells what was found, returns exit status 0.

    Raises ConfigError where `home` holds something that no demo wrote.
    """
    as_of = as_of or AS_OF
    world = make_municipality(as_of=as_of)
    _clear(home)
    with GraphService(world, today=as_of, window_seconds=_LIMIT_SECONDS) as graph:
        config = write_config(home, world, endpoint=graph.endpoint, language=language)
        prepare_prefect(home, os.environ)
        with _environment(ADOPTION_ACCESS_TOKEN=graph.token, ADOPTION_TEAMS_WEBHOOK=""):
            folder = _replay(world, graph, config, home, say)
    for line in summary(home, folder, as_of):
        tell(line)
    return 0


def _clear(home: Path) -> None:
    mark = home / "adoption.toml"
    if home.exists() and any(home.iterdir()):
        if not mark.exists() or not mark.read_text(encoding="utf-8").startswith(_MARK):
            raise ConfigError(
                f"{home} is not empty and not a demo's folder. Name another one with --home."
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)


def write_config(home: Path, world: Municipality, *, endpoint: str, language: str = "nb") -> Path:
    """Writes the municipality's configuration and unit register into `home`."""
    rules = ", ".join(
        "{ " + ", ".join(f'{key} = "{value}"' for key, value in _rule(rule)) + " }"
        for rule in world.exclude
    )
    (home / "units.csv").write_text(world.register_csv(), encoding="utf-8")
    config = home / "adoption.toml"
    config.write_text(
        f"""{_MARK}
[organisation]
name = "{NAME}"
language = "{language}"

[graph]
endpoint = "{endpoint}"
limit_window_seconds = {_LIMIT_SECONDS}

[storage]
home = "{home.as_posix()}"

[units]
register = "units.csv"
exclude = [{rules}]
""",
        encoding="utf-8",
    )
    return config


def _rule(rule: object) -> Iterator[tuple[str, str]]:
    for key in ("upn", "department", "employee_type", "job_title"):
        if (value := getattr(rule, key)) is not None:
            yield key, value


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """`values` in the environment, for the nights: the service's token, as an operator sets it.

    A real channel's address must not be there: nobody in it wants to read of a fictional town.
    """
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _replay(world: Municipality, graph: GraphService, config: Path, home: Path, say: Say) -> Path:
    say("Starting the first night (Prefect takes some seconds to wake up) ...")
    from flows.nightly import nightly

    folder = home
    for number, day in enumerate(world.pull_days, 1):
        graph.today = day
        result = nightly(config=str(config), home=str(home), as_of=day)
        folder = result.folder
        say(
            f"Night {number} of {len(world.pull_days)}, {day}: {result.pull.asked} downloads, "
            f"{len(result.flags)} flags open."
        )
    return folder


def summary(home: Path, folder: Path, as_of: dt.date) -> Iterator[str]:
    """The demo's last screen: who is not reached, why, since when, and where the files are."""
    with open_warehouse(home) as warehouse:
        flagged = warehouse.execute(_FLAGGED).fetchall()
        whole = warehouse.execute(_WHOLE).fetchall()[0]
        hidden = warehouse.execute(_HIDDEN).fetchall()
    name, reached, staff, figures, window_end = whole
    yield ""
    yield f"{name}, four weeks to {window_end}:"
    yield f"{reached} of {staff} staff, {say_rate(figures, 'en')}, are reached by"
    yield "what leadership publishes. Information does not arrive here:"
    yield ""
    for unit, flags, since, reason, figures in flagged:
        lost, rate = say_not_reached(figures, "en"), say_rate(figures, "en")
        people = f"{lost} not reached; reach is {rate}." if lost else "how many is hidden."
        yield f"  {in_text(unit)}: {people}"
        yield f"    {', '.join(label(flag, 'en') for flag in flags)}, since {since}."
        if reason:
            yield f"    Reason: {label(reason, 'en')} ({reason})."
            yield from textwrap.wrap(
                advice(reason, "en"), 96, initial_indent=_IN, subsequent_indent=_IN
            )
    yield ""
    names = ", ".join(in_text(unit) for (unit,) in hidden) or "none"
    yield from textwrap.wrap(f"Not shown, to protect small groups: {names}.", 96)
    yield ""
    yield f"Files for leaders:  {folder}"
    yield f"Warehouse:          {warehouse_path(home)}"
    options = f"--home {home} --as-of {as_of}"
    yield f"Look further with:  adoption {options} status"
    yield f'                    adoption {options} query "from marts.unit_flag"'


_FLAGGED = """
    select
        unit, list(flag order by flag), min(opened_on), any_value(reason), any_value({
            staff: staff, not_reached: not_reached, reach_rate: reach_rate, reach_low: reach_low,
            reach_high: reach_high, coded: coded
        })
    from marts.unit_flag where closed_on is null
    group by unit_id, unit order by max(not_reached) desc nulls last, unit
"""
_WHOLE = """
    select unit, reached, staff, {
        reached: reached, reach_rate: reach_rate, reach_low: reach_low, reach_high: reach_high,
        coded: coded
    }, window_end
    from marts.unit_reach
    inner join marts.build using (window_end)
    inner join marts.unit using (unit_id, unit)
    where parent_id is null
"""
_HIDDEN = """
    select unit from marts.unit_reach inner join marts.build using (window_end)
    where status = 'suppressed' order by unit
"""
