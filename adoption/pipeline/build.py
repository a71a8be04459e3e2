"""Lake to warehouse: what the models read besides the lake, and the build itself."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from adoption import resources
from adoption.archive import Archive, archive_views, read_mark, refuse_loss
from adoption.calendar import working_days
from adoption.catalog import load_catalog, load_service_plans
from adoption.erased import load_erased
from adoption.errors import PermanentError
from adoption.headcount import Headcount, load_headcounts
from adoption.lake import CUT_SIZES
from adoption.models import load_models
from adoption.pipeline.plan import SETTLING_DAYS
from adoption.pipeline.retention import final_before_day, keep_before_day
from adoption.settings import Settings
from adoption.texts import SHARES, actor_rows, advice_rows, quality_rows
from adoption.units import Unit, known_names, load_register
from adoption.views import lake_views
from adoption.warehouse import build, snapshot_table


def build_warehouse(settings: Settings, *, as_of: dt.date, keeps_final: bool = False) -> list[str]:
    """Rebuilds the warehouse from the lake and returns the warnings of its checks.

    With `keeps_final` no later build makes anew what no later night can change.
    Raises PermanentError where the lake is empty or a model breaks its contract; what was
    published before is then untouched.
    """
    catalog = load_catalog()
    units = load_register(settings.register_path)
    headcounts = load_headcounts(settings.headcount_path, units)
    snapshots = snapshot_table(settings.home)
    facts = snapshots.to_pylist()
    first, last, earliest = _landed_days(settings, facts, as_of)
    archive = _archive(settings, facts, as_of, keeps_final=keeps_final)
    return build(
        settings.home,
        models=load_models(resources.SQL),
        macros=(resources.SQL / "macros.sql").read_text(encoding="utf-8"),
        inputs={**lake_views(settings.home, catalog), **archive_views(settings.home)},
        tables={
            "lake.snapshot": snapshots,
            **config_tables(settings, units, headcounts, first=earliest, as_of=as_of),
        },
        variables={
            "as_of": as_of,
            "first_day": first,
            "last_day_number": (last - first).days,
            "frozen_before": archive.mark.frozen_before if archive else dt.date.min,
            "keep_before": archive.keep_before if archive else dt.date.min,
            "settling_days": SETTLING_DAYS,
            "cut_sizes": sorted(CUT_SIZES),
            "erased_names": len(load_erased(settings.home).names),
            "organisation": settings.organisation.name,
            "has_register": bool(units),
            "min_group": settings.privacy.min_group,
            "target": settings.flags.target,
            "fall_points": settings.flags.fall_points,
            "min_not_reached": settings.flags.min_not_reached,
            **msgspec.structs.asdict(settings.trust),
        },
        archive=archive,
    )


def _archive(
    settings: Settings,
    snapshots: Sequence[Mapping[str, Any]],
    as_of: dt.date,
    *,
    keeps_final: bool,
) -> Archive | None:
    """What is kept, and the day before which rows are to be kept now; None while all is young.

    Raises PermanentError where something of it is lost.
    """
    mark = read_mark(settings.home)
    refuse_loss(settings.home, mark)
    limit = settings.privacy.retention_days
    before = keep_before_day(mark, snapshots, retention_days=limit, as_of=as_of)
    if keeps_final:
        before = max(before, final_before_day(settings, snapshots, as_of=as_of))
    if not mark.tables and all(s["day"] >= before for s in snapshots if s["grain"] == "person_day"):
        return None
    return Archive(settings.home, mark, before)


def _landed_days(
    settings: Settings, snapshots: Sequence[Mapping[str, Any]], as_of: dt.date
) -> tuple[dt.date, dt.date, dt.date]:
    """First day of a person report in the lake, the last (at least `as_of`), and the first of all.

    The first of all is where the oldest period file begins. Where only such files have landed, no
    day is known by itself, and the days begin with `as_of`.
    """
    reports = [s for s in snapshots if s["grain"] == "person_day"]
    has_directory = any(s["report"] == "directory" for s in snapshots)
    if not reports or not has_directory:
        wanted = "any report" if has_directory else "the directory"
        raise PermanentError(
            f"Nothing to build from: the lake under {settings.home} does not have {wanted} yet. "
            "Run 'adoption pull' first and read what it says, or 'adoption import'."
        )
    days = [s["day"] for s in reports if s["period_days"] == 1]
    starts = [s["day"] - dt.timedelta(s["period_days"] - 1) for s in reports]
    first = min(days, default=as_of)
    return first, max([*days, as_of]), min([*starts, first])


def config_tables(
    settings: Settings,
    units: Sequence[Unit],
    headcounts: Sequence[Headcount] = (),
    *,
    first: dt.date,
    as_of: dt.date,
) -> Mapping[str, pa.Table]:
    """What models read as schema `config`: channels, plans, units, calendar and texts."""
    language = settings.organisation.language
    plans = load_service_plans().items()
    text, number, date, boolean = pa.string(), pa.int64(), pa.date32(), pa.bool_()
    return {
        "config.channel": _table(
            {"channel": text, "is_leadership": boolean},
            ((c, c in settings.channels.leadership) for c in settings.channels.use),
        ),
        "config.service_plan": _table({"service_plan_id": text, "channel": text}, plans),
        "config.unit": _table(
            {"unit_id": text, "unit": text, "parent_id": text, "headcount": number,
             "valid_from": date, "valid_to": date},
            ((u.unit_id, u.unit, u.parent_id, u.headcount, u.valid_from, u.valid_to)
             for u in units),
        ),
        "config.unit_name": _table(
            {"unit_key": text, "unit_id": text, "valid_from": date, "valid_to": date},
            known_names(units),
        ),
        "config.headcount": _table(
            {"unit_id": text, "day": date, "headcount": number, "fte": pa.float64()},
            ((h.unit_id, h.day, h.heads, h.fte) for h in headcounts),
        ),
        "config.calendar": _table(
            {"day": date, "is_working_day": boolean},
            working_days(settings.calendar, first, as_of),
        ),
        "config.advice": _table({"reason": text, "advice": text}, advice_rows(language)),
        "config.actor": _table({"reason": text, "actor": text}, actor_rows()),
        "config.quality_text": _table(
            {"check_name": text, "message": text, "is_share": boolean},
            ((check, message, check in SHARES) for check, message in quality_rows(language)),
        ),
    }  # fmt: skip


def _table(columns: Mapping[str, pa.DataType], rows: Any) -> pa.Table:
    schema = pa.schema(list(columns.items()))
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema)
