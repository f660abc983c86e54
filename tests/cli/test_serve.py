"""Serving a shop: it answers, does its queued work, and leaves nothing running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regulars.cli import serve
from regulars.lake import ShopHome

Start = Callable[..., "subprocess.Popen[str]"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start() -> Iterator[Start]:
    """``start("serve", ...)``: a process group that is ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def started(*words: object) -> "subprocess.Popen[str]":
        environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "regulars.cli", *map(str, words)],
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield started
    for process in running:
        if group_members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def group_members(group: int) -> list[int]:
    """Processes of that group that live on."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def healthy(port: int, process: "subprocess.Popen[str]", seconds: float = 60) -> dict[str, object]:
    """/healthz, as soon as it answers 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError("no answer")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_leaves_nothing_running_when_it_is_stopped(
    start, home: ShopHome, ending
) -> None:
    port = free_port()
    process = start("serve", "--home", home.path, "--port", port)
    state = healthy(port, process)
    assert state["ok"] is True
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert 'type="password"' in answer.read().decode()
    assert len(group_members(process.pid)) >= 3
    process.send_signal(ending)
    assert process.wait(timeout=20) == 0
    assert group_members(process.pid) == []


def test_it_ends_with_an_error_when_its_worker_dies(start, home: ShopHome) -> None:
    port = free_port()
    process = start("serve", "--home", home.path, "--port", port)
    healthy(port, process)
    for member in group_members(process.pid):
        if "worker" in Path(f"/proc/{member}/cmdline").read_text().split("\0"):
            os.kill(member, signal.SIGKILL)
    _, errors = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "ended by itself" in errors


def test_one_line_tells_when_the_port_is_taken(run, home: ShopHome) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--home", home.path, "--port", taken.getsockname()[1])
    assert done.exit_code == 2
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_line_tells_when_the_database_does_not_answer(spawn, home: ShopHome) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    done = spawn("serve", "--home", home.path, "--port", free_port(), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("error: The database of ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("host", "answers_to"),
    [
        ("127.0.0.1", None),
        ("0.0.0.0", None),
        ("10.0.0.5", "localhost,127.0.0.1,[::1],::1,10.0.0.5"),
    ],
)
def test_only_named_hosts_are_answered_when_served(monkeypatch, host, answers_to):
    monkeypatch.delenv("REGULARS_ALLOWED_HOSTS", raising=False)
    # undone at the end, whatever is set within
    monkeypatch.setenv("REGULARS_ALLOWED_HOSTS", "")
    monkeypatch.delenv("REGULARS_ALLOWED_HOSTS")
    serve._name_hosts(host)
    assert os.environ.get("REGULARS_ALLOWED_HOSTS") == answers_to
