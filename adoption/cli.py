"""Arguments in, lines out. Results go to standard output, everything else to standard error.

Nothing heavy is imported before a command needs it: `--help`, `status` and `query` answer at once.
"""

import datetime as dt
import io
import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adoption.arguments import (
    DONE,
    FAILED,
    LANGUAGES,
    PARTIAL,
    WRONG_USAGE,
    Globals,
    as_of_option,
    parse_date,
    say,
)
from adoption.errors import AdoptionError, ConfigError
from adoption.protection import key, person

if TYPE_CHECKING:
    from adoption.pipeline.pull import Progress, PullResult

DEFAULT_CONFIG = "config/adoption.toml"

_language = click.option("--language", type=click.Choice(LANGUAGES), help="Language of the files.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="Default: $ADOPTION_CONFIG, config/adoption.toml.")
@click.option("--home", metavar="DIR", help="The folder for all that the pipeline writes.")
@click.option("--as-of", metavar="DATE", help="The day that counts as today (YYYY-MM-DD, UTC).")
@click.option("--debug", is_flag=True, help="Show details and tracebacks.")
@click.pass_context
def app(
    context: click.Context, config: str | None, home: str | None, as_of: str | None, debug: bool
) -> None:
    """Does what leadership publishes in Microsoft 365 reach the staff, unit by unit?

    And if not: why not, since when, and who can do something about it?
    """
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    if debug:  # ours alone: libraries log whole addresses
        logging.getLogger("adoption").setLevel(logging.INFO)
    context.obj = Globals(
        config=Path(config or os.environ.get("ADOPTION_CONFIG") or DEFAULT_CONFIG),
        home=home or os.environ.get("ADOPTION_HOME"),
        as_of=as_of,
    )


@app.command()
@_language
@as_of_option
@click.pass_obj
def demo(given: Globals, language: str | None) -> int:
    """Run everything on a fictional municipality, through a Graph service on this machine."""
    from adoption.demo.run import run_demo

    return run_demo(
        Path(given.home or "demo"),
        as_of=parse_date(given.as_of),
        language=language or "nb",
        say=say,
        tell=print,
    )


@app.command()
@as_of_option
@click.pass_obj
def init(given: Globals) -> int:
    """Write a configuration and a unit register to fill in; never overwrites."""
    from adoption import resources

    targets = {
        given.config: resources.CONFIG / "adoption.example.toml",
        given.config.with_name("units.csv"): resources.CONFIG / "units.example.csv",
    }
    for target, example in targets.items():
        if target.exists():
            say(f"{target} is there already; left as it is.")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(example.read_bytes())
        print(target)
    return DONE


@app.command()
@click.option("--since", metavar="DATE", help="Ask again for every day from this one on.")
@click.option("--until", metavar="DATE", help="... and up to this one.")
@click.option("--report", "names", metavar="NAME", multiple=True, help="Only this one (again).")
@as_of_option
@click.pass_obj
def pull(given: Globals, since: str | None, until: str | None, names: tuple[str, ...]) -> int:
    """Fetch from Graph what is missing or can still change, and land it in the lake."""
    settings = given.settings()
    first, last, today = parse_date(since), parse_date(until), given.today()
    from adoption.pipeline.lock import only_run
    from adoption.pipeline.nightly import pull_from_graph

    with only_run(settings.home), _progress() as progress:
        result = pull_from_graph(
            settings,
            environ=os.environ,
            as_of=today,
            since=first,
            until=last,
            names=names,
            progress=progress,
            on_wait=say,
        )
    say(f"{result.asked} downloads, {result.outcomes.get('landed', 0)} snapshots new or changed.")
    return _report_pull(result)


@app.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--directory",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A user list exported from Entra or the admin centre.",
)
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--report", metavar="NAME", help="The report, where the header fits more than one.")
@click.option("--until", metavar="DATE", help="The last day covered, where a file does not say so.")
@click.option("--days", metavar="N", type=int, help="How many days, where a file does not say so.")
@as_of_option
@click.pass_obj
def import_(
    given: Globals,
    files: tuple[Path, ...],
    directory: Path | None,
    is_trial: bool,
    report: str | None,
    until: str | None,
    days: int | None,
) -> int:
    """Land report files exported by hand: CSV, XLSX, or a ZIP of them."""
    if not files and directory is None:
        raise ConfigError("Name at least one file to import, or a user list with --directory.")
    settings, last, today = given.settings(), parse_date(until), given.today()
    from adoption.pipeline.importing import import_all
    from adoption.pipeline.lock import only_run
    from adoption.recognition import Told

    with only_run(settings.home):
        result = import_all(
            settings,
            files,
            directory=directory,
            environ=os.environ,
            as_of=today,
            told=Told(report, last, days),
            is_trial=is_trial,
        )
    for line in result.lines():
        print(line)
    for name, message in result.failures.items():
        say(f"Refused: {name}: {message}.")
    if result.has_nothing:
        return FAILED
    if not is_trial:
        say("Run 'adoption build' (or let the next night do it) to see it in the figures.")
    return PARTIAL if result.is_partial else DONE


@app.command()
@as_of_option
@click.pass_obj
def build(given: Globals) -> int:
    """Rebuild the warehouse from the lake, then delete what is older than the limit."""
    settings, today = given.settings(), given.today()
    from adoption.pipeline.build import build_warehouse
    from adoption.pipeline.lock import only_run
    from adoption.pipeline.retention import forget

    with only_run(settings.home):
        for warning in build_warehouse(settings, as_of=today):
            say(f"Warning: {warning}")
        forget(settings, as_of=today)
    return _trust_status(settings.home)


@app.command()
@click.option("--out", metavar="DIR", help="Default: HOME/exports.")
@click.option(
    "--format",
    "formats",
    metavar="NAME,...",
    multiple=True,
    help="Only these, such as csv,xlsx. Default: all.",
)
@_language
@as_of_option
@click.pass_obj
def export(given: Globals, out: str | None, formats: tuple[str, ...], language: str | None) -> int:
    """Write the files for leadership from the warehouse."""
    settings = given.settings()
    from adoption.pipeline.export import FORMATS
    from adoption.pipeline.export import export as write
    from adoption.pipeline.lock import only_run

    chosen = [name.strip() for given_names in formats for name in given_names.split(",")]
    with only_run(settings.home):
        folder = write(
            settings,
            out=Path(out) if out else None,
            language=language,
            formats=chosen or tuple(FORMATS),
        )
    print(folder)
    return DONE


@app.command()
@as_of_option
@click.pass_obj
def nightly(given: Globals) -> int:
    """Pull, build, export and tell what is new, as one Prefect flow; needs no server."""
    settings, today = given.settings(), given.today()
    from adoption.pipeline.nightly import prepare_prefect

    prepare_prefect(settings.home, os.environ)
    from flows.nightly import nightly as flow

    result = flow(config=str(given.config), home=given.home, as_of=today)
    print(result.folder)
    for warning in result.warnings:
        say(f"Warning: {warning}")
    return max(_report_pull(result.pull), _trust_status(settings.home))


@app.command()
@click.option("--json", "as_json", is_flag=True, help="All findings as one JSON object.")
@as_of_option
@click.pass_obj
def check(given: Globals, as_json: bool) -> int:
    """Test the set-up from top to bottom, and say what to do about each finding."""
    settings, today = given.settings(), given.today()
    from adoption.pipeline.doctor.examine import examine
    from adoption.pipeline.doctor.finding import render_json, render_line, verdict

    if isinstance(sys.stdout, io.TextIOWrapper):  # a unit's name may not fit the console's code
        sys.stdout.reconfigure(errors="replace")
    findings = []
    for finding in examine(
        settings,
        config=given.config,
        environ=os.environ,
        as_of=today,
        clock=lambda: dt.datetime.now(dt.UTC),
        on_wait=say,
    ):
        findings.append(finding)
        if not as_json:
            print(render_line(finding), flush=True)
    if as_json:
        print(render_json(findings))
    return FAILED if verdict(findings) == "fail" else DONE


@app.command()
@as_of_option
@click.pass_obj
def status(given: Globals) -> int:
    """Tell what has landed, how fresh it is, what is missing, and which flags are open."""
    from adoption.status import render_status

    for line in render_status(given.home_folder(), as_of=given.today()):
        print(line)
    return DONE


@app.command()
@click.argument("sql", required=False)
@click.option("--describe", "table", metavar="TABLE", help="Its columns, and what they mean.")
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table")
@as_of_option
@click.pass_obj
def query(given: Globals, sql: str | None, table: str | None, form: str) -> int:
    """Ask the warehouse, read only ('-': SQL from standard input); without SQL, list its tables."""
    from adoption.answer import write_answer
    from adoption.query import ask, describe

    home, sql = given.home_folder(), sys.stdin.read() if sql == "-" else sql
    write_answer(ask(home, sql) if sql else describe(home, table), form, sys.stdout)
    return DONE


app.add_command(person)
app.add_command(key)


def _progress() -> "AbstractContextManager[Progress]":
    from adoption.progress import show_progress

    return show_progress(sys.stderr)


def _report_pull(result: "PullResult") -> int:
    for what in result.lost:
        say(f"Lost: {what}: Graph no longer serves it. A file exported in time can be imported.")
    for warning in result.warnings:
        say(f"Warning: {warning}")
    for name, message in result.failures.items():
        say(f"Missing: {name}: {message}")
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
        say(message)
    return PARTIAL if rows else DONE


def main(arguments: list[str] | None = None) -> None:
    """The `adoption` command: runs it and ends the process with the documented exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    run = lambda: app.main(arguments, "adoption", standalone_mode=False)  # noqa: E731
    sys.exit(_guarded(run, debug="--debug" in arguments))


def _guarded(run: Callable[[], Any], *, debug: bool) -> int:
    """The exit status of `run`; every failure ends in plain lines, a traceback only in debug."""
    try:
        return int(run() or DONE)
    except click.ClickException as error:  # a wrong option or command
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return FAILED
    except ConfigError as error:
        return _fail(error, str(error), WRONG_USAGE, debug=debug)
    except AdoptionError as error:
        return _fail(error, str(error), FAILED, debug=debug)
    except Exception as error:
        text = f"Unexpected {type(error).__name__}: {error} (--debug shows more)"
        return _fail(error, text, FAILED, debug=debug)


def _fail(error: Exception, text: str, status: int, *, debug: bool) -> int:
    if debug:
        logging.getLogger(__name__).info("", exc_info=error)
    say(text)
    return status
