"""Background processes that outlive the command that started them.

Later commands find them by process id.
"""

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
    """Starts a program in a session of its own, so that it outlives this one.

    It inherits no variable except PATH.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={"PATH": os.environ["PATH"]} | environment,
        )
    return {"pid": process.pid, "command": command}


def is_running(process: dict) -> bool:
    """Returns whether the process id still belongs to this program.

    The id may be reused after a reboot. Works on Linux and macOS.
    """
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(process["pid"])], capture_output=True, text=True, check=False)
    return process["command"][-1] in shown.stdout


def stop(process: dict) -> None:
    """Ends the process and its descendants, and waits until all have exited.

    Sends SIGTERM, and SIGKILL after 10 seconds.
    """
    for ending, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        if not group_exists(process["pid"]):
            return
        os.killpg(process["pid"], ending)
        wait_until(lambda: not group_exists(process["pid"]), seconds)


def group_exists(group: int) -> bool:
    """Returns whether the process group still has members.

    Its id is not reused before the last one exits.
    """
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, seconds: float) -> bool:
    """Evaluates the condition every 0.1 seconds. Returns `False` when it does not hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def responds(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
