"""The supervisor's patience: pauses between starts, and complaints that are said once."""

import socket
import sys
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from statuspage.supervisor import Child, Preparation, answers, require_free


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def step(act: Callable[[float], None], until: Callable[[], bool], now: float = 0) -> None:
    """Repeat an act at one instant until something is so."""
    deadline = monotonic() + 10
    while not until():
        assert monotonic() < deadline
        act(now)
        sleep(0.01)


def test_a_child_that_keeps_dying_is_started_after_longer_and_longer_pauses(
    capfd: pytest.CaptureFixture[str],
):
    child = Child("web", python("raise SystemExit(3)"))
    said: list[str] = []

    def has_said(count: int) -> bool:
        said.extend(capfd.readouterr().err.splitlines())
        return len(said) >= count

    for count, now in enumerate((0, 1, 3, 10), 1):
        step(child.keep, lambda count=count: has_said(count), now)

    assert said == [f"web ended with 3; it starts again in {pause} s." for pause in ("0.5", "1", "2", "4")]


def test_a_child_that_died_is_not_started_before_its_pause_is_over(capfd: pytest.CaptureFixture[str]):
    child = Child("web", python("raise SystemExit(3)"))
    step(child.keep, lambda: "ended" in capfd.readouterr().err)

    child.keep(0.4)
    assert not child.is_running
    child.keep(0.5)
    assert child.is_running
    child.kill()


def test_a_child_that_ran_steadily_starts_again_after_the_shortest_pause(capfd: pytest.CaptureFixture[str]):
    child = Child("web", python("raise SystemExit(3)"))
    step(child.keep, lambda: "0.5 s" in capfd.readouterr().err)
    child.keep(10)
    step(lambda _: None, lambda: not child.is_running)

    child.keep(70)

    assert "0.5 s" in capfd.readouterr().err


def test_a_preparation_that_fails_is_tried_again_and_complains_once(capfd: pytest.CaptureFixture[str]):
    preparation = Preparation(python("import sys; sys.stderr.write('no database\\n'); sys.exit(69)"))

    for now in (0, 10, 20):
        preparation.attempt(now)
        step(preparation.attempt, lambda: preparation._process is None, now + 0.1)

    assert capfd.readouterr().err == "no database\n"
    assert not preparation.is_done


def test_a_preparation_that_succeeds_is_done():
    preparation = Preparation(python("pass"))

    step(preparation.attempt, lambda: preparation.is_done)


def test_a_port_is_free_until_somebody_listens_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert answers(("127.0.0.1", port))
        assert answers(("0.0.0.0", port))
        with pytest.raises(OSError, match="in use"):
            require_free("127.0.0.1", port)

    assert not answers(("127.0.0.1", port))
    require_free("127.0.0.1", port)


def test_what_a_preparation_printed_is_kept_when_it_succeeded():
    preparation = Preparation(python("print('Set-up link: …')"))

    step(preparation.attempt, lambda: preparation.is_done)

    assert preparation.output == "Set-up link: …\n"
