"""Pages of `/users` and `/subscribedSkus` as plain accounts and products.

The JSON is read by msgspec and not by the SDK's models: those take 10 s for a page of 999 users
with 40 service plans each (msgraph-sdk 1.65, measured), a quarter of an hour for 100 000.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from adoption.directory import DirectoryAccount, SubscribedSku
from adoption.errors import ContractError

PAGE_SIZE = 999
"""The most that `$top` may ask for on /users."""

T = TypeVar("T")


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    pass


class _Plan(_Record, frozen=True):
    service_plan_id: str = ""
    capability_status: str | None = None
    service_plan_name: str | None = None


class _User(_Record, frozen=True):
    id: str
    user_principal_name: str | None = None
    account_enabled: bool | None = None
    user_type: str | None = None
    department: str | None = None
    company_name: str | None = None
    office_location: str | None = None
    employee_org_data: dict[str, str | None] | None = None
    on_premises_extension_attributes: dict[str, str | None] | None = None
    employee_type: str | None = None
    job_title: str | None = None
    assigned_plans: tuple[_Plan, ...] | None = None


class _Units(_Record, frozen=True):
    enabled: int | None = None


class _Sku(_Record, frozen=True):
    sku_id: str
    sku_part_number: str | None = None
    capability_status: str | None = None
    consumed_units: int | None = None
    prepaid_units: _Units | None = None
    service_plans: tuple[_Plan, ...] | None = None


class _UserPage(_Record, frozen=True):
    value: tuple[_User, ...]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


class _SkuPage(_Record, frozen=True):
    value: tuple[_Sku, ...]


class _ReportSettings(_Record, frozen=True):
    display_concealed_names: bool


def selected(unit_attribute: str) -> list[str]:
    """The properties to ask of /users for; a name or a mail address is never among them.

    Only a whole employeeOrgData or onPremisesExtensionAttributes can be selected. Department,
    account state and plans come with $select only (Graph, user: list).
    """
    properties = [
        *("id", "userPrincipalName", "accountEnabled", "userType", "department"),
        *("employeeType", "jobTitle", "assignedPlans"),
    ]
    root = unit_attribute.partition(".")[0]
    return properties if root in properties else [*properties, root]


def parse_accounts(
    body: bytes, unit_attribute: str
) -> tuple[tuple[DirectoryAccount, ...], str | None]:
    """One page's accounts and the next page's address; raises ContractError on another shape.

    `unit_attribute` says where a unit's name is, `employeeOrgData.division` for one.
    """
    page = _decoded(body, _UserPage, "user list")
    unit_value = _reader(unit_attribute)
    return tuple(_account(user, unit_value(user)) for user in page.value), page.next_link


def parse_skus(body: bytes) -> tuple[SubscribedSku, ...]:
    """The products of the tenant; raises ContractError on another shape."""
    return tuple(_sku(sku) for sku in _decoded(body, _SkuPage, "product list").value)


def parse_names_are_concealed(body: bytes) -> bool:
    """Whether reports hide names; raises ContractError on another shape.

    In `displayConcealedNames` true means hidden (Graph, adminReportSettings).
    """
    return _decoded(body, _ReportSettings, "report settings").display_concealed_names


def _decoded(body: bytes, shape: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise ContractError(
            f"Graph's {what} is not of the agreed shape: {error}. Run 'adoption check'; if it "
            "finds nothing, Graph has changed and the program must follow."
        ) from error


def _reader(unit_attribute: str) -> Callable[[_User], str | None]:
    names = {field.encode_name: field.name for field in msgspec.structs.fields(_User)}
    root, _, key = unit_attribute.partition(".")
    name = names[root]

    def unit_value(user: _User) -> str | None:
        value = getattr(user, name)
        return (value or {}).get(key) if key else value

    return unit_value


def _account(user: _User, unit_value: str | None) -> DirectoryAccount:
    return DirectoryAccount(
        id=user.id,
        upn=user.user_principal_name or "",
        enabled=user.account_enabled is not False,
        user_type=user.user_type,
        unit_value=unit_value,
        department=user.department,
        employee_type=user.employee_type,
        job_title=user.job_title,
        plans=_plans(user),
    )


def _plans(user: _User) -> tuple[tuple[str, str], ...] | None:
    """Graph writes an empty list for whoever has none; a list that is left out tells nothing."""
    if user.assigned_plans is None:
        return None
    return tuple(
        (plan.service_plan_id.lower(), plan.capability_status or "") for plan in user.assigned_plans
    )


def _sku(sku: _Sku) -> SubscribedSku:
    return SubscribedSku(
        sku_id=sku.sku_id.lower(),
        part_number=sku.sku_part_number or "",
        capability_status=sku.capability_status or "",
        consumed=sku.consumed_units or 0,
        enabled=(sku.prepaid_units.enabled or 0) if sku.prepaid_units else 0,
        plans=tuple(
            (plan.service_plan_id.lower(), plan.service_plan_name or "")
            for plan in sku.service_plans or ()
        ),
    )
