"""``climate-jobs up``, ``serve`` and ``schedule``: the site, the clock, and both on one machine."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from commands import logs
from commands.parent import ends_with_parent
from commands.telling import check_tagging, refuse, store
from commands.worker import heartbeat_option, queue_url, this_program

_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
#: With these Linux's C library gives back what a process needed for a moment; others do not heed them.
_LEAN = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}
_PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
#: What glibc is told (mallopt(3)): threads share one heap, pieces of more bytes than these are given back when let go.
_FRUGAL = {-8: 1, -3: 65_536, -1: 65_536}


@click.command("up")
@_HOST
@_PORT
def up_command(host: str, port: int) -> None:
    """Run everything on this machine: database, crawls on a schedule, and the site; Ctrl-C ends it."""
    from scraper.schedule import Clock, end

    logs.set_up()
    check_tagging()
    _free(host, port)
    _check_limits()
    _check_store()
    os.environ.update({name: value for name, value in _LEAN.items() if name not in os.environ})
    serve = this_program("serve", "--host", host, "--port", str(port), "--workers", "1", "--quiet", "--end-with-parent")
    site = subprocess.Popen(serve, stdin=subprocess.PIPE)  # noqa: S603
    clock = Clock(this_program("crawl", "--due", "--end-with-parent"), tidy=this_program("db", "tidy"))
    _on_signals(clock.stop)
    signal.signal(signal.SIGCHLD, lambda *_: clock.stop() if site.poll() is not None else None)
    click.echo(f"The site is at http://{host}:{port} . Crawls start now and go on; Ctrl-C ends it all.", err=True)
    clock.run()
    died = site.poll()
    end(site)
    if died:
        raise SystemExit(1)


@click.command("schedule")
@click.option(
    "--queue", is_flag=True, help="Hand the crawls out to workers (PostgreSQL only); any number may stand by."
)
@heartbeat_option
def schedule_command(queue: bool, heartbeat: float) -> None:
    """Run the clock and its crawls, without the site."""
    from scraper.schedule import Clock, Ticking

    logs.set_up()
    _check_limits()
    check_tagging()
    clock: Ticking
    tidy = this_program("db", "tidy")
    if queue:
        from scraper.dispatch import Dispatcher

        clock = Dispatcher(store(), queue_url(), heartbeat=timedelta(seconds=heartbeat), tidy=tidy)
    else:
        _check_store()
        clock = Clock(this_program("crawl", "--due", "--end-with-parent"), tidy=tidy)
    _on_signals(clock.stop)
    clock.run()


@click.command("serve")
@_HOST
@_PORT
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; by default one for each processor.")
@click.option("--quiet", is_flag=True, help="Say only what goes wrong.")
@ends_with_parent
def serve_command(host: str, port: int, workers: int | None, quiet: bool) -> None:
    """Serve the site, without crawling."""
    from gunicorn.app.base import BaseApplication

    logs.set_up(quiet=quiet)
    check_tagging()
    _free(host, port)
    _be_frugal()
    store().close()
    # Where the processes of one site add up how long they take; prometheus_client looks there when it is loaded.
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="climate-jobs-metrics-")
    from web import create_app

    try:
        create_app()
    except ValueError as error:
        shutil.rmtree(folder)
        refuse(str(error))

    class Site(BaseApplication):
        """The site on gunicorn; each worker opens the store for itself."""

        def load_config(self) -> None:
            """Take what was asked for."""
            self.cfg.set("bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            self.cfg.set("workers", workers or os.cpu_count() or 1)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", 4)
            self.cfg.set("loglevel", "warning" if quiet else "info")
            self.cfg.set("logger_class", logs.server_log())
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("on_exit", lambda _server: shutil.rmtree(folder, ignore_errors=True))

        def load(self) -> Any:
            """Make the site in a worker."""
            app = create_app()
            app.extensions["site"].get_ready()
            return app

    # What the processes have in common stays so: none of them looks for garbage in it.
    gc.collect()
    gc.freeze()
    Site().run()


def _check_store() -> None:
    """Have another process open the store first, or say why it cannot: this one needs none, and so stays small."""
    tried = subprocess.run(this_program("crawls", "list", "--most", "1"), stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if tried.returncode:
        raise SystemExit(tried.returncode)


def _check_limits() -> None:
    from postings.limits import Limits

    try:
        Limits.of_environment()
    except ValueError as error:
        refuse(str(error))


def _be_frugal() -> None:
    """Keep less memory back than glibc would: a feed of long texts needs a lot, but only for a moment."""
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for parameter, value in _FRUGAL.items():
            library.mallopt(parameter, value)


def _free(host: str, port: int) -> None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        refuse(f"cannot listen at {host}:{port}: {error.strerror}")


def _on_signals(stop: Callable[[], None]) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop())
