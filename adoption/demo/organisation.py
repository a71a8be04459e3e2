"""Fjordvik kommune on paper: its units with the story each of them lives, and what it has bought.

The sizes are tuned together: planted units are spread so that no sector is behind because of them,
and in each sector a healthy unit is smaller, since privacy hides the smallest beside a hidden one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

NAME = "Fjordvik kommune"

Story = Literal[
    "healthy",  # nine in ten are reached, week in, week out
    "no_account",  # HR knows far more people than the directory
    "no_licence",  # most accounts have none that opens a leadership channel
    "never_onboarded",  # licences lately bought, hardly anybody began
    "dormant",  # all used it, until some day in the autumn
    "wrong_channel",  # busy in chat, never where leadership publishes
    "falling",  # half of those reached drop out late in the period
    "small",  # too few to show
]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit of the register; `people` work directly in it. A blank parent is a sector's."""

    name: str
    parent: str
    people: int
    sku: str = "E3"
    story: Story = "healthy"
    headcount: int | None = None
    aliases: tuple[str, ...] = ()
    weekend: float = 0.06  # chance on a day off, as a share of that on a working day
    title: str = "Rådgiver"


_CARE, _SCHOOL, _TECH = "Helse og omsorg", "Oppvekst og læring", "Teknisk og miljø"
_CULTURE, _STAFF = "Kultur og samfunn", "Organisasjon og økonomi"
_NURSE, _TEACHER, _PRESCHOOL = "Sykepleier", "Lærer", "Barnehagelærer"

UNITS: Sequence[UnitPlan] = (
    UnitPlan(_CARE, "", 6, aliases=("HO",)),
    UnitPlan(
        "Hjemmetjenesten nord", _CARE, 33, "F3", "no_licence", 36,
        ("Hjemmesykepleien nord", "HJ.TJ. Nord"), 0.3, "Helsefagarbeider",
    ),
    UnitPlan(
        "Hjemmetjenesten sør", _CARE, 16, "F3", "no_account", 37,
        ("Hjemmesykepleien sør",), 0.3, "Helsefagarbeider",
    ),
    UnitPlan("Fjordvik sykehjem", _CARE, 126, "F3", headcount=128, weekend=0.3, title=_NURSE),
    UnitPlan("Solvang omsorgssenter", _CARE, 92, "F3", weekend=0.3, title="Helsefagarbeider"),
    UnitPlan("Psykisk helse og rus", _CARE, 44, title="Vernepleier"),
    UnitPlan("Fjordvik legesenter", _CARE, 32, title="Fastlege"),
    UnitPlan("Ergo- og fysioterapi", _CARE, 18, title="Ergoterapeut"),
    UnitPlan("Barne- og familietjenesten", _CARE, 46, aliases=("Helsestasjonen",)),
    UnitPlan(_SCHOOL, "", 7),
    UnitPlan("Fjordvik ungdomsskole", _SCHOOL, 70, "E1", title=_TEACHER),
    UnitPlan("Sentrum skole", _SCHOOL, 60, "E1", headcount=62, title=_TEACHER),
    UnitPlan("Nordbygda skole", _SCHOOL, 26, "E1", "dormant", title=_TEACHER),
    UnitPlan("Strandveien skole", _SCHOOL, 50, "E1", title=_TEACHER),
    UnitPlan("Bjørkåsen barnehage", _SCHOOL, 38, "F3", title=_PRESCHOOL),
    UnitPlan("Solbakken barnehage", _SCHOOL, 24, "F3", title=_PRESCHOOL),
    UnitPlan("Eventyrskogen barnehage", _SCHOOL, 40, "F3", title=_PRESCHOOL),
    UnitPlan("PP-tjenesten", _SCHOOL, 17, aliases=("PPT",)),
    UnitPlan(_TECH, "", 5),
    UnitPlan(
        "Kommunalteknikk drift", _TECH, 26, "F3", "wrong_channel",
        aliases=("Uteseksjonen",), title="Fagarbeider",
    ),
    UnitPlan("Vann og avløp", _TECH, 18, "F3", title="Driftsoperatør"),
    UnitPlan("Plan og byggesak", _TECH, 34),
    UnitPlan("Eiendom og renhold", _TECH, 66, "F3", title="Renholder"),
    UnitPlan("Brann og redning", _TECH, 36, "F3", weekend=0.3, title="Brannkonstabel"),
    UnitPlan(_CULTURE, "", 5),
    UnitPlan("Fjordvik bibliotek", _CULTURE, 24, title="Bibliotekar"),
    UnitPlan("Kulturskolen", _CULTURE, 34, "E1", "falling", title="Kulturskolelærer"),
    UnitPlan("Idrett og friluftsliv", _CULTURE, 28),
    UnitPlan("NAV Fjordvik", _CULTURE, 48, title="Veileder"),
    UnitPlan("Innbyggertorget", _CULTURE, 30, headcount=30),
    UnitPlan(_STAFF, "", 8, title="Kommunalsjef"),
    UnitPlan("Økonomi og innkjøp", _STAFF, 36),
    UnitPlan("HR og lønn", _STAFF, 18),
    UnitPlan("IKT", _STAFF, 29, headcount=26, aliases=("IT-avdelingen",)),
    UnitPlan("Kantine og vaktmestere", _STAFF, 20, "F1", "never_onboarded", title="Vaktmester"),
    UnitPlan("Politisk sekretariat", _STAFF, 6, story="small"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """A product of Microsoft's price list: its ids are real."""

    sku_id: str
    part_number: str
    plans: Mapping[str, str]
    """Plan name to service plan id."""


_TEAMS = {"TEAMS1": "57ff2da0-773e-42df-b2af-ffb7a2317929"}
_YAMMER = {"YAMMER_ENTERPRISE": "7547a3fe-08ee-4ccb-b430-5077c5041653"}
_ENGAGE = {"VIVAENGAGE_CORE": "a82fbf69-b4d7-49f4-83a6-915b2cf354f4"}
_WAC = {"SHAREPOINTWAC": "e95bec33-7c88-4a70-8e19-b10bd9d0c014"}
_DESKLESS = {"Deskless": "8c7d2df8-86f0-4902-b2ed-a0458298f3b3"}
_KIOSK = {
    "SHAREPOINTDESKLESS": "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9",
    "MCOIMP": "afc06cb0-b4f4-4473-8286-d644f70d8faf",
}

PRODUCTS: Mapping[str, Product] = {
    "F1": Product(
        "44575883-256e-4a79-9da4-ebe9acabe2b2", "M365_F1", {**_TEAMS, **_KIOSK, **_YAMMER}
    ),
    "F3": Product(
        "66b55226-6b4f-492c-910c-a3b7a3c9d993",
        "SPE_F1",
        {**_TEAMS, **_KIOSK, **_YAMMER, **_WAC, **_DESKLESS},
    ),
    "E1": Product(
        "18181a46-0d4e-45cd-891e-60aabd171b4e",
        "STANDARDPACK",
        {
            **_TEAMS,
            "SHAREPOINTSTANDARD": "c7699d2e-19aa-44de-8edf-1736da088ca1",
            **_YAMMER,
            **_DESKLESS,
        },
    ),
    "E3": Product(
        "05e9a617-0261-4cee-bb44-138d3ef5d965",
        "SPE_E3",
        {
            **_TEAMS,
            "SHAREPOINTENTERPRISE": "5dbe027f-2339-4123-9542-606e4d348a72",
            **_YAMMER,
            **_ENGAGE,
            **_WAC,
            **_DESKLESS,
        },
    ),
    # Opens Viva Engage by a plan that the product's list does not know: who is active with nothing
    # else must count as licensed all the same. (Plan id from Microsoft's list, unverified.)
    "VIVA": Product(
        "61902246-d7cb-453e-85cd-53ee28eec138",
        "VIVA",
        {"VIVAENGAGE_COMMUNITIES_AND_COMMUNICATIONS": "43304c6a-1d4e-4e0b-9b06-5b2a2ff58a90"},
    ),
}


def plans_of(sku: str | None, status: str = "Enabled") -> tuple[tuple[str, str], ...]:
    """(service plan id, capability status) of each plan in a product; none without a product."""
    return tuple((plan, status) for plan in PRODUCTS[sku].plans.values()) if sku else ()


def register_csv() -> str:
    """The unit register (`unit,parent,aliases,headcount`)."""
    lines = ["unit,parent,aliases,headcount"]
    lines += [
        f"{unit.name},{unit.parent},{'|'.join(unit.aliases)},{unit.headcount or ''}"
        for unit in UNITS
    ]
    return "\n".join(lines) + "\n"
