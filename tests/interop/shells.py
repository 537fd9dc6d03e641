"""Completion in real shells: types a line and Tab at a terminal, and reads what became of it."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

BINARY = Path(sys.argv[1]).resolve()
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
PROMPT = "ready> "
# How long a shell may take for an answer on a machine that is busy with other things.
PATIENCE = 20.0

# What is typed before Tab, and what the line is afterwards: one possibility, which is filled in.
ONE = [
    ("atriumctl sou", "atriumctl source "),
    ("atriumctl sync --prof", "atriumctl sync --profile "),
    ("atriumctl --profile no", "atriumctl --profile north-campus "),
    ("atriumctl --profile=no", "atriumctl --profile=north-campus "),
    ("atriumctl sync --output mark", "atriumctl sync --output markdown "),
    ("atriumctl explain weak-m", "atriumctl explain weak-match "),
    ("atriumctl --profile sandbox dif", "atriumctl --profile sandbox diff "),
    ("atriumctl sandbox serve --faults token", "atriumctl sandbox serve --faults token-dies "),
    ("atriumctl source check peo", "atriumctl source check people.csv "),
    ("atriumctl source check with", "atriumctl source check with<blank>blank.csv "),
    ("atriumctl --state=peo", "atriumctl --state=people.csv "),
    ("atriumctl --config fol", "atriumctl --config folder/"),
]
# What is typed before Tab, and what is then offered, and what is not.
MANY = [
    ("atriumctl --profile ", ["north-campus", "nursing", "sandbox"], ["people.csv", "notes"]),
    ("atriumctl okta ", ["metadata"], ["people.csv"]),
    ("atriumctl s", ["sandbox", "source", "sync"], ["secret"]),
    ("atriumctl diff --output ", ["csv", "json", "jsonl", "markdown", "table"], ["people.csv"]),
    ("atriumctl sync --allow g", [], ["people.csv"]),
]


class World:
    """Folders of its own for one shell: a home, profiles, files to be completed."""

    def __init__(self, root: Path):
        self.home = root
        self.work = root / "work"
        (self.work / "folder").mkdir(parents=True)
        for name in ["people.csv", "with blank.csv"]:
            (self.work / name).write_text("campus_id\n")
        profiles = root / "config" / "atriumctl" / "profiles"
        profiles.mkdir(parents=True)
        for name in ["north-campus.toml", "nursing.toml", "notes.txt"]:
            (profiles / name).write_text("")
        programs = root / "bin"
        programs.mkdir()
        (programs / "atriumctl").symlink_to(BINARY)
        self.environment = {
            "HOME": str(root),
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": str(root / "config"),
            "XDG_DATA_HOME": str(root / "data"),
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_CACHE_HOME": str(root / "cache"),
            "XDG_RUNTIME_DIR": str(root),
        }

    def script(self, shell: str) -> str:
        made = subprocess.run(
            [BINARY, "completions", shell], capture_output=True, text=True, check=True
        )
        return made.stdout

    def write(self, path: str, text: str) -> Path:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, command: list[str], world: World):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            try:
                os.chdir(world.work)
                os.execvpe(command[0], command, world.environment)
            finally:
                os._exit(127)
        size = struct.pack("HHHH", 50, 160, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)
        self.text = ""

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def read(self, quiet: float) -> str:
        """What the shell writes until it is silent for a while."""
        start = len(self.text)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            ready, _, _ = select.select([self.terminal], [], [], quiet)
            if not ready:
                break
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                break
            if not data:
                break
            self.text += data.decode("utf-8", "replace")
            # Elvish asks where the cursor is.
            if "\x1b[6n" in self.text[start:]:
                self.text = self.text.replace("\x1b[6n", "")
                self.type("\x1b[1;1R")
        return self.text[start:]

    def wait_for(self, wanted: str) -> None:
        until = time.monotonic() + PATIENCE
        while wanted not in plain(self.text):
            if time.monotonic() > until:
                raise AssertionError(f"no {wanted!r} in {self.text!r}")
            self.read(0.2)

    def close(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.terminal)


def plain(text: str) -> str:
    """Without what moves the cursor and colours."""
    text = re.sub(r"\x1b\][^\x07\x1b]*(\x07|\x1b\\)", "", text)
    text = re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", text)
    return re.sub(r"\x1b[()][0-9A-B]|\x1b[=>]|[\x07\r]", "", text)


def at_a_terminal(name: str, command: list[str], world: World) -> int:
    """Every line of ONE and MANY; returns how many."""
    for typed, expected in ONE:
        terminal = Terminal(command, world)
        try:
            terminal.wait_for(PROMPT)
            terminal.type(typed)
            terminal.read(0.3)
            terminal.type("\t")
            # Elvish quotes more than it must, and redraws the last word alone.
            redraws = name == "elvish"
            wanted = expected.rstrip().replace("<blank>", " " if redraws else "\\ ")
            if redraws:
                wanted = wanted.removeprefix(typed[: typed.rfind(" ") + 1])
            shown = ""
            until = time.monotonic() + PATIENCE
            while wanted not in shown and time.monotonic() < until:
                terminal.read(0.4)
                shown = plain(terminal.text)
                shown = shown.replace("'", "") if redraws else shown
            assert wanted in shown, f"{name}: {typed!r} became {shown!r}"
        finally:
            terminal.close()
    for typed, offered, not_offered in MANY:
        terminal = Terminal(command, world)
        try:
            terminal.wait_for(PROMPT)
            terminal.type(typed)
            terminal.read(0.3)
            before = len(terminal.text)
            terminal.type("\t")
            terminal.read(0.6)
            terminal.type("\t")
            until = time.monotonic() + PATIENCE
            shown = ""
            while time.monotonic() < until:
                terminal.read(0.4)
                shown = plain(terminal.text[before:])
                if all(word in shown for word in offered):
                    break
            for word in offered:
                assert word in shown, f"{name}: {word} is not offered after {typed!r}: {shown!r}"
            for word in not_offered:
                assert word not in shown, f"{name}: {word} is offered after {typed!r}: {shown!r}"
        finally:
            terminal.close()
    return len(ONE) + len(MANY)


def bash(world: World, with_completion: bool) -> int:
    start = f"PS1='{PROMPT}'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'\n"
    if with_completion:
        # Found by name, as the README installs it.
        world.write("data/bash-completion/completions/atriumctl", world.script("bash"))
        start += f". {BASH_COMPLETION}\n"
    else:
        start += f". {world.write('atriumctl.bash', world.script('bash'))}\n"
    rc = world.write("rc", start)
    return at_a_terminal("bash", ["bash", "--noprofile", "--rcfile", str(rc), "-i"], world)


def zsh(world: World) -> int:
    world.write("zfunc/_atriumctl", world.script("zsh"))
    world.write(
        ".zshrc",
        f"fpath=({world.home}/zfunc $fpath)\nautoload -Uz compinit\ncompinit -u -d {world.home}/dump\n"
        f"unset zle_bracketed_paste\nunsetopt prompt_cr prompt_sp beep\nPS1='{PROMPT}'\n",
    )
    world.environment["ZDOTDIR"] = str(world.home)
    return at_a_terminal("zsh", ["zsh", "-d", "-i"], world)


def fish(world: World) -> int:
    world.write("config/fish/completions/atriumctl.fish", world.script("fish"))

    def complete(line: str) -> list[str]:
        ran = subprocess.run(
            ["fish", "-c", "complete -C $argv[1]", line],
            capture_output=True,
            text=True,
            env=world.environment,
            cwd=world.work,
            timeout=60,
        )
        assert ran.returncode == 0 and not ran.stderr, ran
        return ran.stdout.splitlines()

    for typed, expected in ONE:
        word = expected.removesuffix(" ").split(" ")[-1].replace("<blank>", " ")
        found = [line.split("\t")[0].replace("\\ ", " ") for line in complete(typed)]
        assert found == [word], f"fish: {typed!r} gives {found}"
    for typed, offered, not_offered in MANY:
        found = [line.split("\t")[0] for line in complete(typed)]
        assert set(offered) <= set(found), f"fish: {typed!r} gives {found}"
        assert not set(not_offered) & set(found), f"fish: {typed!r} gives {found}"
    told = complete("atriumctl explain weak-m")
    assert told == ["weak-match\tonly the email address matches"], told
    return len(ONE) + len(MANY) + 1


def elvish(world: World) -> int:
    world.write(
        "config/elvish/rc.elv",
        f"set edit:prompt = {{ put '{PROMPT}' }}\nset edit:rprompt = {{ put '' }}\n"
        + world.script("elvish"),
    )
    return at_a_terminal("elvish", ["elvish"], world)


def powershell(world: World) -> int:
    script = world.write("atriumctl.ps1", world.script("powershell"))
    for typed, expected in ONE:
        word = expected.removesuffix(" ").split(" ")[-1]
        if "<blank>" in word or "people" in word or "folder" in word:
            continue
        ran = subprocess.run(
            [
                "pwsh", "-NoProfile", "-NonInteractive", "-Command",
                f". '{script}'; (TabExpansion2 '{typed}' {len(typed)}).CompletionMatches.CompletionText",
            ],
            capture_output=True, text=True, env=world.environment, cwd=world.work, timeout=120,
        )
        assert ran.stdout.split() == [word], f"pwsh: {typed!r} gives {ran}"
    return len(ONE)


def silent(world: World) -> int:
    """Nothing is said on standard error, and the code is 0, whatever is asked."""
    for words in [["0"], ["99"], ["1", "--", "x", "--profile"], ["2", "--", "a", "\x1b[31m", "-"]]:
        ran = subprocess.run(
            [BINARY, "complete", *words], capture_output=True, text=True, env=world.environment
        )
        assert ran.returncode == 0 and not ran.stderr, (words, ran)
    return 1


def main() -> None:
    tried, left = [], []
    shells = [
        ("bash", True, lambda world: bash(world, False)),
        ("bash with bash-completion", BASH_COMPLETION.exists(), lambda world: bash(world, True)),
        ("zsh", shutil.which("zsh"), zsh),
        ("fish", shutil.which("fish"), fish),
        ("elvish", shutil.which("elvish"), elvish),
        ("PowerShell", shutil.which("pwsh"), powershell),
        ("no shell", True, silent),
    ]
    only = sys.argv[2:]
    for name, there, test in shells:
        if only and name not in only:
            continue
        if not there:
            left.append(name)
            continue
        with tempfile.TemporaryDirectory(prefix="atriumctl-shell-") as folder:
            lines = test(World(Path(folder)))
        tried.append(f"{name} ({lines})")
    print(f"completion: {', '.join(tried)} passed")
    if left:
        print(f"warning: not there, so NOT tried: {', '.join(left)}", file=sys.stderr)


if __name__ == "__main__":
    main()
