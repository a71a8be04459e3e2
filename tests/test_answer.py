"""An answer as text: nothing cut, nothing rounded, and unknown is told from zero."""

import csv
import datetime as dt
import io
import json
import os
import pty
import re
import struct
import sys
from decimal import Decimal

import pytest

from adoption.answer import Answer, render_csv, render_json, render_table
from adoption.errors import ConfigError

if sys.platform != "win32":
    import fcntl
    import termios

UNITS = Answer(
    ("unit", "reach_rate", "staff", "window_end"),
    (("Skole", 2 / 3, 10, dt.date(2026, 11, 22)), ('Æsker, "A"', None, None, None)),
)


def test_a_table_is_padded_numbers_stand_to_the_right_and_nothing_is_cut() -> None:
    assert render_table(UNITS) == (
        "unit                reach_rate  staff  window_end\n"
        "----------  ------------------  -----  ----------\n"
        "Skole       0.6666666666666666     10  2026-11-22\n"
        'Æsker, "A"                NULL   NULL  NULL\n'
        "(2 rows)\n"
    )


def test_what_is_nearly_nothing_is_not_shown_as_nothing() -> None:
    answer = Answer(("a", "b", "c"), ((0.00001, 0.0, Decimal("1.50")),))

    assert render_table(answer).splitlines()[2] == "1e-05  0.0  1.50"


def test_a_cell_is_one_line_and_cannot_steer_a_terminal() -> None:
    answer = Answer(("unit",), (("a\nb\x1b[31m",),))

    assert render_table(answer).splitlines()[2] == "a b [31m"


def test_csv_is_quoted_where_needed_and_null_is_empty() -> None:
    assert render_csv(UNITS) == (
        "unit,reach_rate,staff,window_end\r\n"
        "Skole,0.6666666666666666,10,2026-11-22\r\n"
        '"Æsker, ""A""",,,\r\n'
    )


def test_csv_comes_back_as_it_was() -> None:
    cells = ['a"b', "c,d", "e\r\nf", "", "g;h", "æ"]

    text = render_csv(Answer(tuple("abcdef"), (cells,)))

    assert list(csv.reader(io.StringIO(text, newline=""))) == [list("abcdef"), cells]


def test_lists_truth_and_instants_are_written_for_programs() -> None:
    row = (["active", "reached"], {"x": None}, True, dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC))

    assert render_csv(Answer(tuple("abcd"), (row,))).splitlines()[1] == (
        '"[""active"",""reached""]","{""x"":null}",true,2026-01-02T03:00:00+00:00'
    )


def test_json_is_a_list_of_objects_with_null_for_unknown() -> None:
    text = render_json(UNITS)

    assert json.loads(text) == [
        {"unit": "Skole", "reach_rate": 2 / 3, "staff": 10, "window_end": "2026-11-22"},
        {"unit": 'Æsker, "A"', "reach_rate": None, "staff": None, "window_end": None},
    ]
    assert "Æsker" in text


def test_json_has_numbers_for_numbers_and_null_for_what_is_none() -> None:
    row = (Decimal("1.5"), 2**70, float("nan"), [float("inf"), 1.0], {"x": float("nan")})

    assert json.loads(render_json(Answer(tuple("abcde"), (row,)))) == [
        {"a": 1.5, "b": 2**70, "c": None, "d": [None, 1.0], "e": {"x": None}}
    ]


def test_two_columns_of_one_name_are_no_object() -> None:
    with pytest.raises(ConfigError, match="^Two columns are named a;"):
        render_json(Answer(("a", "b", "a"), ((1, 2, 3),)))


def test_no_rows_are_an_answer_too() -> None:
    nothing = Answer(("x",), ())

    assert (render_table(nothing), render_csv(nothing), render_json(nothing)) == (
        "x\n-\n(0 rows)\n",
        "x\r\n",
        "[]\n",
    )


SHOW = """
import sys
from adoption.answer import Answer, write_answer
write_answer(eval(sys.argv[1]), "table", sys.stdout)
"""


def on_a_terminal(columns: int, answer: str) -> list[str]:
    """The lines, without colours, that a terminal of so many columns is given for `answer`."""
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        plain = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        environ = {**plain, "TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-c", SHOW, answer], environ)
    text = b""
    try:
        while piece := os.read(screen, 65536):
            text += piece
    except OSError:  # what Linux says when the other end is gone
        pass
    os.waitpid(pid, 0)
    os.close(screen)
    lines = re.sub(r"\x1b\[[\d;]*m", "", text.decode()).splitlines()
    return [line.rstrip() for line in lines]


def test_on_a_terminal_text_wraps_and_numbers_do_not() -> None:
    drawn = on_a_terminal(
        45,
        "Answer(('staff', 'advice'), ((10, 'Create the accounts that are missing.'), (2, None)))",
    )

    assert drawn == [
        "staff   advice",
        "─" * 45,
        "   10   Create the accounts that are missing.",
        "    2   NULL",
        "(2 rows)",
    ]
    narrow = on_a_terminal(
        34, "Answer(('staff', 'advice'), ((10, 'Create the accounts that are missing.'),))"
    )
    assert narrow[2:] == [
        "   10   Create the accounts that",
        "        are missing.",
        "(1 row)",
    ]


def test_where_a_terminal_is_too_narrow_each_row_is_a_record() -> None:
    drawn = on_a_terminal(30, "Answer(('reach_low', 'reach_high', 'unit'), ((2/3, 8/9, 'Skole'),))")

    assert drawn == [
        "reach_low   0.6666666666666666",
        "reach_high  0.8888888888888888",
        "unit        Skole",
        "",
        "(1 row)",
    ]


def test_a_terminal_is_given_the_first_rows_and_told_of_the_others() -> None:
    drawn = on_a_terminal(80, "Answer(('n',), tuple((n,) for n in range(250)))")

    assert len(drawn) == 103
    assert drawn[-2:] == ["99", "(250 rows, the first 100 shown; a file has all)"]
