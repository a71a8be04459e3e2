"""A set-up for `adoption check` to look at: a town behind the local service, and a home."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from adoption.demo.service import GraphService
from adoption.demo.world import Account, Sku
from adoption.key import load_key
from adoption.lake import Snapshot, land
from adoption.models import parse_model
from adoption.pipeline.doctor.examine import examine
from adoption.pipeline.doctor.finding import Finding
from adoption.settings import load_settings
from adoption.warehouse import build
from tests.demo.small_world import ALL_PLANS, ENGAGE, SHAREPOINT, TEAMS, TODAY, SmallWorld, on
from tests.running import Ended, adoption

ROLES = ("Reports.Read.All", "User.Read.All", "Organization.Read.All", "ReportSettings.Read.All")
REPORTS = ("teams_user_activity", "viva_engage_user_activity", "sharepoint_user_activity")
UNITS = ("Skole",) * 20 + ("Barnehage",) * 10
PLANS = ((TEAMS, "TEAMS1"), (ENGAGE, "YAMMER_ENTERPRISE"), (SHAREPOINT, "SHAREPOINTENTERPRISE"))
REGISTER = "unit,parent,aliases,headcount\nSkole,,skolen,20\nBarnehage,,,\n"


class Town(SmallWorld):
    """People who all did something in each channel on the Friday before, and a product for it."""

    def __init__(self, units: Sequence[str | None] = UNITS) -> None:
        people = tuple(
            Account(
                f"00000000-0000-4000-8000-{number:012}",
                f"kari.nordmann{number}@fjordvik.no",
                f"Kari Nordmann {number}",
                unit,
                plans=ALL_PLANS,
            )
            for number, unit in enumerate(units)
        )
        counters = {
            "teams": "Call Count",
            "viva_engage": "Read Count",
            "sharepoint": "Visited Page Count",
        }
        done = {
            (channel, on(20)): {person.id: {counter: 1} for person in people}
            for channel, counter in counters.items()
        }
        super().__init__(people, {**done})
        self.plans: tuple[tuple[str, str], ...] = PLANS

    def skus(self, day: date) -> Sequence[Sku]:  # noqa: ARG002
        return [Sku("sku-1", "ENTERPRISEPACK", 30, 30, self.plans)]


@dataclass(frozen=True, slots=True)
class Setup:
    """A configured home, and the service behind it."""

    service: GraphService
    town: Town
    home: Path

    @property
    def config(self) -> Path:
        return self.home / "adoption.toml"

    @property
    def where(self) -> list[str | Path]:
        return ["--config", self.config, "--as-of", TODAY.isoformat()]

    def configure(self, more: str = "", *, endpoint: str = "") -> None:
        self.config.write_text(
            f'[organisation]\nname = "Fjordvik"\n[storage]\nhome = "{self.home}"\n'
            f'[graph]\nendpoint = "{endpoint or self.service.endpoint}"\n{more}'
            '[units]\nregister = "units.csv"\n'
        )

    def check(self, *arguments: str, token: str = "") -> Ended:
        """The command, as a process."""
        return adoption(
            *self.where, "check", *arguments, ADOPTION_ACCESS_TOKEN=token or self.service.token
        )

    def examine(self, *, as_of: date = TODAY, **environ: str) -> list[Finding]:
        """What the command would say, without the process."""
        return list(
            examine(
                load_settings(self.config),
                config=self.config,
                environ={"ADOPTION_ACCESS_TOKEN": self.service.token, **environ},
                as_of=as_of,
                clock=lambda: datetime.now(UTC),
            )
        )


@contextmanager
def open_setup(home: Path) -> Iterator[Setup]:
    """A set-up in which all is well: yesterday's night has landed and is built."""
    town = Town()
    token = token_with(*ROLES)
    with GraphService(town, today=TODAY, token=token, window_seconds=0.01) as service:
        setup = Setup(service, town, home)
        home.mkdir()
        setup.configure()
        (home / "units.csv").write_text(REGISTER)
        load_key(home, {})
        land_days(home, on(23))
        publish(home, as_of=TODAY)
        yield setup


def token_with(*roles: str) -> str:
    """What looks like one of Entra's tokens, with these application permissions."""
    parts = ({"alg": "none"}, {"roles": list(roles), "upn": "svc@fjordvik.no"})
    return ".".join(_base64(json.dumps(part).encode()) for part in parts) + ".c2lnbmF0dXJl"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def land_days(home: Path, day: date, *, reports: Sequence[str] = REPORTS) -> None:
    for report in reports:
        channel = report.removesuffix("_user_activity")
        snapshot = Snapshot(
            report, day, 1, day, channel=channel, grain="person_day",
            refresh_date=day - timedelta(1), row_count=1,
        )  # fmt: skip
        land(home, snapshot, pa.table({"upn_id": [1]}))


def publish(home: Path, *, as_of: date) -> None:
    """A warehouse that says when it was built, and no more."""
    text = f"-- Build.\n-- grain: as_of\n-- column as_of: Day.\n\nselect date '{as_of}' as as_of"
    model = parse_model(text, Path("sql/marts/build.sql"))
    build(home, models=[model], macros="", inputs={}, tables={}, variables={})


def by_result(findings: Sequence[Finding], result: str) -> list[str]:
    """The checks that ended so, with their scopes."""
    return [f"{f.check} {f.scope}".rstrip() for f in findings if f.result == result]


def the(findings: Sequence[Finding], check: str, scope: str = "") -> Finding:
    """The one finding on `check` and `scope`."""
    (found,) = [f for f in findings if (f.check, f.scope) == (check, scope)]
    return found
