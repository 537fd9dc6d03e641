"""The sandbox's SCIM server is a SCIM server: scim2-tester, through scim2-cli, finds no failure.

Usage: sandbox_conforms.py ATRIUMCTL
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from support import PROGRAMS, environment, expect, running, wait_for

# Fewer than this, and the tester has left something out: 0.5.2 makes 112 checks.
CHECKS = 112


def check(binary: str, personality: str) -> tuple[int, Counter, str]:
    """The tester's exit code, its verdicts counted, and all that it said."""
    with tempfile.TemporaryDirectory(prefix="atriumctl-interop-") as folder:
        home = Path(folder)
        env = environment(home, ATRIUMCTL_SANDBOX_DIR=str(home / "sandbox"))
        serve = [binary, "sandbox", "serve", "--quiet", "--output", "json"]
        serve += ["--personality", personality, "--listen", "127.0.0.1:0"]
        log = home / "serve.log"
        with running(serve, env, log) as process:
            served = wait_for(lambda: json.loads(log.read_text()), process, log)
            token = Path(served["scim_token_file"]).read_text().strip()
            tester = subprocess.run(
                [PROGRAMS / "scim", "--url", served["scim_url"], "test", "--verbose"],
                env=environment(home, SCIM_CLI_HEADERS=f"Authorization: Bearer {token}"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
            )
    verdicts = Counter(re.findall(r"^([A-Z]{2,}) \w+$", tester.stdout, re.MULTILINE))
    return tester.returncode, verdicts, tester.stdout


def main(binary: str) -> None:
    code, verdicts, said = check(binary, "plain")
    succeeded = verdicts.pop("SUCCESS", 0)
    expect(code == 0 and not verdicts and succeeded >= CHECKS, f"plain: {code}, {verdicts}\n{said}")
    print(f"scim2-tester on a plain sandbox: {succeeded} checks, no failure")

    # That the tester finds failures is proven where Command's own rules break what it expects.
    code, verdicts, said = check(binary, "default")
    expect(code != 0 or verdicts["ERROR"] > 0, f"the tester finds nothing: {code}\n{said}")
    print(f"scim2-tester on a strict one, to prove that it looks: {verdicts['ERROR']} errors")


if __name__ == "__main__":
    main(sys.argv[1])
