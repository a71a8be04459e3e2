"""The directory as the lake keeps it: who is excluded, which plans count, and no names."""

import unicodedata
from dataclasses import replace

import pyarrow as pa
import pytest

from adoption.directory import (
    ACCOUNTS,
    PLAN_SETS,
    SKUS,
    DirectoryAccount,
    SubscribedSku,
    accounts_table,
    clean_name,
    name_key,
    plan_set_id,
    plan_sets_table,
    skus_table,
)
from adoption.identity import pseudonym
from adoption.settings import Exclusion

KEY = b"0123456789abcdef"
ANN = DirectoryAccount(
    id="id-ann",
    upn="Ann@fjordvik.no",
    enabled=True,
    user_type="Member",
    unit_value="  Skole  og\u00a0oppvekst ",
    department="Skole",
    employee_type="Fast",
    job_title="Lærer",
    plans=(("PLAN-B", "Enabled"), ("plan-a", "Warning"), ("plan-c", "Suspended")),
)
BOB = replace(ANN, id="id-bob", upn="bob@fjordvik.no", enabled=False, unit_value=None, plans=())


def excluded(account: DirectoryAccount, *rules: Exclusion) -> list[bool]:
    table = accounts_table([account], key=KEY, exclude=rules)
    return list(table["is_excluded"].to_pylist())


def test_an_account_is_a_row_of_pseudonyms_a_unit_and_a_plan_set() -> None:
    table = accounts_table([ANN], key=KEY, exclude=[])

    assert table.schema == ACCOUNTS
    assert table.to_pylist() == [
        {
            "person_id": pseudonym(KEY, "object_id", "id-ann"),
            "upn_id": pseudonym(KEY, "upn", "ann@fjordvik.no"),
            "account_class": "member",
            "is_enabled": True,
            "is_excluded": False,
            "unit_key": "skole og oppvekst",
            "unit_value": "Skole og oppvekst",
            "plan_set_id": plan_set_id(("plan-a", "plan-b")),
        }
    ]


def test_the_order_in_which_graph_lists_accounts_does_not_matter() -> None:
    there = accounts_table([ANN, BOB], key=KEY, exclude=[])

    assert there.equals(accounts_table([BOB, ANN], key=KEY, exclude=[]))
    assert there.num_rows == 2


def test_a_directory_of_nobody_has_the_declared_columns() -> None:
    assert accounts_table([], key=KEY, exclude=[]).equals(ACCOUNTS.empty_table())


@pytest.mark.parametrize(
    ("user_type", "kind"),
    [("Guest", "guest"), ("guest", "guest"), ("Member", "member"), (None, "member")],
)
def test_an_account_without_a_user_type_is_a_member(user_type: str | None, kind: str) -> None:
    table = accounts_table([replace(ANN, user_type=user_type)], key=KEY, exclude=[])

    assert table["account_class"].to_pylist() == [kind]


@pytest.mark.parametrize(
    ("rule", "is_excluded"),
    [
        (Exclusion(upn="ann@*"), True),
        (Exclusion(upn="ANN@FJORDVIK.NO"), True),
        (Exclusion(upn="nn@*"), False),
        (Exclusion(job_title="lær*"), True),
        (Exclusion(employee_type="FAST"), True),
        (Exclusion(department="skole"), True),
        (Exclusion(department="skole og*"), False),
        (Exclusion(upn="ann@*", job_title="Vikar*"), False),
        (Exclusion(upn="ann@*", job_title="L*", department="S*", employee_type="f?st"), True),
    ],
)
def test_a_rule_excludes_where_all_its_keys_match_as_globs(
    rule: Exclusion, is_excluded: bool
) -> None:
    assert excluded(ANN, rule) == [is_excluded]


def test_one_rule_that_matches_is_enough() -> None:
    assert excluded(ANN, Exclusion(upn="svc-*"), Exclusion(job_title="lærer")) == [True]


def test_a_blank_attribute_matches_no_pattern_but_the_one_for_anything() -> None:
    nobody = replace(ANN, job_title=None)

    assert excluded(nobody, Exclusion(job_title="Vikar*")) == [False]
    assert excluded(nobody, Exclusion(job_title="*")) == [True]


def test_two_spellings_of_a_unit_have_one_key() -> None:
    spellings = ["Åsen Skole", " åsen\tskole", unicodedata.normalize("NFD", "ÅSEN  skole")]

    assert {name_key(text) for text in spellings} == {"åsen skole"}
    assert [clean_name(text) for text in spellings] == ["Åsen Skole", "åsen skole", "ÅSEN skole"]
    assert (clean_name(None), name_key("  ")) == ("", "")


def test_only_enabled_and_warning_plans_are_usable_and_a_set_is_listed_once() -> None:
    table = plan_sets_table([ANN, replace(ANN, plans=(ANN.plans or ())[::-1]), BOB])

    number = plan_set_id(("plan-a", "plan-b"))
    assert table.equals(pa.table([[number, number], ["plan-a", "plan-b"]], schema=PLAN_SETS))


def test_accounts_without_plans_share_a_set_of_none() -> None:
    table = accounts_table([BOB], key=KEY, exclude=[])

    assert table["plan_set_id"].to_pylist() == [plan_set_id(())]
    assert plan_sets_table([BOB]).equals(PLAN_SETS.empty_table())


def test_a_product_is_a_row_for_each_of_its_plans() -> None:
    sku = SubscribedSku(
        "sku-1", "ENTERPRISEPACK", "Enabled", 2, 10, (("PLAN-B", "TEAMS1"), ("plan-a", "YAMMER"))
    )

    table = skus_table([sku])

    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("sku-1", "ENTERPRISEPACK", "Enabled", 2, 10, "plan-a", "YAMMER"),
        ("sku-1", "ENTERPRISEPACK", "Enabled", 2, 10, "plan-b", "TEAMS1"),
    ]
    assert skus_table([]).equals(SKUS.empty_table())
