"""regulars serve: the back office and its worker, until stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

import typer

from regulars.cli.options import Home, Host, Port
from regulars.cli.screen import say
from regulars.cli.shell import WrongUsage

if TYPE_CHECKING:
    from regulars.lake import ShopHome

HOSTS = "REGULARS_ALLOWED_HOSTS"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
GRACE_SECONDS = 8.0


def serve(home: Home = None, port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Serve the back office, with a worker beside it that ends with it."""
    from regulars.lake import ShopHome

    run(ShopHome.find(home), port, host)


def run(home: "ShopHome", port: int, host: str) -> None:
    """Migrate, start both processes, wait for the end of either or for a signal."""
    require_free(host, port)
    from regulars.cli.people import migrate

    migrate(home)
    stopping = _Stopping()
    _name_hosts(host)
    say(f"{home.settings.name}: http://{host}:{port}/  (stop: Ctrl-C)")
    children = [subprocess.Popen(command) for command in _commands(home, port, host)]
    try:
        while not stopping.asked and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        codes = _end(children)
    if not stopping.asked:
        say("error: the server or its worker ended by itself; the lines above say why.")
        raise typer.Exit(max(1, *codes))


def require_free(host: str, port: int) -> None:
    """A usage error where that address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WrongUsage(
                f"{host}:{port} cannot be listened on ({error.strerror}); choose another --port."
            ) from None


def _name_hosts(host: str) -> None:
    """Let the back office answer to the address it listens on; others must be named."""
    if HOSTS in os.environ or host in LOOPBACK:
        return
    if host in EVERYWHERE:
        say(f"note: it answers to localhost only; name others: {HOSTS}=shop.example,192.168.1.5")
    else:
        os.environ[HOSTS] = ",".join((*LOOPBACK, host))


def _commands(home: "ShopHome", port: int, host: str) -> list[list[str]]:
    """New interpreters, not forks: the engines' threads would not survive a fork."""
    server = "-m granian --interface wsgi --workers 1 --blocking-threads 8 --log-level warning"
    server += " --workers-kill-timeout 3"
    address = ["--host", host, "--port", str(port), "regulars.backoffice.wsgi:application"]
    worker = ["-m", "regulars.cli", "worker", "--home", str(home.path)]
    return [[sys.executable, *server.split(), *address], [sys.executable, *worker]]


class _Stopping:
    """Remembers that someone asked for the end."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _end(children: list[subprocess.Popen[bytes]]) -> list[int]:
    """Ask each child to end, wait a little, then insist."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return [child.returncode for child in children]
