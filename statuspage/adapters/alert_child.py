"""`python -m statuspage.adapters.alert_child`: Apprise in a process that may be killed at any message.

A request on stdin is a frame with the address, and with the title and text of a message where one is to be
sent; the answer is a frame too (`Outcome`). Frames are those of `render/markdown_child.py`. A child that has
waited for `IDLE_SECONDS` ends, which gives its memory back.

Apprise speaks to over a hundred services, in the words of an address that a person typed. The fence lets it
do one thing: open connections, and of those only such as lead to the open internet. It watches Python's own
audit events, so it sees each connection at the moment when its IP address is final, whoever opens it; what
a name meant a moment earlier plays no part, and a redirect is a connection like any other.
"""

import contextlib
import logging
import os
import re
import resource
import select
import signal
import sys
import sysconfig
from typing import Any, TypedDict

from statuspage.adapters.public_fetch import is_public
from statuspage.render.markdown_child import read_frame, write_frame

IDLE_SECONDS = 60
_MEMORY = 1024 * 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 10.0
# They are no services but programs, files or devices of this machine, or don't speak HTTP and would take
# threads and programs along: mail goes to an account's own address anyway.
_LOCAL = frozenset({
    "amqp", "aprs", "blink1", "dbus", "deltachat", "email", "glib", "gnome", "growl", "irc", "macosx", "mqtt",
    "nostr", "rsyslog", "smpp", "syslog", "windows", "xmpp",
})  # fmt: skip
_CODE = re.compile(r"error=(\d{3})\b")
_NAMES = {"powerautomate": "teams", "splunkoncall": "splunk"}
_READABLE = (
    "/etc/ssl",
    "/etc/pki",
    "/usr/share/ca-certificates",
    "/usr/share/zoneinfo",
    "/etc/mime.types",
    "/dev/urandom",
    "/dev/null",
)
_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn"})
_CONNECTIONS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class Request(TypedDict):
    """What a child is asked; `title` and `text` are None where only the address is to be looked at."""

    url: str
    title: str | None
    text: str | None
    allows_private: bool
    is_trusted: bool


class Outcome(TypedDict):
    """What came of it. `kind` is empty for what is no address, `refused` says what the fence saw."""

    kind: str
    is_local: bool
    is_sent: bool
    status: int | None
    refused: str


class FenceError(OSError):
    """Something that no message needs was tried."""


class Fence:
    """Stands around one message after the other; made once, because an audit hook can't be taken away."""

    def __init__(self) -> None:
        self._is_up, self._allows_private = False, False
        self.refused = ""
        code = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        self._readable = {os.path.realpath(each) for each in [*code, *_READABLE]}
        sys.addaudithook(self._judge)

    def put_up(self, *, allows_private: bool) -> None:
        """From now on refuse all but connections, and those into private networks unless they are allowed."""
        self._is_up, self._allows_private, self.refused = True, allows_private, ""

    def take_down(self) -> None:
        """Let everything pass; what was refused stays known."""
        self._is_up = False

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_up:
            return
        if event in _CONNECTIONS and not self._may_connect(arguments[1]):
            self._refuse("network")
        elif event in _PROGRAMS:
            self._refuse("program")
        elif event == "open" and not self._may_open(*arguments):
            self._refuse("file")

    def _refuse(self, what: str) -> None:
        self.refused = self.refused or what
        raise FenceError(f"no {what} for this message")

    def _may_connect(self, address: object) -> bool:
        if not isinstance(address, tuple):
            return False  # a socket of this machine
        if self._allows_private:
            return True
        try:
            return is_public(str(address[0]))
        except ValueError:
            return False  # a name, which would be looked up after this judgement

    def _may_open(self, path: Any, mode: str | None, flags: int) -> bool:
        if isinstance(path, int):
            return True  # what is open already
        is_written = bool(flags & (os.O_WRONLY | os.O_RDWR)) or (
            mode is not None and not mode.startswith("r")
        )
        # Without this, realpath's own events would come back here.
        self._is_up = False
        try:
            real = os.path.realpath(os.fsdecode(path))
        finally:
            self._is_up = True
        return not is_written and any(
            real == each or real.startswith(each + os.sep) for each in self._readable
        )


def main() -> None:
    """Answer requests until stdin ends, which it does at the latest with the parent, or none come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    import apprise  # noqa: F401 - before the fence stands

    fence, log = Fence(), Heard()
    logging.getLogger("apprise").addHandler(log)
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while select.select([stdin], [], [], IDLE_SECONDS)[0]:
            request: Any = read_frame(stdin)
            log.status = None
            write_frame(stdout, outcome_of(request, fence, log))


class Heard(logging.Handler):
    """Takes from Apprise's log the status that a service answered with; the log itself may hold secrets."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the status in a line, if there is one."""
        found = _CODE.search(record.getMessage())
        if found:
            self.status = int(found[1])


def outcome_of(request: Request, fence: Fence, log: Heard) -> Outcome:
    """Look at the address, send where there is something to send, and say what came of it. Never raises."""
    outcome = Outcome(kind="", is_local=False, is_sent=False, status=None, refused="")
    if not request["is_trusted"]:
        fence.put_up(allows_private=request["allows_private"])
    try:
        plugin = _plugin(request["url"])
        if plugin is not None:
            outcome["kind"] = _kind(str(plugin.service_name))
            outcome["is_local"] = not request["is_trusted"] and _family(plugin) in _LOCAL
        if plugin is not None and not outcome["is_local"] and request["text"] is not None:
            outcome["is_sent"] = _send(plugin, request["title"] or "", request["text"])
    except Exception:  # whatever a service's own code trips over: the message is not sent, and that is told
        outcome["is_sent"] = False
    finally:
        fence.take_down()
    outcome["status"], outcome["refused"] = log.status, fence.refused if not request["is_trusted"] else ""
    return outcome


def _plugin(url: str) -> Any:
    import apprise

    asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
    plugin = apprise.Apprise.instantiate(url, asset=asset)
    if plugin is not None:
        plugin.redirects = False
        plugin.socket_connect_timeout = _CONNECT_SECONDS
        plugin.socket_read_timeout = _READ_SECONDS
        plugin.overflow_mode = apprise.OverflowMode.SPLIT  # nothing of a message is cut off
    return plugin


def _send(plugin: Any, title: str, text: str) -> bool:
    import apprise

    sender = apprise.Apprise(asset=plugin.asset)
    sender.add(plugin)
    # A paging service opens an alert for a warning; other types only note or even close one.
    return bool(
        sender.notify(
            body=text,
            title=title,
            notify_type=apprise.NotifyType.WARNING,
            body_format=apprise.NotifyFormat.TEXT,
        )
    )


def _family(plugin: Any) -> str:
    """Return the module of Apprise that a service belongs to."""
    return str(type(plugin).__module__).removeprefix("apprise.plugins.").partition(".")[0]


def _kind(service_name: str) -> str:
    name = re.sub(r"\W+", "", service_name.partition("/")[0].partition("(")[0]).casefold()
    return _NAMES.get(name, name)


if __name__ == "__main__":
    main()
