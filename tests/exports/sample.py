"""Marts as small as they can be with every kind of cell, and names of units that make trouble."""

import datetime as dt

import pyarrow as pa

SUNDAY = dt.date(2026, 3, 1)
NAMES = (
    "Barnehager, skoler; kultur",
    'Avdeling "Nord"',
    "=HYPERLINK(1)",
    "<script>alert(1)</script>",
    "Svømmehallen 🏊‍♀️",
    "Første linje\r\nandre linje",
    "æøå" * 21 + "!",
    "https://example.org",
    "0042",
)

REACH = pa.Table.from_pylist(
    [
        {"unit_id": "0", "unit": "Fjordvik kommune", "window_end": SUNDAY, "window_days": 28,
         "status": "ok", "staff": 40, "account": 36, "licensed": 30, "onboarded": 28, "active": 25,
         "reached": 20, "contributing": 2, "reach_rate": 0.5, "reach_low": 0.352,
         "reach_high": 0.64849, "reason": None, "coded": ["onboarded", "contributing"],
         "path": "Fjordvik kommune"},
        {"unit_id": "1", "unit": "Skole", "window_end": SUNDAY, "window_days": 28,
         "status": "suppressed", "staff": None, "account": None, "licensed": None,
         "onboarded": None, "active": None, "reached": None, "contributing": None,
         "reach_rate": None, "reach_low": None, "reach_high": None, "reason": None, "coded": None,
         "path": "Fjordvik kommune/Skole"},
    ]
)  # fmt: skip
CHANNEL = pa.Table.from_pylist(
    [
        {"unit_id": "0", "unit": "Fjordvik kommune", "channel": "viva_engage",
         "window_end": SUNDAY, "window_days": 28, "status": "partial", "licensed": 30,
         "active": 12, "received": 11, "contributed": 2, "adoption_rate": 0.4,
         "adoption_low": 0.2459, "adoption_high": 0.5768, "coded": ["contributed"]},
        {"unit_id": "0", "unit": "Fjordvik kommune", "channel": "sharepoint",
         "window_end": SUNDAY, "window_days": 28, "status": "not_trusted", "licensed": None,
         "active": None, "received": None, "contributed": None, "adoption_rate": None,
         "adoption_low": None, "adoption_high": None, "coded": []},
    ]
)  # fmt: skip
FLAG = pa.Table.from_pylist(
    [
        {"unit_id": "0", "unit": "Fjordvik kommune", "flag": "not_reached", "opened_on": SUNDAY,
         "closed_on": None, "staff": 40, "not_reached": 20, "reach_rate": 0.5,
         "reach_low": 0.352, "reach_high": 0.64849, "coded": ["not_reached"],
         "reason": "no_licence", "advice": "in English"},
        {"unit_id": "2", "unit": "Helse", "flag": "behind", "opened_on": dt.date(2026, 1, 4),
         "closed_on": dt.date(2026, 2, 1), "staff": 12, "not_reached": 11,
         "reach_rate": 0.125, "reach_low": 0.0149, "reach_high": 0.354, "coded": [],
         "reason": None, "advice": None},
    ]
)  # fmt: skip
QUALITY = pa.Table.from_pylist(
    [
        {"check_name": "stale", "scope": "", "day": SUNDAY, "result": "pass", "value": 4.0,
         "threshold": 7.0, "message": "fine"},
        {"check_name": "concealed", "scope": "teams_user_activity", "day": SUNDAY,
         "result": "fail", "value": 0.125, "threshold": 0.0, "message": "concealed"},
        {"check_name": "a_new_check", "scope": "sharepoint", "day": SUNDAY, "result": "warn",
         "value": 1.5, "threshold": None, "message": "+ see the log"},
    ]
)  # fmt: skip
TARGET = pa.Table.from_pylist(
    [
        {"unit_id": "0", "unit": "Fjordvik kommune", "window_end": SUNDAY, "window_days": 28,
         "status": "ok", "needed": 24, "to_target": 4, "gap_share": 1.0},
        {"unit_id": "1", "unit": "Skole", "window_end": SUNDAY, "window_days": 28,
         "status": "suppressed", "needed": None, "to_target": None, "gap_share": None},
    ]
)  # fmt: skip
MOVEMENT = pa.Table.from_pylist(
    [
        {"unit_id": "0", "unit": "Fjordvik kommune", "window_end": SUNDAY, "status": "ok",
         "persons_before": 35, "joined": 3, "left": 2, "moved_in": 0, "moved_out": 0,
         "persons_now": 36, "coded": ["left"]},
        {"unit_id": "1", "unit": "Skole", "window_end": SUNDAY, "status": "suppressed",
         "persons_before": None, "joined": None, "left": None, "moved_in": None,
         "moved_out": None, "persons_now": None, "coded": []},
    ]
)  # fmt: skip
STAFF = pa.Table.from_pylist(
    [{"unit_id": "0", "window_end": SUNDAY, "window_days": 28, "staff": 40, "fte": 31.5}]
)
YEAR = pa.Table.from_pylist(
    [
        {"unit_id": "0", "window_end": SUNDAY, "year_before_end": dt.date(2025, 3, 2),
         "difference": -0.0312, "difference_low": -0.12, "difference_high": 0.06},
    ]
)  # fmt: skip
TABLES = {
    "unit_reach": REACH, "unit_channel": CHANNEL, "unit_flag": FLAG, "data_quality": QUALITY,
    "unit_target": TARGET, "unit_movement": MOVEMENT, "unit_staff": STAFF, "unit_year": YEAR,
}  # fmt: skip
