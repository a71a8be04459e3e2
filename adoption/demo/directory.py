"""A World's directory, products and settings as Microsoft Graph words them in JSON."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from adoption.demo.render import Refused, service_plans, to_json
from adoption.demo.world import Account, Sku

_SERVICES = {"teams": "TeamspaceAPI", "viva_engage": "YammerEnterprise", "sharepoint": "SharePoint"}
_DEFAULT_PROPERTIES = (
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone"),
    *("officeLocation", "preferredLanguage", "surname", "userPrincipalName"),
)


def render_users(
    accounts: Sequence[Account], query: Mapping[str, str], *, endpoint: str, page_size: int
) -> bytes:
    """One page of `/users`, with the next one's link; raises Refused on what is not served."""
    if strange := query.keys() - {"$select", "$top", "$skiptoken"}:
        raise Refused(400, "BadRequest", f"Not served here: {', '.join(sorted(strange))}.")
    top = query.get("$top", "100")
    if not (top.isdecimal() and 1 <= int(top) <= 999):
        raise Refused(400, "Request_UnsupportedQuery", f"Invalid page size specified: '{top}'.")
    properties = query["$select"].split(",") if "$select" in query else _DEFAULT_PROPERTIES
    start = _page_start(query.get("$skiptoken"))
    end = start + min(int(top), page_size)
    page: dict[str, object] = {"@odata.context": f"{endpoint}/$metadata#users"}
    if end < len(accounts):
        after = urlencode({**query, "$skiptoken": f"m~{end:08x}"}, safe="$,~")
        page["@odata.nextLink"] = f"{endpoint}/users?{after}"
    users = map(_user, accounts[start:end])
    return to_json({**page, "value": [_selected(user, properties) for user in users]})


def _page_start(skiptoken: str | None) -> int:
    if skiptoken is None:
        return 0
    try:
        return int(skiptoken.removeprefix("m~"), 16)
    except ValueError as error:
        raise Refused(400, "Directory_ExpiredPageToken", "The page token is not valid.") from error


def _selected(user: Mapping[str, object], properties: Iterable[str]) -> Mapping[str, object]:
    try:
        return {name: user[name] for name in properties}
    except KeyError as error:
        text = f"Could not find a property named {error} on type 'microsoft.graph.user'."
        raise Refused(400, "BadRequest", text) from error


def _user(account: Account) -> Mapping[str, object]:
    return {
        **dict.fromkeys(("givenName", "surname", "mobilePhone", "preferredLanguage")),
        **dict.fromkeys(("companyName", "officeLocation", "employeeId", "employeeOrgData")),
        "onPremisesExtensionAttributes": None,
        "businessPhones": [],
        "id": account.id,
        "userPrincipalName": account.upn,
        "mail": account.upn,
        "displayName": account.display_name,
        "jobTitle": account.job_title,
        "department": account.department,
        "employeeType": account.employee_type,
        "accountEnabled": account.enabled,
        "userType": account.user_type,
        "assignedPlans": [
            {
                "assignedDateTime": "2024-08-15T06:00:00Z",
                "capabilityStatus": status,
                "service": _SERVICES.get(
                    service_plans().get(plan.lower()) or "", "MicrosoftOffice"
                ),
                "servicePlanId": plan,
            }
            for plan, status in account.plans
        ],
    }


def render_skus(skus: Sequence[Sku]) -> bytes:
    """`/subscribedSkus`: what the tenant bought, and which plans come with it."""
    return to_json({"value": [_sku(sku) for sku in skus]})


def _sku(sku: Sku) -> Mapping[str, object]:
    return {
        "skuId": sku.sku_id,
        "skuPartNumber": sku.part_number,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": sku.consumed,
        "prepaidUnits": {"enabled": sku.enabled, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": [
            {
                "servicePlanId": plan,
                "servicePlanName": name,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
            for plan, name in sku.plans
        ],
    }


def render_settings(*, concealed: bool) -> bytes:
    """`/admin/reportSettings`; true means hidden, in spite of the property's name."""
    return to_json({"displayConcealedNames": concealed})
