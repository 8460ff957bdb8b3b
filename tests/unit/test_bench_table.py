"""The benchmark's verdicts: a limit that is missed must show, and must fail the run."""

import math

import pytest

from bench.table import Row, Verdict, exit_status, table
from bench.wrk import parse

WRK = """\
Running 1s test @ http://127.0.0.1:9100/
  1 threads and 64 connections
  Latency Distribution
     50%    1.20ms
     99%   {p99}
  42000 requests in 1.00s, 100.00MB read
{trouble}Requests/sec:  41999.50
"""


@pytest.mark.parametrize(
    ("value", "limits", "verdict"),
    [
        (0.5, {"at_least": 0.5}, Verdict.HOLDS),
        (0.499, {"at_least": 0.5}, Verdict.FAILS),
        (1.5, {"at_most": 1.5}, Verdict.HOLDS),
        (1.501, {"at_most": 1.5}, Verdict.FAILS),
        (4.999, {"below": 5}, Verdict.HOLDS),
        (5.0, {"below": 5}, Verdict.FAILS),
        (0.4, {"at_least": 0.5, "at_most": 9}, Verdict.FAILS),
        (math.nan, {"at_most": 1}, Verdict.FAILS),
        (123.0, {}, Verdict.NO_LIMIT),
        (None, {"at_most": 1}, Verdict.NOT_MEASURED),
    ],
)
def test_a_limit_holds_up_to_its_very_value_and_no_further(value, limits, verdict):
    assert Row(what="a figure", value=value, **limits).verdict is verdict


def test_one_missed_limit_among_many_fails_the_run():
    kept = Row(what="kept", value=1, at_most=1)
    missed = Row(what="missed", value=2, at_most=1)
    unknown = Row(what="unknown", value=None, at_most=1)

    assert exit_status([kept, unknown, kept]) == 0
    assert exit_status([kept, missed, kept]) == 1


def test_the_table_names_the_figure_its_limit_and_what_failed():
    text = table([Row(what="a start", value=2.345, unit="s", at_most=2, note="median of 5")])

    assert "a start" in text
    assert "2.35 s" in text
    assert "≤ 2" in text
    assert "FAILS" in text
    assert "median of 5" in text


def test_every_failed_request_is_counted():
    trouble = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"

    assert parse(WRK.format(p99="2.50ms", trouble=trouble)).failed == 15
    assert parse(WRK.format(p99="2.50ms", trouble="")).failed == 0


@pytest.mark.parametrize(("text", "seconds"), [("950.00us", 0.00095), ("2.50ms", 0.0025), ("1.20s", 1.2)])
def test_the_slowest_requests_are_read_in_seconds(text, seconds):
    assert parse(WRK.format(p99=text, trouble="")).p99 == pytest.approx(seconds)
