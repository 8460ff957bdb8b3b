"""Messages to chat and paging services: handed over to a real server, never into our own network."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from statuspage.adapters.staff_alerts import AppriseAlerts
from statuspage.domain.errors import RuleError
from statuspage.services.ports import AlertError

SECRET = "s3cret-of-the-channel"


class Endpoint:
    """A service that takes messages, on the loopback interface."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.status, self.headers = 200, dict[str, str]()
        self.answers = threading.Event()
        self.answers.set()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                endpoint.answers.wait(30)
                self.send_response(endpoint.status)
                for name, value in endpoint.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://someone:{SECRET}@127.0.0.1:{self.server.server_port}/{SECRET}"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    yield served
    served.answers.set()
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture(scope="module")
def inside() -> Iterator[AppriseAlerts]:
    """What may send into this network; its children are warm for all tests."""
    alerts = AppriseAlerts(allows_private=True)
    yield alerts
    alerts.close()


@pytest.fixture(scope="module")
def outside() -> Iterator[AppriseAlerts]:
    """What sends to the open internet alone."""
    alerts = AppriseAlerts()
    yield alerts
    alerts.close()


def refusal(send: Callable[[], object]) -> str:
    with pytest.raises((AlertError, RuleError)) as refused:
        send()
    said = refused.value.message if isinstance(refused.value, RuleError) else str(refused.value)
    assert SECRET not in said
    return said


def test_a_message_arrives_as_it_was_written(endpoint: Endpoint, inside: AppriseAlerts):
    inside.send(endpoint.url, "Update owed in 5 min", "API fails & <b>\nhttps://status.example.com/x?a=1&b=2")

    (taken,) = endpoint.taken
    assert taken["title"] == "Update owed in 5 min"
    assert taken["message"] == "API fails & <b>\nhttps://status.example.com/x?a=1&b=2"
    assert taken["type"] == "warning", "paging services open an alert for nothing less"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_nothing_is_sent_into_our_own_network(endpoint: Endpoint, outside: AppriseAlerts, host: str):
    url = endpoint.url.replace("127.0.0.1", host)

    assert "private network" in refusal(lambda: outside.send(url, "T", "t"))
    assert endpoint.taken == []


def test_what_the_operator_set_may_lead_there(endpoint: Endpoint):
    alerts = AppriseAlerts(trusted=[endpoint.url])

    alerts.send(endpoint.url, "T", "t")
    refused = refusal(lambda: alerts.send(endpoint.url + "/else", "T", "t"))
    alerts.close()

    assert "private network" in refused
    assert len(endpoint.taken) == 1


def test_a_refusal_there_is_told_with_its_status(endpoint: Endpoint, inside: AppriseAlerts):
    endpoint.status = 403

    assert refusal(lambda: inside.send(endpoint.url, "T", "t")) == (
        "The service refuses the message: it answered 403."
    )


def test_a_redirect_is_not_followed(endpoint: Endpoint, inside: AppriseAlerts):
    endpoint.status, endpoint.headers = 307, {"Location": "/elsewhere"}

    assert "307" in refusal(lambda: inside.send(endpoint.url + "?redirect=yes", "T", "t"))
    assert len(endpoint.taken) == 1


def test_a_server_that_is_not_there_is_told(inside: AppriseAlerts):
    assert "can't be reached" in refusal(lambda: inside.send(f"json://127.0.0.1:1/{SECRET}", "T", "t"))


def test_a_server_that_hangs_is_given_up_and_the_next_message_arrives(endpoint: Endpoint):
    alerts = AppriseAlerts(allows_private=True, within_seconds=3)
    endpoint.answers.clear()

    said = refusal(lambda: alerts.send(endpoint.url, "T", "t"))
    endpoint.answers.set()
    AppriseAlerts(allows_private=True).send(endpoint.url, "T", "again")
    alerts.close()

    assert said == "The service does not answer in time."
    assert endpoint.taken[-1]["message"] == "again"


def test_a_child_that_ended_is_replaced(endpoint: Endpoint):
    alerts = AppriseAlerts(allows_private=True)
    alerts.send(endpoint.url, "T", "one")
    (child,) = alerts._idle
    assert child.stdin is not None
    child.stdin.close()
    child.wait(10)
    child.stdin = open("/dev/null", "wb")  # noqa: SIM115 - a pipe whose reader is gone

    alerts.send(endpoint.url, "T", "two")
    alerts.close()

    assert [each["message"] for each in endpoint.taken] == ["one", "two"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops", "slack"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack"),
        (
            "discord://417429632418316298/JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711o33MyqU344Qpgv7YT",
            "discord",
        ),
        ("tgram://123456789:AAEFgHiJkLmNoPqRsTuVwXyZ0123456789a/12345", "telegram"),
        ("pagerduty://integrationkey@apikey", "pagerduty"),
        ("opsgenie://a8d7f6e5-0b1c-4d2e-9f3a-1b2c3d4e5f6a", "opsgenie"),
        ("ntfy://a-topic-nobody-guesses", "ntfy"),
        ("workflows://prod-1.westeurope.logic.azure.com:443/643e69f83c8944/aBcD-1234", "teams"),
        ("twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@15551234567/15557654321", "twilio"),
        ("jsons://example.com/hook", "json"),
    ],
)
def test_a_service_is_known_by_its_address(outside: AppriseAlerts, url: str, kind: str):
    assert outside.kind_of(url) == kind


@pytest.mark.parametrize(
    "url",
    ["", "slack", "slack://", "nothing://x", "https://example.com/", "file:///etc/passwd", "\x00", "ü://x"],
)
def test_what_is_no_address_of_a_service_is_refused_beside_its_field(outside: AppriseAlerts, url: str):
    with pytest.raises(RuleError, match="no address of a chat") as refused:
        outside.kind_of(url)

    assert (refused.value.code, refused.value.field) == ("bad_address", "url")


@pytest.mark.parametrize(
    "url",
    ["syslog://", "rsyslog://10.0.0.1", "mailto://a:b@example.com", "irc://example.com/#a"],
)
def test_what_runs_on_this_machine_or_speaks_no_http_is_refused(outside: AppriseAlerts, url: str):
    assert "can't be used here" in refusal(lambda: outside.kind_of(url))
    assert "can be used here" in refusal(lambda: outside.send(url, "T", "t"))


def test_a_file_of_this_machine_is_never_read_into_a_message(
    endpoint: Endpoint, inside: AppriseAlerts, tmp_path: Path
):
    (tmp_path / "secret_key").write_text('{"text": "the key"}')
    url = f"workflows://127.0.0.1:{endpoint.server.server_port}/643e69f83c8944/aBcD-1234"

    said = refusal(lambda: inside.send(f"{url}?template={tmp_path / 'secret_key'}", "T", "t"))

    assert "names a file" in said
    assert endpoint.taken == []
