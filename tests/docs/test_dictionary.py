"""The pages in `docs/`: never stale, nothing left out, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from adoption import resources
from adoption.catalog import Column, Report
from adoption.dictionary import fill, method_parts, render_dictionary
from adoption.errors import ContractError
from adoption.models import parse_model
from tests.docs.pages import DOCS, METHOD, pages
from tests.tables import models

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
MOVES = parse_model(
    """\
-- One move of people. Whole or not at all.
--
-- grain: unit_id, day
-- column unit_id: The unit.
-- column day: The day of the move.
-- column moved: People | moved.
-- fail: moved >= 0
-- warn: moved < 99
select 1
""",
    Path("marts/moves.sql"),
)
POSTS = Report(
    name="posts",
    title="Who posted",
    function="getPosts",
    channel="viva_engage",
    grain="person_day",
    period="D180",
    conversational=True,
    columns={
        "User Principal Name": Column(
            type="upn", name="upn_id", heading="User Principal Name", required=True
        ),
        "Posts": Column(
            type="count",
            name="post_count",
            heading="Posts",
            role="contribute",
            counts="post_count",
            aliases=("Posted",),
        ),
        "Products": Column(type="drop", name="products", heading="Products"),
    },
)


def parts_of(method: str = "", example: str = "") -> dict[str, list[str]]:
    """The generated parts, each as the rows of its table without its head."""
    parts = method_parts(
        method,
        models=[MOVES],
        catalog={"posts": POSTS},
        plans='[teams]\nT1 = "57"',
        example=example,
    )
    return {name: text.splitlines()[2:] for name, text in parts.items()}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_generated_page_is_what_the_code_says_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], (
        f"docs/{path.name} is stale. Run 'make docs' and commit what it writes."
    )


def test_every_mart_and_each_of_its_columns_stands_on_both_pages() -> None:
    marts = [model for model in models().values() if model.schema == "marts"]
    method, dictionary = pages().values()

    assert [m.name for m in marts if f"### `{m.name}`" not in dictionary] == []
    assert [m.name for m in marts if f"[{m.name}](dictionary.md#" not in method] == []
    assert [c for m in marts for c in m.columns if f"\n| `{c}` |" not in method] == []


def test_every_link_in_the_documents_leads_to_a_page_and_a_heading_that_are_there() -> None:
    readme = resources.ROOT / "README.md"

    assert [
        f"{page.name}: {link}"
        for page in (readme, *DOCS.glob("*.md"))
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not leads_somewhere(page, link)
    ] == []


def leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if "://" in link or not target.is_file():
        return "://" in link
    headings = HEADING.findall(target.read_text(encoding="utf-8"))
    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return not anchor or anchors.count(anchor) == 1


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    page = (
        "Ours.\n<!-- generated: a -->\nold\nold\n<!-- end -->\n<!-- generated: b -->\n<!-- end -->"
    )

    filled = fill(page, {"a": "new", "b": "more"})

    assert filled == (
        "Ours.\n<!-- generated: a -->\nnew\n<!-- end -->\n<!-- generated: b -->\nmore\n<!-- end -->"
    )
    assert fill(filled, {"a": "new", "b": "more"}) == filled


def test_a_mark_that_names_no_part_is_refused() -> None:
    with pytest.raises(ContractError, match="'c'. There are: a, b"):
        fill("<!-- generated: c -->\n<!-- end -->", {"b": "", "a": ""})


def test_a_mart_is_described_by_its_header_and_the_types_of_its_build() -> None:
    types = {"marts.moves": {"unit_id": "VARCHAR", "day": "DATE", "moved": "BIGINT"}}

    page = render_dictionary([MOVES], {}, types)

    assert section(page, "### `marts.moves`") == [
        "One move of people. Whole or not at all.",
        "| column | type | meaning |",
        "| --- | --- | --- |",
        "| `unit_id` | varchar | The unit. |",
        "| `day` | date | The day of the move. |",
        "| `moved` | bigint | People \\| moved. |",
        "- one row for each `unit_id`, `day`, never two",
        "- fails the build unless `moved >= 0`",
        "- warns unless `moved < 99`",
    ]


def test_a_report_is_described_by_its_entry_in_the_catalog() -> None:
    page = render_dictionary([], {"posts": POSTS}, {})

    assert section(page, "### `posts`") == [
        "Who posted.",
        "`getPosts`, viva_engage; one row per person; asked for day by day, and for 180 days to "
        "learn when each was last active.",
        "| column | type | Microsoft's heading | role | required |",
        "| --- | --- | --- | --- | --- |",
        "| `period_days` | int16 | – |  |  |",
        "| `identity_class` | string | – |  |  |",
        "| `upn_id` | pseudonym | User Principal Name |  | yes |",
        "| `post_count` | int32 | Posts / Posted | contribute |  |",
        "Read, but not stored: Products.",
    ]


def section(page: str, heading: str) -> list[str]:
    """The lines under `heading` up to the next one, without the blank ones."""
    text = page.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    return [line for line in text.splitlines() if line]


def test_a_column_leads_to_the_first_heading_that_names_it() -> None:
    method = "## Moves: `moved`\n### More of `moved`\n#### `day`\n"

    assert parts_of(method)["numbers"] == [
        "| `unit_id` | [marts.moves](dictionary.md#martsmoves) | – |",
        "| `day` | [marts.moves](dictionary.md#martsmoves) | – |",
        "| `moved` | [marts.moves](dictionary.md#martsmoves) | [Moves](#moves-moved) |",
    ]


def test_a_counter_says_what_it_makes_of_a_person_and_what_it_is_held_against() -> None:
    parts = parts_of()

    assert parts["counters"] == [
        "| Viva Engage | Posts | `post_count` | contribute | active, received, contributed |"
    ]
    assert parts["totals"] == ["| Viva Engage | Posts | `post_count` |"]
    assert parts["plans"] == ["| Teams | T1 | `57` |"]


def test_a_limit_has_its_default_and_bounds_from_the_settings_and_its_words_from_the_example() -> (
    None
):
    example = """\
[flags]  # about flags
target = 0.9      # surely below
# fall_points = 3
[organisation]
name = "Here"     # a name
"""

    assert parts_of(example=example)["limits"] == [
        "| `[flags] target` | 0.6 | above 0, below 1 | surely below |",
        "| `[flags] fall_points` | 10 | above 0, below 100 | – |",
    ]


def test_the_method_page_has_each_part_that_can_be_generated() -> None:
    method = METHOD.read_text(encoding="utf-8")

    assert sorted(re.findall(r"<!-- generated: (\S+) -->", method)) == sorted(parts_of())
