"""Logs read by people or by programs."""

import json
import logging
import sys

from statuspage.logs import JsonFormatter


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    return logging.LogRecord("statuspage.x", logging.WARNING, "x.py", 1, message, args, more.get("exc_info"))  # type: ignore[arg-type]


def test_a_line_of_json_has_its_time_level_and_message():
    line = JsonFormatter().format(record("incident %s", "k8x\n2"))

    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"]) == (
        "warning",
        "statuspage.x",
        "incident k8x\n2",
    )
    assert found["at"].endswith("+00:00")
    assert "\n" not in line


def test_a_line_of_json_carries_the_exception():
    try:
        raise ValueError("broken")
    except ValueError:
        line = JsonFormatter().format(record("failed", exc_info=sys.exc_info()))

    assert "ValueError: broken" in json.loads(line)["exception"]
