"""The pages in `docs/` that hold generated parts: `python -m tests.docs.pages` writes them anew.

The types of a mart's columns are known only to DuckDB, so they come from the models themselves,
made over an empty lake.
"""

from collections.abc import Mapping
from pathlib import Path

from adoption import resources
from adoption.catalog import load_catalog
from adoption.dictionary import fill, method_parts, render_dictionary
from tests.tables import models, real_columns

DOCS = resources.ROOT / "docs"
METHOD = DOCS / "method.md"


def pages() -> Mapping[Path, str]:
    """Each generated page as it should be."""
    catalog, all_models = load_catalog(), models().values()
    method = METHOD.read_text(encoding="utf-8")
    parts = method_parts(
        method,
        models=all_models,
        catalog=catalog,
        plans=(resources.CONFIG / "service_plans.toml").read_text(encoding="utf-8"),
        example=(resources.CONFIG / "adoption.example.toml").read_text(encoding="utf-8"),
    )
    return {
        METHOD: fill(method, parts),
        DOCS / "dictionary.md": render_dictionary(all_models, catalog, real_columns()),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
