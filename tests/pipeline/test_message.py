"""News: told once to each channel, told again only when it is new, never lost, never fatal."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from adoption.exports.message import Flag, News
from adoption.pipeline.message import Told, find_news, tell_news
from adoption.settings import Mail, Organisation, Settings, Storage
from tests.exports.listening import MailServer, Workflow, mail_listening, workflow_listening
from tests.tables import VARIABLES, given, set_variables

NOW = dt.datetime(2026, 3, 2, 5, 30, tzinfo=dt.UTC)
FIRST, SECOND, THIRD = (dt.date(2026, 2, day) for day in (1, 8, 22))
OPEN = """
    unit_id | unit | flag        | opened_on  | closed_on | not_reached | reason
    nord    | Nord | not_reached | 2026-02-01 |           | 23          | no_licence
"""
CLOSED = OPEN.replace("2026-02-01 |           |", "2026-02-01 | 2026-02-22 |")
CONCEALED = """
    check_name | scope               | day        | result | value | threshold | message
    concealed  | teams_user_activity | 2026-02-28 | fail   | 1     | 0.5       | Concealed.
"""


@pytest.fixture
def workflow() -> Iterator[Workflow]:
    with workflow_listening() as listening:
        yield listening


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_listening() as listening:
        yield listening


def publish(home: Path, *, flags: str = "", quality: str = "") -> None:
    """A warehouse with the organisation's newest row, and the flags and findings drawn."""
    path = home / "warehouse" / "adoption.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        set_variables(connection, **VARIABLES)
        given(connection, "marts.unit", """
            unit_id | unit     | parent_id
            top     | Fjordvik |
            nord    | Nord     | top
        """)  # fmt: skip
        given(
            connection,
            "marts.build",
            """
            as_of      | window_end
            2026-03-01 | 2026-02-22
        """,
        )
        given(
            connection,
            "marts.unit_reach",
            """
            unit_id | unit     | window_end | status | staff | reached | reach_rate | coded
            top     | Fjordvik | 2026-02-22 | ok     | 40    | 20      | 0.5        | []
        """,
        )
        given(connection, "marts.unit_flag", flags)
        given(connection, "marts.data_quality", quality)


def tell(home: Path, *, teams: Workflow | None = None, mail: MailServer | None = None) -> list[str]:
    to = (
        Mail("127.0.0.1", mail.port, "a@b.example", ("c@b.example",), "", False) if mail else Mail()
    )
    settings = Settings(Organisation("Fjordvik", "en"), storage=Storage(str(home)), message=to)
    environ = {"ADOPTION_TEAMS_WEBHOOK": f"{teams.url}\n"} if teams else {}
    return tell_news(settings, environ=environ, now=NOW)


def headings(workflow: Workflow) -> list[list[str]]:
    """The headings of each card, which say what kind of news it brings."""
    return [
        [
            block["inlines"][0]["text"]
            for block in card["attachments"][0]["content"]["body"]
            if block.get("separator") and "What to do" not in block["inlines"][0]["text"]
        ]
        for card in workflow.cards
    ]


def test_what_is_new_is_told_once_however_often_the_night_is_run(
    tmp_path: Path, workflow: Workflow
) -> None:
    publish(tmp_path, flags=OPEN, quality=CONCEALED)

    warnings = [tell(tmp_path, teams=workflow) for _ in range(3)]

    assert warnings == [[], [], []]
    assert headings(workflow) == [["Units with new findings: 1", "Problems with the data: 1"]]


def test_a_flag_that_closes_is_told_and_a_finding_that_comes_back_is_new(
    tmp_path: Path, workflow: Workflow
) -> None:
    for flags, quality in ((OPEN, CONCEALED), (OPEN, ""), (CLOSED, ""), (CLOSED, CONCEALED)):
        publish(tmp_path, flags=flags, quality=quality)
        assert tell(tmp_path, teams=workflow) == []

    assert headings(workflow)[1:] == [
        ["Units where findings have closed: 1"],
        ["Problems with the data: 1"],
    ]


def test_what_could_not_be_sent_is_a_warning_and_is_tried_again(
    tmp_path: Path, workflow: Workflow
) -> None:
    publish(tmp_path, flags=OPEN)
    workflow.status = 503

    failed = tell(tmp_path, teams=workflow)
    workflow.status = 202
    healed = tell(tmp_path, teams=workflow)

    assert (failed, healed) == (
        ["The message (teams) was not sent; the next run tries again. The Teams workflow answered "
         "503."],
        [],
    )  # fmt: skip
    assert headings(workflow) == [["Units with new findings: 1"]]


def test_a_channel_that_fails_does_not_make_the_other_hear_it_twice(
    tmp_path: Path, workflow: Workflow, server: MailServer
) -> None:
    publish(tmp_path, flags=OPEN)
    workflow.status = 500
    tell(tmp_path, teams=workflow, mail=server)
    workflow.status = 202

    tell(tmp_path, teams=workflow, mail=server)

    assert (len(workflow.cards), len(server.mails)) == (1, 1)
    assert server.mails[0]["Subject"] == "Fjordvik: news on whom information reaches"
    assert "- Nord: Too few are reached." in server.mails[0].get_content()


def test_a_refused_address_is_a_warning_and_the_mail_is_not_sent_again(
    tmp_path: Path, workflow: Workflow, server: MailServer
) -> None:
    publish(tmp_path, flags=OPEN)
    server.unknown = frozenset({"c@b.example"})

    (warning,) = tell(tmp_path, teams=workflow, mail=server)

    assert "did not take the mail" in warning
    assert headings(workflow) == [["Units with new findings: 1"]]


def test_nothing_is_sent_or_kept_where_no_channel_is_set_up(tmp_path: Path) -> None:
    publish(tmp_path, flags=OPEN)

    assert tell(tmp_path) == []
    assert not (tmp_path / "messages").exists()


def test_without_news_there_is_no_message(tmp_path: Path, workflow: Workflow) -> None:
    publish(tmp_path)

    assert (tell(tmp_path, teams=workflow), workflow.cards) == ([], [])


@pytest.mark.parametrize("damaged", ["", "[]", '{"teams": 3}', '{"teams": {"flags": [["x"]]}}'])
def test_a_damaged_memory_sends_nothing_and_says_what_to_do(
    tmp_path: Path, workflow: Workflow, damaged: str
) -> None:
    publish(tmp_path, flags=OPEN)
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "sent.json").write_text(damaged)

    (warning,) = tell(tmp_path, teams=workflow)

    assert warning.startswith("No message was sent. What has been told cannot be read from ")
    assert workflow.cards == []


def test_a_disk_that_takes_no_memory_gets_no_message_sent(
    tmp_path: Path, workflow: Workflow
) -> None:
    publish(tmp_path, flags=OPEN)
    (tmp_path / "messages").write_text("a file in the way")

    (warning,) = tell(tmp_path, teams=workflow)

    assert warning.startswith(("The message (teams) was not sent", "No message was sent."))
    assert workflow.cards == []


def test_the_memory_holds_units_and_checks_and_nothing_else(
    tmp_path: Path, workflow: Workflow
) -> None:
    publish(tmp_path, flags=OPEN, quality=CONCEALED)
    tell(tmp_path, teams=workflow)

    assert json.loads((tmp_path / "messages" / "sent.json").read_text()) == {
        "teams": {
            "flags": [["nord", "not_reached", "2026-02-01"]],
            "failing": [["concealed", "teams_user_activity"]],
        }
    }


def flag(opened_on: dt.date, closed_on: dt.date | None = None) -> Flag:
    return Flag(
        "nord", "Nord", "not_reached", opened_on, closed_on, 40, 23, 0.425, 0.285, 0.578, [], None
    )


KNOWN = Told({("nord", "not_reached"): FIRST})


@pytest.mark.parametrize(
    ("told", "flags", "news"),
    [
        (Told(), [flag(FIRST)], News(opened=[flag(FIRST)])),
        (Told(), [flag(FIRST, SECOND)], News()),
        (KNOWN, [flag(FIRST)], News()),
        (KNOWN, [flag(SECOND)], News()),
        (KNOWN, [], News()),
        (KNOWN, [flag(FIRST, SECOND)], News(closed=[flag(FIRST, SECOND)])),
        (
            KNOWN,
            [flag(THIRD), flag(FIRST, SECOND)],
            News(opened=[flag(THIRD)], closed=[flag(FIRST, SECOND)]),
        ),
    ],
    ids=[
        "opened", "opened and closed unseen", "known", "opening moved by late figures",
        "hidden", "closed", "closed and opened again",
    ],
)  # fmt: skip
def test_news_is_what_has_not_been_told_and_nothing_twice(
    told: Told, flags: list[Flag], news: News
) -> None:
    found, known = find_news(told, flags, [])

    assert (list(found.opened), list(found.closed)) == (list(news.opened), list(news.closed))
    assert not find_news(known, flags, [])[0]


def test_a_flag_that_was_hidden_for_a_while_is_not_told_again() -> None:
    _, hidden = find_news(KNOWN, [], [])

    assert find_news(hidden, [flag(FIRST)], []) == (News([], [], []), KNOWN)
