"""What can go wrong, sorted by what a caller can do about it.

AdoptionError
├── ConfigError          fix the files or the command       exit status 2
├── TransientError       another try can change the outcome exit status 1
└── PermanentError       ask a person                       exit status 1
    ├── DayOutOfReach    Graph no longer serves the day; it is lost, the run goes on
    ├── ContractError    what came is not what was agreed (a report's header, a model's columns)
    └── CheckFailed      a model broke its own check; nothing was published

A message says what was tried, on what, what came back and what to do.
"""


class AdoptionError(Exception):
    """Anything that ends in a plain message instead of a traceback."""


class ConfigError(AdoptionError):
    """The configuration, the unit register or the command line must be mended."""


class TransientError(AdoptionError):
    """The other side was unreachable, busy or broken; a later try may work."""


class PermanentError(AdoptionError):
    """Trying again changes nothing; a person has to act."""


class DayOutOfReach(PermanentError):
    """Graph serves a day's report for 28 days only; this day is older."""


class ContractError(PermanentError):
    """Something came that breaks an agreed shape."""


class CheckFailed(PermanentError):
    """A built table holds rows that must not be."""
