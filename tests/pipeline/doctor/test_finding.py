"""A finding of `adoption check` as a line, as JSON, and made from an error."""

import json

from adoption.errors import PermanentError
from adoption.pipeline.doctor.finding import failed, passed, render_json, render_line, told, warned


def test_a_line_and_json_say_the_same_and_no_control_character_gets_out() -> None:
    findings = [
        passed("disk", "70.9 GB are free."),
        warned("unit values", "Known by \x1b[31mnobody.", advice="Add it.", scope="x"),
    ]

    assert [render_line(finding) for finding in findings] == [
        "ok    disk: 70.9 GB are free.",
        "WARN  unit values (x): Known by ?[31mnobody. → Add it.",
    ]
    assert json.loads(render_json(findings)) == {
        "result": "warn",
        "findings": [
            {
                "check": "disk",
                "result": "pass",
                "message": "70.9 GB are free.",
                "advice": "",
                "scope": "",
            },
            {
                "check": "unit values",
                "result": "warn",
                "message": "Known by \x1b[31mnobody.",
                "advice": "Add it.",
                "scope": "x",
            },
        ],
    }


def test_an_error_without_advice_gets_some() -> None:
    assert told("report", PermanentError("It broke.\nTwice."), advice="Ask.") == failed(
        "report", "It broke. Twice.", advice="Ask."
    )
