"""What the interop tests share: a program that is running, and one that has ended."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

# The folder with the programs of this environment.
PROGRAMS = Path(sys.executable).parent


class Failed(Exception):
    """A test did not find what it expects."""


def expect(condition: bool, message: str) -> None:
    """Fails the test unless the condition holds."""
    if not condition:
        raise Failed(message)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of a program that may see nothing of the machine but its path."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more}


@contextlib.contextmanager
def running(command: list[str], env: dict[str, str], log: Path):
    """A program that is ended when the block is left; its output goes to a file."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def wait_for(ready, process: subprocess.Popen, log: Path):
    """What `ready` gives once it gives something; fails if the program ends before that."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Failed(f"{process.args[0]} ended with {process.returncode}:\n{log.read_text()}")
        with contextlib.suppress(OSError, ValueError):
            if (answer := ready()) is not None:
                return answer
        time.sleep(0.05)
    raise Failed(f"{process.args[0]} is not ready after 30 s:\n{log.read_text()}")
