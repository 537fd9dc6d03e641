#!/usr/bin/env python3
"""Drives `atriumctl init` in a pseudo-terminal by key presses, as a newcomer would, against a
served sandbox; then a diff must work with the profile. Usage: terminal.py PATH OF atriumctl.

Needs nothing but the standard library."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

ENTER, DOWN, UP, CTRL_C = "\r", "\x1b[B", "\x1b[A", "\x03"
LONGEST = 10.0


class Terminal:
    """A program with a terminal of its own, and everything that it has written."""

    def __init__(self, arguments, environment, cwd, width=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(arguments[0], arguments, environment)
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        self.seen = ""
        self.at = 0

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.seen += data.decode("utf-8", "replace")
        return bool(data)

    def wait_for(self, text):
        """Waits until a text stands behind what was waited for before."""
        end = time.monotonic() + LONGEST
        while True:
            found = self.seen.find(text, self.at)
            if found >= 0:
                self.at = found + len(text)
                return
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"{text!r} did not appear in:\n{self.plain()}")
            self.read(0.2)

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def answer(self, question, keys):
        self.wait_for(question)
        # A list reads keys only once it is drawn.
        self.read(0.05)
        self.press(keys)

    def end(self):
        """The exit code."""
        deadline = time.monotonic() + LONGEST
        while True:
            self.read(0.1)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise AssertionError(f"it did not end:\n{self.plain()}")
        while self.read(0.05):
            pass
        os.close(self.fd)
        if os.WIFSIGNALED(status):
            return -os.WTERMSIG(status)
        return os.WEXITSTATUS(status)

    def plain(self):
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen)


def check(what, message):
    if not what:
        raise AssertionError(message)


def main():
    binary = os.path.realpath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="atriumctl-terminal-") as root:
        root = Path(root)
        environment = {
            "HOME": str(root),
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "ATRIUMCTL_CONFIG": str(root / "config"),
            "ATRIUMCTL_SANDBOX_DIR": str(root / "sandbox"),
            "ATRIUMCTL_KEYRING": "off",
            "XDG_STATE_HOME": str(root / "state"),
            "ATRIUMCTL_SCIM_TOKEN_FILE": str(root / "sandbox/scim-token"),
            "ATRIUMCTL_API_KEY_FILE": str(root / "sandbox/api-key"),
        }
        subprocess.run(
            [binary, "sandbox", "reset", "--people", "30"],
            env=environment, cwd=root, check=True, stdout=subprocess.DEVNULL,
        )
        # Headers as another product would write them.
        people = (root / "sandbox/atrium/people.csv").read_text()
        header, rest = people.split("\n", 1)
        header = header.replace("campus_id", "Student ID").replace("email", "Contact")
        (root / "my exports").mkdir()
        (root / "my exports/people.csv").write_text(header + "\n" + rest)
        served = subprocess.Popen(
            [binary, "sandbox", "serve"],
            env=environment, cwd=root, stdout=subprocess.PIPE, text=True,
        )
        try:
            base = re.search(r"http://127\.0\.0\.1:\d+", served.stdout.readline()).group()
            interrupted(binary, environment, root)
            walked(binary, environment, root, base)
            replaced(binary, environment, root, base)
        finally:
            served.send_signal(signal.SIGINT)
            served.wait(10)


def interrupted(binary, environment, root):
    """Ctrl-C at any question leaves nothing behind, and the terminal as it was."""
    for questions in range(3):
        terminal = Terminal([binary, "init"], environment, root)
        terminal.wait_for("Name of the profile")
        if questions > 0:
            terminal.press(ENTER)
            terminal.wait_for("its interface, over HTTP")
        if questions > 1:
            terminal.press(ENTER)
            terminal.wait_for("File with the people")
        # As a person would: after having read the question.
        time.sleep(0.3)
        terminal.press(CTRL_C)
        code = terminal.end()
        check(code == 130, f"Ctrl-C at question {questions} ended with {code}")
        check("nothing was saved" in terminal.plain(), terminal.plain())
        hidden, shown = terminal.seen.rfind("\x1b[?25l"), terminal.seen.rfind("\x1b[?25h")
        check(hidden <= shown, "the cursor is still hidden")
    check(not (root / "config").exists(), "something was left behind")


def walked(binary, environment, root, base):
    """All questions, with a wrong answer here and there and one that is corrected at the end."""
    terminal = Terminal([binary, "init"], environment, root)
    terminal.answer("Name of the profile", "my school" + ENTER)
    terminal.answer("is no profile name", "school" + ENTER)
    terminal.answer("its interface, over HTTP", ENTER)
    terminal.answer("File with the people", "nothing.csv" + ENTER)
    terminal.wait_for("there is no file")
    terminal.answer("File with the people", "'my exports/people.csv'" + ENTER)
    terminal.wait_for("Student ID, first_name")
    terminal.answer("Another file", str(root / "sandbox/atrium/memberships.csv") + ENTER)
    terminal.answer("Another file", ENTER)
    # The address has a header that is not known; it is the second that is no column.
    terminal.answer("none of them", DOWN + ENTER)
    # The other file names people by the canonical name: that is the column then.
    terminal.wait_for("Columns:")
    terminal.answer("Is that right?", "n")
    terminal.answer("Which column is another one?", ENTER)
    terminal.answer("Which header is `campus_id`", ENTER)
    terminal.answer("Is that right?", "y")
    # The second file has another header for it, which was said.
    terminal.wait_for("what does it mean?")
    told = " ".join(terminal.plain().split())
    check("memberships.csv has no column Student ID" in told, terminal.plain())
    time.sleep(0.3)
    terminal.press(CTRL_C)
    code = terminal.end()
    check(code == 130, terminal.plain())

    terminal = Terminal([binary, "init", "--profile", "school"], environment, root)
    terminal.answer("its interface, over HTTP", ENTER)
    terminal.answer("File with the people", "my exports/people.csv" + ENTER)
    terminal.answer("Another file", ENTER)
    terminal.answer("Which header is `email`", ENTER)
    terminal.answer("Is that right?", "y")
    terminal.wait_for("30 people")
    # Sabbatical: suspended.
    terminal.answer("\"Sabbatical\": what does it mean?", UP + UP + ENTER)
    terminal.answer("In which region", UP + ENTER)
    terminal.answer("SCIM address", "127.0.0.1" + ENTER)
    terminal.wait_for("has no scheme")
    terminal.answer("SCIM address", base + "/scim" + ENTER)
    terminal.answer("Address of the public API", base + ENTER)
    terminal.wait_for("Domains of the addresses")
    terminal.answer("Email domains", "campus.example not@one" + ENTER)
    terminal.wait_for("is no domain")
    terminal.answer("Email domains", "campus.example, students.campus.example" + ENTER)
    terminal.answer("Who makes the users", DOWN + ENTER)
    terminal.answer("own integration switched on", "n")
    terminal.wait_for("Tried")
    terminal.wait_for("the SCIM token")
    # Not Okta after all.
    terminal.answer("Save this profile?", DOWN + ENTER)
    terminal.answer("Which answer?", DOWN * 4 + ENTER)
    terminal.answer("Who makes the users", UP + ENTER)
    terminal.answer("Save this profile?", ENTER)
    terminal.wait_for("What next")
    code = terminal.end()
    check(code == 0, f"it ended with {code}:\n{terminal.plain()}")
    profile = root / "config/profiles/school.toml"
    check(profile.stat().st_mode & 0o777 == 0o600, "others can read the profile")
    text = profile.read_text()
    for line in [
        'campus_id = "Student ID"', 'email = "Contact"', '"Sabbatical" = "suspended"',
        f'scim_url = "{base}/scim"', '#identity = "managed"',
        'email_domains = ["campus.example", "students.campus.example"]',
    ]:
        check(line in text, f"{line} is not in\n{text}")
    diff = subprocess.run(
        [binary, "diff", "--profile", "school", "--exit-code"],
        env=environment, cwd=root, capture_output=True, text=True, check=False,
    )
    check(diff.returncode == 3 and "users to create" in diff.stdout, diff)
    check("status-unmapped" not in diff.stdout, diff.stdout)


def replaced(binary, environment, root, base):
    """A profile that is there is replaced only after a yes, and kept."""
    profile = root / "config/profiles/school.toml"
    before = profile.read_text()
    arguments = [
        binary, "init", "--profile", "school", "--atrium-file", "my exports/people.csv",
        "--column", "email=Contact", "--person-status", "Sabbatical=gone",
        "--scim-url", base + "/scim", "--api-url", base, "--email-domain", "campus.example",
        "--identity", "managed", "--mode", "write", "--no-check",
    ]
    for answer, code in [("n", 1), ("y", 0)]:
        terminal = Terminal(arguments, environment, root)
        terminal.wait_for("is there already.")
        terminal.answer("Is that right?", "y")
        terminal.answer("Save this profile?", ENTER)
        terminal.wait_for('- "Sabbatical" = "suspended"')
        terminal.wait_for('+ "Sabbatical" = "gone"')
        terminal.answer("Replace the profile?", answer)
        ended = terminal.end()
        check(ended == code, f"it ended with {ended}:\n{terminal.plain()}")
        changed = profile.read_text() != before
        check(changed == (answer == "y"), "the profile is not what was wanted")
    kept = root / "config/profiles/school.toml.bak"
    check(kept.read_text() == before, "the old profile was not kept")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"terminal: {error}")
    print("terminal: init was driven by key presses")
