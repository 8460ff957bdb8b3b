"""`serve`, `web` and `worker`."""

import sys

import click

from statuspage.cli.common import Refused, settings_from

host_option = click.option("--host", help="Address to listen on (default: HOST, or 127.0.0.1).")
port_option = click.option("--port", type=click.IntRange(1, 65535), help="Port (default: PORT, or 8000).")


@click.command()
@host_option
@port_option
def serve(host: str | None, port: int | None) -> None:
    """Migrate, then run site and worker until stopped, and restart what dies."""
    from statuspage.supervisor import Supervisor, require_free

    settings = settings_from(host, port)
    try:
        require_free(settings.host, settings.port)
    except OSError as error:
        raise Refused(_cannot_listen(settings.host, settings.port, error)) from error
    command = [sys.executable, "-m", "statuspage"]
    supervisor = Supervisor(
        first=[*command, "migrate", "--setup-link"],
        children={"web": [*command, "web"], "worker": [*command, "worker"]},
        waiting={"worker"},
        address=(settings.host, settings.port),
        announcement=f"Serving {settings.base_url}",
    )
    sys.exit(supervisor.run())


@click.command()
@host_option
@port_option
def web(host: str | None, port: int | None) -> None:
    """Serve the published site, and the staff's part behind it. Starts without a database."""
    from statuspage.supervisor import require_free

    settings = settings_from(host, port)
    try:
        require_free(settings.host, settings.port, patience=3)
    except OSError as error:
        raise Refused(_cannot_listen(settings.host, settings.port, error)) from error

    from statuspage.web_server import run_server

    run_server("statuspage.front:server_application", settings.host, settings.port)


@click.command()
@click.option("--once", is_flag=True, help="Run every job once; exit 1 if one failed.")
def worker(once: bool) -> None:
    """Build what was published and not built yet, refresh, clean up; show by a heartbeat that it lives."""
    settings = settings_from()

    from statuspage import logs
    from statuspage.worker.scheduler import run_forever, run_once
    from statuspage.worker.tools import make_tools

    logs.configure(settings.log_format)
    tools = make_tools(settings)
    if once:
        sys.exit(0 if run_once(tools) else 1)
    run_forever(tools)


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    return f"Can't listen on {host}, port {port}: {error.strerror}. Choose another with --host and --port."
