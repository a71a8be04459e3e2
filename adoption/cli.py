"""Arguments in, lines out. Results go to standard output, everything else to standard error.

Nothing heavy is imported before a command needs it: `--help`, `status` and `query` answer at once.
"""

import datetime as dt
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from adoption.errors import AdoptionError, ConfigError

DONE, FAILED, WRONG_USAGE, PARTIAL = 0, 1, 2, 3
DEFAULT_CONFIG = "config/adoption.toml"

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Does what leadership publishes in Microsoft 365 reach the staff, unit by unit, and if "
    "not, why not?",
)

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day that counts as today (YYYY-MM-DD, UTC)."),
]
Language = Annotated[
    str | None, typer.Option("--language", metavar="nb|nn|en", help="Language of the files.")
]
Days = Annotated[str | None, typer.Option(metavar="DATE")]


@dataclass(slots=True)
class _Globals:
    config: Path
    home: str | None
    as_of: str | None


@app.callback()
def _common(
    context: typer.Context,
    config: Annotated[
        str | None,
        typer.Option(
            "--config", metavar="FILE", help="Default: $ADOPTION_CONFIG, then config/adoption.toml."
        ),
    ] = None,
    home: Annotated[
        str | None,
        typer.Option("--home", metavar="DIR", help="The folder for all that the pipeline writes."),
    ] = None,
    as_of: AsOf = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show details and tracebacks.")] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if debug else logging.ERROR, format="%(message)s", stream=sys.stderr
    )
    context.obj = _Globals(
        config=Path(config or os.environ.get("ADOPTION_CONFIG") or DEFAULT_CONFIG),
        home=home or os.environ.get("ADOPTION_HOME"),
        as_of=as_of,
    )


@app.command()
def demo(
    context: typer.Context,
    as_of: AsOf = None,
    language: Language = None,
) -> int:
    """Run everything on a fictional municipality, through a Graph service on this machine."""
    from adoption.demo.run import run_demo

    home = Path(context.obj.home or "demo")
    return run_demo(
        home,
        as_of=_date(as_of or context.obj.as_of),
        language=_language(language) or "nb",
        say=_say,
        tell=print,
    )


@app.command()
def init(context: typer.Context) -> int:
    """Write a configuration and a unit register to fill in; never overwrites."""
    from adoption import resources

    config: Path = context.obj.config
    targets = {
        config: resources.CONFIG / "adoption.example.toml",
        config.with_name("units.csv"): resources.CONFIG / "units.example.csv",
    }
    for target, example in targets.items():
        if target.exists():
            _say(f"{target} is there already; left as it is.")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(example.read_bytes())
        print(target)
    return DONE


@app.command()
def pull(
    context: typer.Context,
    since: Days = None,
    until: Days = None,
    report: Annotated[
        list[str] | None, typer.Option("--report", metavar="NAME", help="Only this one (again).")
    ] = None,
    as_of: AsOf = None,
) -> int:
    """Fetch from Graph what is missing or can still change, and land it in the lake."""
    from adoption.pipeline.nightly import only_run, pull_from_graph

    settings = _settings(context)
    with only_run(settings.home), _progress() as progress:
        result = pull_from_graph(
            settings,
            environ=os.environ,
            as_of=_today(context, as_of),
            since=_date(since),
            until=_date(until),
            names=report or (),
            progress=progress,
            on_wait=_say,
        )
    return _report_pull(result)


@app.command()
def build(context: typer.Context, as_of: AsOf = None) -> int:
    """Rebuild the warehouse from the lake."""
    from adoption.pipeline.build import build_warehouse
    from adoption.pipeline.nightly import only_run

    settings = _settings(context)
    with only_run(settings.home):
        for warning in build_warehouse(settings, as_of=_today(context, as_of)):
            _say(f"Warning: {warning}")
    return _trust_status(settings.home)


@app.command()
def export(
    context: typer.Context,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR")] = None,
    language: Language = None,
    formats: Annotated[str, typer.Option("--format", metavar="csv")] = "csv",
    as_of: AsOf = None,
) -> int:
    """Write the files for leadership from the warehouse."""
    from adoption.pipeline.export import export as write
    from adoption.pipeline.nightly import only_run

    _today(context, as_of)
    unknown = set(formats.split(",")) - {"csv"}
    if unknown:
        raise ConfigError(f"Unknown format: {', '.join(sorted(unknown))}. Known: csv.")
    settings = _settings(context)
    with only_run(settings.home):
        print(write(settings, out=Path(out) if out else None, language=_language(language)))
    return DONE


@app.command()
def nightly(context: typer.Context, as_of: AsOf = None) -> int:
    """Pull, build and export as one Prefect flow; needs no server to be set up."""
    settings = _settings(context)  # a wrong configuration is told before anything is started
    from adoption.pipeline.nightly import prepare_prefect

    prepare_prefect(settings.home, os.environ)
    from flows.nightly import nightly as flow

    result = flow(
        config=str(context.obj.config),
        home=context.obj.home,
        as_of=_today(context, as_of),
    )
    print(result.folder)
    return max(_report_pull(result.pull), _trust_status(settings.home))


@app.command()
def status(context: typer.Context, as_of: AsOf = None) -> int:
    """Tell what has landed, how fresh it is, what is missing, and which flags are open."""
    from adoption.status import render_status

    for line in render_status(_home(context), as_of=_today(context, as_of)):
        print(line)
    return DONE


@app.command()
def query(
    context: typer.Context,
    sql: Annotated[str | None, typer.Argument(metavar="[SQL]")] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json")] = "table",
    as_of: AsOf = None,
) -> int:
    """Ask the warehouse, read only; without SQL, list its tables and what they mean."""
    from adoption.query import list_tables, render_query

    _today(context, as_of)
    if form not in ("table", "csv", "json"):
        raise ConfigError(f"Unknown format '{form}'. Use table, csv or json.")
    sys.stdout.write(
        render_query(_home(context), sql, form) if sql else list_tables(_home(context))
    )
    return DONE


def _settings(context: typer.Context) -> Any:
    from adoption.settings import load_settings

    return load_settings(context.obj.config, home=context.obj.home)


def _home(context: typer.Context) -> Path:
    return Path(context.obj.home) if context.obj.home else _settings(context).home


def _today(context: typer.Context, as_of: str | None) -> dt.date:
    return _date(as_of or context.obj.as_of) or dt.datetime.now(dt.UTC).date()


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"'{text}' is not a date. Write it as YYYY-MM-DD.") from error


def _language(text: str | None) -> str | None:
    if text not in (None, "nb", "nn", "en"):
        raise ConfigError(f"Unknown language '{text}'. Use nb, nn or en.")
    return text


def _progress() -> Any:
    from adoption.progress import show_progress

    return show_progress(sys.stderr)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _report_pull(result: Any) -> int:
    for what in result.lost:
        _say(f"Lost: {what} is older than Graph reaches back.")
    for name, message in result.failures.items():
        _say(f"Missing: {name}: {message}")
    return PARTIAL if result.is_partial else DONE


def _trust_status(home: Path) -> int:
    """3 where identities are concealed, told in the warehouse's own words; else 0."""
    from adoption.warehouse import open_warehouse

    with open_warehouse(home) as warehouse:
        rows = warehouse.execute(
            "select distinct message from marts.data_quality "
            "where check_name = 'concealed' and result = 'fail' order by 1"
        ).fetchall()
    for (message,) in rows:
        _say(message)
    return PARTIAL if rows else DONE


def main(arguments: list[str] | None = None) -> None:
    """The `adoption` command: runs it and ends the process with the documented exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    sys.exit(_guarded(lambda: app(arguments, standalone_mode=False), debug))


def _guarded(run: Callable[[], Any], debug: bool) -> int:
    try:
        return int(run() or DONE)
    except ConfigError as error:
        return _fail(error, debug, WRONG_USAGE)
    except AdoptionError as error:
        return _fail(error, debug, FAILED)
    except typer.Abort:
        return FAILED
    except Exception as error:
        if hasattr(error, "show"):  # a wrong option or command, by typer
            error.show()
            return WRONG_USAGE
        if debug:
            raise
        return _fail(error, debug, FAILED, f"Unexpected {type(error).__name__}: ")


def _fail(error: Exception, debug: bool, status: int, prefix: str = "") -> int:
    if debug:
        logging.getLogger(__name__).info("", exc_info=error)
    _say(f"{prefix}{error}" + (" (--debug shows more)" if prefix else ""))
    return status
