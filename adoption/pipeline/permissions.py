"""Which of the app's permissions are missing, told before Graph is asked for anything."""

from collections.abc import Collection, Mapping

REPORTS = "reports"
DIRECTORY = "directory"
PRODUCTS = "subscribed_sku"
SETTINGS = "report_settings"
ENOUGH: Mapping[str, tuple[str, ...]] = {
    REPORTS: ("Reports.Read.All",),
    DIRECTORY: (
        "User.Read.All",
        "User.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    PRODUCTS: (
        "Organization.Read.All",
        "Organization.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
        "LicenseAssignment.Read.All",
        "LicenseAssignment.ReadWrite.All",
    ),
    SETTINGS: ("ReportSettings.Read.All", "ReportSettings.ReadWrite.All"),
}
"""Any one of them will do; the first is the least (Graph, permissions of each call)."""


def missing_permission(what: str, granted: Collection[str] | None) -> str | None:
    """What to do about the permission that `what` lacks; None where it lacks none.

    `granted` is what the access token carries, None where it does not tell: then Graph decides.
    """
    enough = ENOUGH[what]
    if granted is None or not set(enough).isdisjoint(granted):
        return None
    carried = ", ".join(sorted(granted)) or "none at all"
    return (
        f"The access token does not carry the permission {enough[0]} (it carries: {carried}), so "
        f"Graph was not asked. Give the app the application permission {enough[0]} in Entra and "
        "let an administrator consent to it; it can take some minutes to take effect."
    )
