"""Where the catalog and the SQL lie: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_PACKED = _PACKAGE / "_resources"
ROOT = _PACKED if _PACKED.is_dir() else _PACKAGE.parent

CONFIG = ROOT / "config"
SQL = ROOT / "sql"
