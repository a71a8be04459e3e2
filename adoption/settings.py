"""The configuration file as frozen, validated values; every problem is a ConfigError that says how.

msgspec checks types and ranges: it loads in milliseconds, so that `status` and `query` stay quick.
"""

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from adoption.errors import ConfigError

Language = Literal["nb", "nn", "en"]
Channel = Literal["teams", "viva_engage", "sharepoint"]

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_RETENTION = 56
"""Days: `falling` compares a window of 28 days with the 28 days before it."""
_MAIL_ADDRESS = re.compile(r"""[^\s@,;:<>()"]+@[^\s@,;:<>()"]+""")
_UNIT_ATTRIBUTE = re.compile(
    r"department|companyName|officeLocation|employeeOrgData\.(division|costCenter)"
    r"|onPremisesExtensionAttributes\.extensionAttribute([1-9]|1[0-5])"
)


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Organisation(_Section, frozen=True):
    name: str
    language: Language = "nb"
    timezone: str = "Europe/Oslo"


class Graph(_Section, frozen=True):
    tenant_id: str = ""
    client_id: str = ""
    endpoint: str = "https://graph.microsoft.com/v1.0"
    requests_per_10_minutes: Annotated[int, msgspec.Meta(ge=0)] = 12
    limit_window_seconds: Annotated[float, msgspec.Meta(gt=0)] = 600.0
    unit_attribute: str = "department"


class Storage(_Section, frozen=True):
    home: str = "data"


class Exclusion(_Section, frozen=True):
    """Accounts that are not persons: every key given must match, as a case-insensitive glob."""

    upn: str | None = None
    department: str | None = None
    employee_type: str | None = None
    job_title: str | None = None


class Units(_Section, frozen=True):
    register: str | None = None
    exclude: tuple[Exclusion, ...] = ()
    headcount: str | None = None


class Channels(_Section, frozen=True):
    use: tuple[Channel, ...] = ("teams", "viva_engage", "sharepoint")
    leadership: tuple[Channel, ...] = ("viva_engage", "sharepoint")


class Calendar(_Section, frozen=True):
    country: str = "NO"
    closed: tuple[tuple[dt.date, dt.date], ...] = ()


class Flags(_Section, frozen=True):
    target: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.60
    fall_points: Annotated[float, msgspec.Meta(gt=0, lt=100)] = 10.0
    min_not_reached: Annotated[int, msgspec.Meta(ge=1)] = 10


class Privacy(_Section, frozen=True):
    min_group: Annotated[int, msgspec.Meta(ge=5)] = 10
    retention_days: int = 400


class Trust(_Section, frozen=True):
    """Limits beyond which figures are held back; the defaults are those of the definitions."""

    min_match_share: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.95
    usual_share: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.70
    total_gap: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.02
    total_gap_people: Annotated[int, msgspec.Meta(ge=0)] = 5
    stale_after_days: Annotated[int, msgspec.Meta(ge=3)] = 7
    blank_unit_share: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.20
    bearable_days: Annotated[int, msgspec.Meta(ge=0, lt=28)] = 4


class Mail(_Section, frozen=True, rename={"sender": "from"}):
    """Where the message of a night is mailed to; no host, no mail."""

    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    sender: str = ""
    to: tuple[str, ...] = ()
    user: str = ""
    starttls: bool = True


class Settings(_Section, frozen=True):
    """`config/adoption.toml`, checked; paths of lists are resolved against its folder."""

    organisation: Organisation
    graph: Graph = Graph()
    storage: Storage = Storage()
    units: Units = Units()
    channels: Channels = Channels()
    calendar: Calendar = Calendar()
    flags: Flags = Flags()
    privacy: Privacy = Privacy()
    trust: Trust = Trust()
    message: Mail = Mail()
    folder: str = ""

    @property
    def home(self) -> Path:
        return Path(self.storage.home)

    @property
    def register_path(self) -> Path | None:
        return Path(self.folder) / self.units.register if self.units.register else None

    @property
    def headcount_path(self) -> Path | None:
        return Path(self.folder) / self.units.headcount if self.units.headcount else None


def load_settings(path: Path, *, home: str | None = None) -> Settings:
    """The settings in the TOML file at `path`; `home` overrides `[storage] home`.

    Raises ConfigError: unreadable file, unknown key (with the nearest known one), wrong value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"No configuration at {path}. Run 'adoption init' to write one to fill in, or name "
            "another with --config or ADOPTION_CONFIG."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read the configuration {path}: {error}.") from error
    return parse_settings(text, source=str(path), folder=str(path.parent), home=home)


def parse_settings(
    text: str, *, source: str = "configuration", folder: str = "", home: str | None = None
) -> Settings:
    """The settings in `text`, TOML as the contract gives it; raises ConfigError naming `source`."""
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is not valid TOML: {error}.") from error
    _refuse_unknown_keys(values, Settings, source)
    try:
        settings = msgspec.convert({**values, "folder": folder}, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {_readable(str(error))}.") from error
    if home is not None:
        storage = msgspec.structs.replace(settings.storage, home=home)
        settings = msgspec.structs.replace(settings, storage=storage)
    _check_values(settings, source)
    return settings


def _refuse_unknown_keys(
    values: Mapping[str, Any], section: Any, source: str, at: str = ""
) -> None:
    known = {f.encode_name: f.type for f in msgspec.structs.fields(section) if f.name != "folder"}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise ConfigError(f"{source}: unknown key '{at}{key}'. Did you mean '{at}{near}'?")
        kind = known[key]
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            _refuse_unknown_keys(value, kind, source, f"{at}{key}.")
        if section is Units and key == "exclude" and isinstance(value, list):
            for rule in filter(lambda rule: isinstance(rule, dict), value):
                _refuse_unknown_keys(rule, Exclusion, source, "units.exclude.")


def _readable(message: str) -> str:
    return re.sub(r" - at `\$\.?([^`]*)`", r" (at '\1')", message)


def _check_values(settings: Settings, source: str) -> None:
    outside = set(settings.channels.leadership) - set(settings.channels.use)
    if outside or not settings.channels.leadership:
        raise ConfigError(
            f"{source}: 'channels.leadership' must name at least one channel, each of them also "
            f"in 'channels.use'; not in use: {', '.join(sorted(outside)) or 'none'}."
        )
    if not _UNIT_ATTRIBUTE.fullmatch(settings.graph.unit_attribute):
        raise ConfigError(
            f"{source}: 'graph.unit_attribute' is '{settings.graph.unit_attribute}'. Use "
            "department, companyName, officeLocation, employeeOrgData.division, "
            "employeeOrgData.costCenter or onPremisesExtensionAttributes.extensionAttribute1 to 15."
        )
    if settings.privacy.retention_days < SHORTEST_RETENTION:
        raise ConfigError(
            f"{source}: 'privacy.retention_days' is {settings.privacy.retention_days}; it must be "
            f">= {SHORTEST_RETENTION} days: figures rest on windows of 28 days, each is compared "
            "with the 28 days before it, and Graph can change a day for 28 days."
        )
    if settings.units.headcount and not settings.units.register:
        raise ConfigError(
            f"{source}: 'units.headcount' needs 'units.register', whose names its lines go by."
        )
    for rule in settings.units.exclude:
        if not any((rule.upn, rule.department, rule.employee_type, rule.job_title)):
            raise ConfigError(f"{source}: a rule in 'units.exclude' is empty: it would match all.")
    for first, last in settings.calendar.closed:
        if last < first:
            raise ConfigError(
                f"{source}: 'calendar.closed' has a period that ends ({last}) "
                f"before it begins ({first})."
            )
    if "://" in settings.storage.home:
        raise ConfigError(
            f"{source}: 'storage.home' is an address; this version keeps its files in a folder."
        )
    check_endpoint(settings.graph.endpoint, source)
    if settings.message != Mail():
        _check_mail(settings.message, source)


def _check_mail(mail: Mail, source: str) -> None:
    if not (mail.host and mail.sender and mail.to):
        raise ConfigError(
            f"{source}: [message] needs 'host', 'from' and 'to', or leave the section out."
        )
    for address in (mail.sender, *mail.to):
        if not _MAIL_ADDRESS.fullmatch(address):
            raise ConfigError(
                f"{source}: '{address}' in [message] is no mail address. Write name@example.org."
            )
    if not mail.starttls and mail.host not in LOOPBACK_HOSTS:
        raise ConfigError(
            f"{source}: 'message.starttls' may be false only for a mail server on this machine "
            "(127.0.0.1): the message, and the password, would go out in the clear."
        )


def check_endpoint(endpoint: str, source: str) -> None:
    """Refuses an endpoint that is neither https nor http on the loopback (ConfigError)."""
    if not is_safe_endpoint(endpoint):
        raise ConfigError(
            f"{source}: 'graph.endpoint' is '{endpoint}'. It must be https; http is "
            "allowed only for a service on this machine (127.0.0.1)."
        )


def is_safe_endpoint(address: str) -> bool:
    """Whether `address` is https, or http on the loopback."""
    try:
        parts = urlsplit(address)
        if parts.port == 0:
            return False
    except ValueError:  # a host or a port that is none
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
