"""One command at a time in a folder; by itself, so that not all who lock also load Graph's SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from adoption.errors import ConfigError, PermanentError
from adoption.pipeline.rotation import settle


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Holds the folder for one run at a time, and puts right what a killed rotation left.

    The system lets go of it when the run is killed.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(home / ".lock", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise PermanentError(
            f"Another adoption command is at work in {home}. Wait for it to end."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"Cannot write in {home}: {error.strerror or error}. Choose another folder with --home "
            "or [storage] home, or mend its permissions."
        ) from error
    try:
        settle(home)
        yield
    finally:
        lock.release()
