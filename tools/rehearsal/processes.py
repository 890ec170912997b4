"""What the rehearsal leaves running between two commands: started apart from them, found again by its pid, ended by it."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(command: list[str], log: Path, environment: dict[str, str]) -> dict:
    """Starts a program that outlives this one; it knows no other variables than these and PATH."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={"PATH": os.environ["PATH"]} | environment,
        )
    return {"pid": process.pid, "command": command}


def runs(process: dict) -> bool:
    """Whether it is still that program. After a restart of the machine a pid may be anybody's. Linux and macOS."""
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(process["pid"])], capture_output=True, text=True, check=False)
    return process["command"][-1] in shown.stdout


def stop(process: dict) -> None:
    """Ends it and what it started, which may have outlived it, and waits until all are gone; what does not listen is killed."""
    for ending, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        if not has_members(process["pid"]):
            return
        os.killpg(process["pid"], ending)
        until(lambda: not has_members(process["pid"]), seconds)


def has_members(group: int) -> bool:
    """Whether somebody is left of the processes that began with this one. A group keeps its number while it has members."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def until(is_so, seconds: float) -> bool:
    """Looks every tenth of a second."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def listens(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
