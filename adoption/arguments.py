"""What the commands share: the options that hold for all, dates, and the exit status.

Nothing heavy is imported here: every command goes through it, and `--help` answers at once.
"""

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adoption.errors import ConfigError

if TYPE_CHECKING:
    from adoption.settings import Settings

DONE, FAILED, WRONG_USAGE, PARTIAL = 0, 1, 2, 3
LANGUAGES = ("nb", "nn", "en")


@dataclass(slots=True)
class Globals:
    """What holds for every command; `as_of` may stand before or after the command's name."""

    config: Path
    home: str | None
    as_of: str | None

    def settings(self) -> "Settings":
        from adoption.settings import load_settings

        return load_settings(self.config, home=self.home)

    def home_folder(self) -> Path:
        """The home; the configuration is read only where nothing else names it."""
        return Path(self.home) if self.home else self.settings().home

    def language(self) -> str:
        """The organisation's, English where no configuration tells."""
        return self.settings().organisation.language if self.config.exists() else "en"

    def today(self) -> dt.date:
        return parse_date(self.as_of) or dt.datetime.now(dt.UTC).date()


def _set_as_of(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.obj.as_of = value


as_of_option = click.option(
    "--as-of",
    metavar="DATE",
    expose_value=False,
    callback=_set_as_of,
    help="The day that counts as today (YYYY-MM-DD, UTC).",
)


def parse_date(text: str | None) -> dt.date | None:
    """`text` as a date; raises ConfigError where it is none."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"'{text}' is not a date. Write it as YYYY-MM-DD.") from error


def say(line: str) -> None:
    """Tells what is no result: progress, warnings, failures."""
    print(line, file=sys.stderr)
