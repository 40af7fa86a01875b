"""Run the kullback commands of a document and check what it states of their answers.

    python3 bench/compare/check_commands.py COMPARE.md [target/release/kullback]

In a ```sh block, `kullback …  # -> words` states that the command's output or error has these words. Ends with status 1
when one has not.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path


def commands(document: str):
    """Commands with what is stated of them, each with its line number."""
    inside = False
    for number, line in enumerate(document.splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```sh"
        command, arrow, stated = line.partition("  # -> ")
        if inside and arrow and command.startswith("kullback "):
            yield number, command, stated.strip()


def main() -> int:
    file = sys.argv[1] if len(sys.argv) > 1 else "COMPARE.md"
    binary = str(Path(sys.argv[2] if len(sys.argv) > 2 else "target/release/kullback").resolve())
    passed = failed = 0
    for number, command, stated in commands(Path(file).read_text(encoding="utf-8")):
        ran = subprocess.run([binary, *shlex.split(command)[1:]], capture_output=True, text=True, check=False)
        found = re.sub(r"\s+", " ", ran.stdout + ran.stderr)
        if stated in found:
            passed += 1
        else:
            failed += 1
            print(f"{file}:{number}: {stated} is stated, this was found:\n{ran.stdout}{ran.stderr}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
