"""Run every ```python block of a document, in order and in one namespace, and check the values that it states.

    python3 bench/compare/check_snippets.py COMPARE.md [LABEL]

With a label, the ```python LABEL blocks, and no others.

`expression  # -> 0.25` states a value: numbers are compared to the digits written, words (`inf`, `nan`, `True`,
`DRIFT`) as they are, several values in their order. Ends with status 1 when one differs.
"""

import ast
import math
import re
import sys
import warnings
from decimal import Decimal
from pathlib import Path

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")


def blocks(document: str, label: str):
    """The Python blocks with a label, each with the number of the line before its first."""
    fence = f"```python {label}".rstrip()
    for match in re.finditer(rf"^{fence}\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        yield document.count("\n", 0, match.start(1)), match.group(1)


def agrees(found, stated: str) -> bool:
    values = found if isinstance(found, tuple) else (found,)
    words = [word.strip() for word in stated.split(",")]
    return len(values) == len(words) and all(same(value, word) for value, word in zip(values, words))


def same(value, word: str) -> bool:
    if NUMBER.fullmatch(word):
        half = Decimal(5).scaleb(Decimal(word).as_tuple().exponent - 1)
        return math.isfinite(value) and abs(Decimal(float(value)) - Decimal(word)) <= half
    return str(value) == word


def main() -> int:
    file = sys.argv[1] if len(sys.argv) > 1 else "COMPARE.md"
    label = sys.argv[2] if len(sys.argv) > 2 else ""
    warnings.simplefilter("ignore")
    names, passed, failed = {}, 0, 0
    for offset, code in blocks(Path(file).read_text(encoding="utf-8"), label):
        lines = code.splitlines()
        for statement in ast.parse(code).body:
            _, arrow, stated = lines[statement.end_lineno - 1].partition("# -> ")
            if arrow and not isinstance(statement, ast.Expr):
                raise SyntaxError(f"{file}:{offset + statement.end_lineno}: only an expression has a value to state")
            if not arrow:
                exec(compile(ast.Module([statement], []), file, "exec"), names)
                continue
            found = eval(compile(ast.Expression(statement.value), file, "eval"), names)
            if agrees(found, stated.strip()):
                passed += 1
            else:
                failed += 1
                print(f"{file}:{offset + statement.end_lineno}: {stated.strip()} is stated, {found} was found")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
