"""`adoption check` on what should be deleted, and on what was kept of it."""

from datetime import timedelta
from pathlib import Path

from adoption.archive import Mark, write_mark
from adoption.pipeline.doctor.finding import failed, passed, warned
from adoption.pipeline.doctor.retention import look_at_retention
from tests.demo.small_world import TODAY, on
from tests.pipeline.doctor.checking import land_days


def test_rows_that_are_too_old_or_an_archive_that_is_lost_raise_the_alarm(tmp_path: Path) -> None:
    land_days(tmp_path, on(23))
    settled = list(look_at_retention(tmp_path, 400, TODAY))
    due = TODAY + timedelta(403)
    write_mark(tmp_path, Mark(TODAY, TODAY, ("marts.unit_reach",)))

    assert settled == [passed("retention", "No person-level rows are older than 400 days.")]
    assert list(look_at_retention(tmp_path, 400, due)) == [
        warned(
            "retention",
            "There are person-level rows of 2026-11-23, older than 400 days.",
            advice="Run 'adoption nightly' ('adoption build' where nothing is pulled). Rows "
            "only go as newer ones come in: where the pipeline is not to go on, delete the lake.",
        ),
        failed(
            "retention",
            "The archive of published rows has lost marts.unit_reach.",
            advice=f"Put {tmp_path / 'lake' / 'archive'} back from a backup.",
            scope="archive",
        ),
    ]
