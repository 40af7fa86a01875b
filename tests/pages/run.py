"""Opens pages of kullback in a headless Chromium and checks that they work.

    cargo build && python3 tests/pages/run.py [--kullback PATH] [--pictures FOLDER]

Needs Chromium (Debian: apt-get install chromium) and nothing else. Pages come from the tables of ../shared/data,
which are skipped where it is missing, from examples, from a wide table, and from one with hostile names and values.
With --pictures, each page is also photographed: wide and narrow, light and dark, and printed.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import Browser
from wide import write as write_wide

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"

# Pages of real tables: a name and the arguments.
REAL = {
    "adult": ["compare", "adult-train.csv", "adult-test.csv"],
    "taxis": ["compare", "taxis.csv", "--by", "color=yellow,green"],
    "occupancy": ["compare", "occupancy-train.csv", "occupancy-test2.csv", "--joint"],
    "diamonds": ["compare", "diamonds.csv", "--by", "cut=Ideal,Premium", "--joint", "--given", "price"],
    "wines": ["compare", "winequality-red.csv", "winequality-white.csv", "--measure", "ks,js", "--base", "bits"],
    "flights": ["compare", "flights-200k.arrow", "--by", "distance<500"],
    "movies": ["compare", "movies.json", "--by", "Major Genre=Drama,Comedy"],
    "age": ["explain", "penguins.csv", "--by", "sex=MALE,FEMALE", "--column", "body_mass_g"],
}

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "</title></style></svg><img src=x onerror=window.pwned=1>",
    "\"><b onmouseover='window.pwned=1'>",
    "--p:0;background:url(//example.org)",
    "&lt;already&gt; &amp; escaped",
    "`code` | *stars* [link](javascript:window.pwned=1)",
    "\u202eright to left",
    "עברית العربية",
    "two\nlines\ttab",
    "\x1b[2J\x1b]0;title\x07",
    "👩‍👩‍👧‍👦 e\u0301 猫",
    "x" * 10_000,
    " ",
]


class Failed(Exception):
    pass


def check(truth, what: str) -> None:
    if not truth:
        raise Failed(what)


def write_hostile(path: Path, shift: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HOSTILE, "only here" if shift else "only there"])
        for row in range(400):
            writer.writerow([HOSTILE[(row * (shift + 1) + i) % len(HOSTILE)] for i in range(len(HOSTILE) + 1)])


def loads_nothing_and_says_nothing(browser: Browser, page: Path) -> None:
    check(not browser.said, f"the console says {browser.said}")
    check(browser.events == [page.resolve().as_uri()], f"requests: {browser.events}")


def reads_well(browser: Browser) -> None:
    """What a screen reader and a narrow screen need."""
    for width in [1200, 390]:
        browser.look(width)
        over = browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        check(over <= 0, f"{over} pixels too wide at {width}")
    unnamed = "[...document.querySelectorAll('svg')].filter(s => !s.querySelector('title') && !s.ariaHidden).length"
    check(browser.run(unnamed) == 0, "a drawing has no title")
    bare = "[...document.querySelectorAll('svg.p')].filter(s => !s.closest('div').querySelector('table')).length"
    check(browser.run(bare) == 0, "a plot has no table")
    check(browser.run("document.querySelectorAll('h1').length") == 1, "not one heading")


SHOWN = "[...document.querySelectorAll('#columns>details')].filter(row => !row.hidden)"
NAMES = f"{SHOWN}.map(row => row.querySelector('bdi').textContent)"


def search_and_filter(browser: Browser) -> None:
    all_names = browser.run(NAMES)
    verdicts = browser.run(f"{SHOWN}.map(row => row.classList[0])")
    # The keyboard alone: / to the search, then letters.
    browser.press("/", 191, "/")
    check(browser.run("document.activeElement.id") == "search", "/ does not reach the search")
    part = all_names[-1][-3:].lower()
    browser.call("Input.insertText", text=part)
    expected = [name for name in all_names if part in name.lower()]
    check(browser.run(NAMES) == expected, f"searching {part!r} shows {browser.run(NAMES)}")
    browser.call("Input.insertText", text="no such column")
    check(browser.run(NAMES) == [], "nonsense is found")
    check(browser.run("!document.getElementById('none').hidden"), "nothing is shown and nothing said")
    clear = "const s = document.getElementById('search'); s.value = ''; s.dispatchEvent(new Event('input', {bubbles: true}))"
    browser.run(f"{{ {clear} }}")
    for verdict in ["drifted", "undecided", "stable"]:
        click = f"document.querySelector('[value={verdict}]').click()"
        browser.run(click)
        expected = [name for name, said in zip(all_names, verdicts) if said != verdict]
        check(browser.run(NAMES) == expected, f"without {verdict}: {browser.run(NAMES)[:5]}")
        browser.run(click)
    check(browser.run(NAMES) == all_names, "the filter does not come undone")


def order(browser: Browser) -> None:
    given = browser.run(NAMES)
    choose = "const s = document.getElementById('order'); s.value = '{}'; s.dispatchEvent(new Event('change'))"
    for value in ["kl", "name", "given"]:
        browser.run("{" + choose.format(value) + "}")
        match value:
            case "kl":
                sizes = browser.run(f"{SHOWN}.map(row => +row.dataset.k)")
                check(sizes == sorted(sizes, reverse=True), "not by size")
            case "name":
                names = browser.run(NAMES)
                by_rules = f"{NAMES}.sort(new Intl.Collator(undefined, {{numeric: true}}).compare)"
                check(names == browser.run(by_rules), "not by name")
            case _:
                check(browser.run(NAMES) == given, "not as reported")


def opening(browser: Browser) -> None:
    opened = "[...document.querySelectorAll('#columns>details')].filter(row => row.open).length"
    check(browser.run(opened) == 0, "open from the start")
    browser.run("document.querySelector('#columns summary').focus()")
    browser.press("Enter", 13, "\r")
    check(browser.run(opened) == 1, "Enter does not open a column")
    browser.run("location.hash = 'c1'")
    browser.run("new Promise(done => setTimeout(done, 50))")
    check(browser.run("document.getElementById('c1').open"), "a link does not open its column")
    browser.run("for (const row of document.querySelectorAll('#columns>details')) row.open = false")
    browser.run("document.getElementById('open').click()")
    check(browser.run(f"{opened} === {SHOWN}.length"), "Open all does not")
    browser.run("document.getElementById('open').click()")
    check(browser.run(opened) == 0, "Close all does not")


def without_scripts(browser: Browser, page: Path, columns: int) -> None:
    browser.open(page, scripts=False)
    # The page's own script is off; ours runs in a world of its own.
    rows = "[...document.querySelectorAll('#columns>details')].filter(row => row.getBoundingClientRect().height > 0).length"
    check(browser.run(rows) == columns, "columns are missing without scripts")
    check(browser.run("document.querySelector('.tools')?.hidden ?? true"), "tools that do nothing are shown")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def hostile(browser: Browser) -> None:
    check(browser.run("window.pwned") is None, "a value was run")
    check(browser.run("document.scripts.length") == 1, "a script was added")
    check(browser.run("document.querySelectorAll('img, b[onmouseover], a[href^=javascript]').length") == 0, "markup got in")
    names = browser.run(NAMES)
    for text in HOSTILE[:6]:
        check(text in names, f"{text!r} is not among the columns")
    orders = r"/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent)"
    check(not browser.run(orders), "a control or direction character got in")


def make(kullback: str, arguments: list[str], page: Path, folder: Path) -> int:
    command = [kullback, *arguments, "--html", str(page.resolve())]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    check(ran.returncode == 0, f"{' '.join(command)}: {ran.stderr}")
    return page.stat().st_size


def pictures(browser: Browser, page: Path, folder: Path) -> None:
    for name, width, dark in [("wide", 1200, False), ("dark", 1200, True), ("narrow", 390, False)]:
        browser.look(width, dark)
        browser.open(page)
        browser.run("for (const row of [...document.querySelectorAll('#columns>details')].slice(0, 3)) row.open = true")
        browser.picture(folder / f"{page.stem}-{name}.png")
    browser.look(1200)
    browser.open(page)
    browser.paper(folder / f"{page.stem}.pdf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kullback", default=str(ROOT / "target/debug/kullback"))
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    kullback = str(Path(options.kullback).resolve())
    failures = 0
    with tempfile.TemporaryDirectory() as temporary, Browser(options.chromium) as browser:
        folder = Path(temporary)
        write_wide(folder / "p.csv", 1000, 200, drifts=False)
        write_wide(folder / "q.csv", 1000, 200, drifts=True)
        write_hostile(folder / "hostile-p.csv", 0)
        write_hostile(folder / "hostile-q.csv", 1)
        titanic = ["compare", "examples/titanic/lost.csv", "examples/titanic/survivors.csv", "--joint"]
        models = ["models", "examples/models/base", "examples/models/nudged"]
        pages = {
            "titanic": (titanic, ROOT),
            "models": (models, ROOT),
            "thousand": (["compare", "p.csv", "q.csv"], folder),
            "hostile": (["compare", "hostile-p.csv", "hostile-q.csv", "--header", "--joint"], folder),
        }
        if DATA.is_dir():
            pages |= {name: (arguments, DATA) for name, arguments in REAL.items()}
        else:
            print(f"skipped, for {DATA} is missing: {', '.join(REAL)}")
        for name, (arguments, place) in pages.items():
            page = folder / f"{name}.html"
            try:
                size = make(kullback, arguments, page, place)
                browser.look(1200)
                seconds = browser.open(page)
                loads_nothing_and_says_nothing(browser, page)
                columns = browser.run("document.querySelectorAll('#columns>details').length")
                if name == "hostile":
                    hostile(browser)
                if columns > 1:
                    opening(browser)
                    search_and_filter(browser)
                    order(browser)
                reads_well(browser)
                check(not browser.said, f"the console says {browser.said}")
                # The budget of a page; a cap on names and values keeps hostile ones within it.
                check(size < 40_000 + 3_000 * max(columns, 20), f"{size} bytes for {columns} columns")
                without_scripts(browser, page, columns)
                print(f"ok      {name}: {columns} columns, {size / 1e3:.0f} kB, drawn in {seconds:.2f} s")
                if options.pictures:
                    options.pictures.mkdir(parents=True, exist_ok=True)
                    pictures(browser, page, options.pictures)
            except (Failed, RuntimeError) as failure:
                failures += 1
                print(f"FAILED  {name}: {failure}")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
