"""Tables of every kind give what the command gives, and errors say what to do."""

import datetime as dt
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import kullback
from kullback import _progress

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
TITANIC = ROOT / "examples" / "titanic"


@pytest.fixture
def said(command):
    """What the command says, as JSON."""
    return lambda *arguments: json.loads(command(*arguments, "--json"))


def shared(*names):
    paths = [DATA / name for name in names]
    if not all(path.exists() for path in paths):
        pytest.skip(f"../shared/data is absent (no {', '.join(names)})")
    return paths


def without_names(report):
    """A report but for what the tables are called, and the types as their sources name them."""
    report = json.loads(report if isinstance(report, str) else json.dumps(report))
    for side in ("p", "q"):
        report[side].pop("name")
        report[side].pop("files")
    for column in report["columns"]:
        column.pop("types")
    return report


def findings(report):
    """What was found of each column, in the order of the report."""
    return [(column["name"], column["verdict"], column["estimates"], column["test"], column["outcomes"]) for column in report["columns"]]


@pytest.fixture(scope="module")
def titanic():
    return TITANIC / "lost.csv", TITANIC / "survivors.csv"


def test_paths_give_what_the_command_gives(titanic, said):
    expected = said("compare", *titanic)
    for p, q in (titanic, map(str, titanic)):
        assert json.loads(kullback.compare(p, q).to_json()) == expected
    joint = kullback.compare(*titanic, given="class", unit="bits", measures=["js", "kl", "renyi:0.5"])
    args = ("--given", "class", "--base", "bits", "--measure", "js,kl,renyi:0.5")
    assert json.loads(joint.to_json()) == said("compare", *titanic, *args)
    assert joint.joint["given"]["column"] == "class"
    split = kullback.compare(titanic[0], by="class=1st,3rd", columns="sex", tolerance="2pp")
    assert json.loads(split.to_json()) == said(
        "compare", titanic[0], "--by", "class=1st,3rd", "--columns", "sex", "--tolerance", "2pp"
    )
    assert kullback.explain(*titanic, "sex").to_dict() == said("explain", *titanic, "--column", "sex")["columns"][0]


def test_globs_lists_and_directories(titanic, tmp_path):
    lines = titanic[0].read_text().splitlines(keepends=True)
    half = len(lines) // 2
    (tmp_path / "a, b.csv").write_text("".join(lines[:half]))
    (tmp_path / "c.csv").write_text("".join([lines[0], *lines[half:]]))
    whole = without_names(kullback.compare(*titanic).to_json())
    parts = sorted(tmp_path.iterdir())
    for p in (tmp_path, f"{tmp_path}/*.csv", parts, tuple(map(str, parts)), [kullback.profile(part) for part in parts]):
        assert without_names(kullback.compare(p, titanic[1]).to_json()) == whole


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_frames_give_what_a_file_of_theirs_gives(library, tmp_path, said):
    """Of the same values in Parquet, by every kind of table, in any mix."""
    module = pytest.importorskip(library)
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rng = np.random.default_rng(3)

    def rows(n, shift):
        words = [None if i % 11 == 3 else ("north", "south", "a longer word for views")[(i * i + shift) % 3] for i in range(n)]
        return arrow.table(
            {
                "x": rng.normal(shift, 1, n),
                "whole": arrow.array([None if i % 7 == 1 else i % (5 + shift) for i in range(n)], arrow.int32()),
                "word": words,
                "level": arrow.array(words).dictionary_encode(),
                "day": [dt.date(2020, 1, 1 + (i + shift) % 28) for i in range(n)],
                "at": [dt.datetime(2020, 1, 1, i % 24, shift) for i in range(n)],
                "price": arrow.array([Decimal(i % 50) / 4 for i in range(n)], arrow.decimal128(10, 2)),
                "flag": [i % (2 + shift) == 0 for i in range(n)],
            }
        )

    tables = [rows(700, 0), rows(900, 1)]
    files = []
    for name, table in zip("pq", tables):
        parquet.write_table(table, tmp_path / f"{name}.parquet")
        files.append(tmp_path / f"{name}.parquet")
    made = {
        "pandas": lambda table: table.to_pandas(types_mapper=module.ArrowDtype if library == "pandas" else None),
        "polars": lambda table: module.from_arrow(table),
        "pyarrow": lambda table: table,
        "duckdb": lambda table: module.from_arrow(table),
    }[library]
    p, q = map(made, tables)
    expected = without_names(said("compare", *files, "--joint"))
    for sides in ((p, q), (p, files[1]), (files[0], q)):
        assert without_names(kullback.compare(*sides, joint=True).to_json()) == expected
    if library == "polars":
        assert without_names(kullback.compare(p.lazy(), q.lazy(), joint=True).to_json()) == expected
        assert without_names(kullback.compare([p[:100], p[100:]], q, joint=True).to_json()) == expected
    if library == "pyarrow":
        reader = tables[0].to_reader(max_chunksize=64)
        report = kullback.compare(reader, q)
        assert report.p["rows"] == 700
        with pytest.raises(kullback.Error, match="read only once, and pairs of columns take a second reading"):
            kullback.compare(tables[0].to_reader(), q, joint=True)


def test_census_by_every_way(said):
    train, test = shared("adult-train.csv", "adult-test.csv")
    expected = said("compare", train, test, "--no-header", "--columns", "column_1,column_4,column_9")
    options = {"columns": ["column_1", "column_4", "column_9"]}
    assert findings(json.loads(kullback.compare(train, test, header=False, **options).to_json())) == findings(expected)
    names = [f"column_{i}" for i in range(1, 16)]
    # Frames as libraries of their own read the text: numbers, texts and nulls are ours.
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    names = [f"column_{i}" for i in range(1, 16)]
    given = {"header": None, "names": names, "na_values": ["?"], "skipinitialspace": True, "keep_default_na": False}
    frames = [pandas.read_csv(path, **given) for path in (train, test)]
    expected = findings(said("compare", train, test, "--no-header"))
    assert len(expected) == 15
    assert findings(json.loads(kullback.compare(*frames).to_json())) == expected
    from_pandas = [polars.from_pandas(frame) for frame in frames]
    assert findings(json.loads(kullback.compare(*from_pandas).to_json())) == expected
    relations = [duckdb.from_df(frame) for frame in frames]
    assert findings(json.loads(kullback.compare(*relations).to_json())) == expected
    split = kullback.compare(from_pandas[0], by="column_10=Male,Female")
    assert findings(json.loads(split.to_json())) == findings(said("compare", train, "--no-header", "--by", "column_10=Male,Female"))


def test_json_and_arrow_beside_frames(said):
    arrow = pytest.importorskip("pyarrow")
    flights, movies = shared("flights-200k.arrow", "movies.json")
    with arrow.memory_map(str(flights)) as file:
        table = arrow.ipc.open_file(file).read_all()
    expected = said("compare", flights, "--by", "time<12", "--joint")
    assert without_names(kullback.compare(table, by="time<12", joint=True).to_json()) == without_names(expected)
    profiled = kullback.profile(movies)
    assert without_names(kullback.compare(profiled, movies).to_json()) == without_names(said("compare", movies, movies))


def test_columns_of_lists_and_arrays():
    days = [dt.date(2020, 1, 1), None, dt.date(2020, 1, 3)]
    table = {
        "text": ["a", None, "b"],
        "integer": [1, None, 3],
        "number": [1.5, None, float("inf")],
        "decimal": [Decimal("0.1"), Decimal("0.2"), None],
        "flag": [True, False, None],
        "day": days,
        "at": np.array(["2020-01-01", "NaT", "2020-01-03"], dtype="datetime64[ns]"),
        "took": [dt.timedelta(seconds=1), None, dt.timedelta(seconds=2)],
        "array": np.arange(3, dtype=np.uint8),
        "single": np.array([0.1, 0.2, 0.3], dtype=np.float32),
        "object": np.array(["a", None, "b"], dtype=object),
        "masked": np.ma.masked_array([1, 2, 3], mask=[False, True, False]),
    }
    report = kullback.compare([table, table], table, sort="table")
    assert report.names == list(table)
    kinds = {column.name: column.kind for column in report}
    assert kinds["day"] == kinds["at"] == "time" and kinds["took"] == "duration" and kinds["flag"] == "boolean"
    assert [column.nulls for column in report] == [(2 * n, n) for n in (1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1)]
    # A day is the same day however it is written.
    assert kullback.compare({"d": days}, {"d": table["at"]})["d"].values["kl"] == 0
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"x": [1, 2, 3], "s": ["a", "b", None]})
    series = {"x": frame["x"], "s": frame["s"]}
    assert without_names(kullback.compare(series, frame).to_json()) == without_names(kullback.compare(frame, frame).to_json())


def test_types_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "enum": polars.Series(["x", "y", None, "x"], dtype=polars.Enum(["x", "y"])),
            "categorical": polars.Series(["x", "y", None, "x"], dtype=polars.Categorical),
            "time": [dt.time(1, 2), dt.time(3, 4), None, dt.time(1, 2)],
            "duration": [dt.timedelta(1), None, dt.timedelta(2), dt.timedelta(1)],
            "decimal": polars.Series([Decimal("1.50"), None, Decimal("2.25"), Decimal("1.50")]),
            "struct": [{"a": 1, "b": "u"}, {"a": 2, "b": None}, None, {"a": 1, "b": "u"}],
            "null": [None] * 4,
            "list": [[1], [2], None, []],
            "binary": [b"a", b"b", None, b"a"],
        }
    )
    report = kullback.compare([frame, frame], frame, sort="table")
    assert report.names == ["enum", "categorical", "time", "duration", "decimal", "struct.a", "struct.b", "null"]
    assert {one["column"] for one in report.not_compared} == {"list", "binary"}
    assert report["struct.b"].nulls == (4, 2) and report["null"].nulls == (8, 4)
    assert [(one.kind, one.count) for one in report["enum"].outcomes] == [("null", (2, 1)), ("text", (4, 2)), ("text", (2, 1))]
    wide = polars.DataFrame({"i": polars.Series([1, 2], dtype=polars.Int128)})
    with pytest.raises(kullback.Error, match="polars DataFrame: its Arrow stream cannot be read: .*cast or drop it"):
        kullback.compare(wide, wide)


def test_pandas_as_it_comes():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"c": pandas.Categorical(["u", "v", "u", None]), "x": [1.0, np.nan, 2.0, 2.0]}, index=[5, 7, 9, 11])
    report = kullback.compare(frame, frame[frame.x == 2.0])
    assert sorted(report.names) == ["c", "x"], "the index is no column"
    assert report["c"].rows == (4, 2)
    with pytest.raises(kullback.Error, match="the frame of pandas is none of Arrow's: .*give each column one type"):
        kullback.compare(pandas.DataFrame({"x": [1, "a"]}), frame)


def test_relations_of_duckdb_on_one_connection():
    duckdb = pytest.importorskip("duckdb")
    p = duckdb.sql("select i % 10 as x, i % 3 as y from range(100000) t(i)")
    q = duckdb.sql("select i % 9 as x, i % 3 as y from range(90000) t(i)")
    report = kullback.compare(p, q, joint=True)
    assert (report.p["rows"], report.q["rows"]) == (100000, 90000)
    assert report.drifted == ["x"]
    wrong = duckdb.sql("select case when i > 90000 then error('row ' || i) else i end as x from range(100000) t(i)")
    with pytest.raises(kullback.Error, match="(?s)duckdb DuckDBPyRelation: its Arrow stream cannot be read: .*row 9"):
        kullback.compare(wrong, q)


def test_a_report_is_a_sequence_of_columns(titanic, tmp_path, command):
    report = kullback.compare(*titanic)
    assert len(report) == 3 and report.names == [column.name for column in report]
    assert report.drifted == report.names and not report.stable and not report.undecided
    assert "sex" in report and "none" not in report
    sex = report["sex"]
    assert sex.verdict == "drifted" and isinstance(sex.kl, float) and sex.kl.interval == sex.interval
    assert sex.kl.plug_in == pytest.approx(sex.values["kl"], rel=1e-12) and sex.js.unit == "nats"
    assert sum(outcome.contribution for outcome in sex.contributions) == pytest.approx(sex.values["kl"], rel=1e-12)
    assert sum(sex.parts.values()) == pytest.approx(sex.kl, rel=1e-9)
    assert 0 < sex.p_value <= sex.p_adjusted < 1e-50
    with pytest.raises(KeyError, match="there is no column `none`; there are: sex"):
        report["none"]
    width = {"width": 100}
    assert report.to_text(**width) == command("compare", *titanic)
    assert kullback.explain(*titanic, "sex").to_text(**width) == command("explain", *titanic, "--column", "sex")
    assert str(report).startswith("P  ") and "`sex`" in report.to_markdown()
    page = report.to_html(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page and page.startswith("<!doctype html>")
    assert "<td" in report._repr_html_() and "sex" in sex._repr_html_()
    assert report.to_csv().count("\n") == 4


def test_numbers_that_json_lacks():
    report = kullback.compare({"x": ["Infinity", "a"] * 50, "NaN": [1.0, float("nan")] * 50}, {"x": ["b", "a"] * 50, "NaN": [1.0] * 100})
    assert report["x"].values["kl"] == float("inf")
    assert report.names == ["x", "NaN"]
    assert {outcome.label for outcome in report["x"].outcomes} == {"Infinity", "a", "b"}
    assert "NaN" in report["NaN"].outcomes[-1].label


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_come_back(library, titanic):
    module = pytest.importorskip(library)
    frame = kullback.compare(*titanic).to_frame(library)
    kind = module.Table if library == "pyarrow" else module.DataFrame
    assert isinstance(frame, kind)
    data = frame.to_pydict() if library == "pyarrow" else frame.to_dict() if library == "pandas" else frame.to_dict(as_series=False)
    assert data["column"][0] == "sex" and data["verdict"][0] == "drifted"
    given = kind({"x": [1, 2, 2]}) if library != "pyarrow" else module.table({"x": [1, 2, 2]})
    assert isinstance(kullback.compare({"x": [1, 2]}, given).to_frame(), kind)


def test_profiles_add_up(titanic):
    p, q = titanic
    report = kullback.compare(p, q)
    profiles = kullback.profile(p), kullback.profile(q)
    for sides in (profiles, (profiles[0], q), (p, profiles[1])):
        assert without_names(kullback.compare(*sides).to_json()) == without_names(report.to_json())
    both = profiles[0] + profiles[1]
    assert both.rows == report.p["rows"] + report.q["rows"] and both.columns == profiles[0].columns
    merged = kullback.merge(*profiles, name="all")
    assert merged.name == "all" and repr(merged) == "Profile('all', 2,201 rows, 3 columns)"
    assert without_names(kullback.compare(merged, q).to_json()) == without_names(kullback.compare([p, q], q).to_json())
    with pytest.raises(kullback.Error, match="is a profile, which has no rows, and pairs of columns take a second reading"):
        kullback.compare(both, q, joint=True)
    with pytest.raises(TypeError, match="no form on disk yet"):
        pickle.dumps(both)
    with pytest.raises(TypeError, match="merge takes profiles"):
        kullback.merge()
    texts = kullback.profile({"x": ["1", "2"]})
    assert texts.types == {"x": "Utf8"} and texts.nulls == {"x": 0}
    with pytest.raises(kullback.Error, match="column `x`: it was read as it is declared, .*profile it with types="):
        kullback.compare(texts, {"x": [1, 2]})
    with pytest.raises(kullback.Error, match="the column `x` of the files before it is missing"):
        texts + kullback.profile({"y": ["1"]})


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda t: kullback.compare("none.csv", t), FileNotFoundError, "none.csv: no such file or directory"),
        (lambda t: kullback.compare(3, t), TypeError, "a int is no table: give a path, a frame"),
        (lambda t: kullback.compare([], t), TypeError, "an empty list is no table"),
        (lambda t: kullback.compare({}, t), kullback.Error, "an empty mapping is no table"),
        (lambda t: kullback.compare({"a": [1, 2], "b": [1]}, t), kullback.Error, "of different lengths: a: 2, b: 1"),
        (lambda t: kullback.compare({"a": [1, "x"]}, t), TypeError, "column `a` holds integers, as in row 0, and texts, as in row 1"),
        (lambda t: kullback.compare({"a": [1j]}, t), TypeError, "column `a`, row 0: a complex has no distribution"),
        (lambda t: kullback.compare({"a": [[1]]}, t), TypeError, "column `a`, row 0: a list has no distribution"),
        (lambda t: kullback.compare({"a": np.ones((2, 2))}, t), TypeError, "column `a` has 2 axes"),
        (lambda t: kullback.compare({"a": "abc"}, t), TypeError, "column `a` is a str"),
        (lambda t: kullback.compare(t), kullback.Error, "a second table is missing; name it, or split the first with by="),
        (lambda t: kullback.compare(t, t, by="x=1,2"), kullback.Error, "by= splits one table, and two are given"),
        (lambda t: kullback.compare(t, by="x"), kullback.Error, "`x` splits nothing; write column=a,b"),
        (lambda t: kullback.compare(t, {"z": [1]}), kullback.Error, "no column in common .* say header=False"),
        (lambda t: kullback.compare(t, t, columns=["X"]), kullback.Error, "there is no column `X`; did you mean `x`"),
        (lambda t: kullback.compare(t, t, types={"x": "colour"}), kullback.Error, "`colour` is no column type"),
        (lambda t: kullback.compare(t, t, measures="lk"), kullback.Error, "no measure is called `lk`: did you mean `kl`"),
        (lambda t: kullback.compare(t, t, measures=[]), kullback.Error, "measures is empty"),
        (lambda t: kullback.compare(t, t, unit="furlongs"), kullback.Error, "furlongs"),
        (lambda t: kullback.compare(t, t, tolerance="5%"), kullback.Error, "tolerance is '5%': write nats"),
        (lambda t: kullback.compare(t, t, tolerance=-1), kullback.Error, "tolerance is nats above 0"),
        (lambda t: kullback.compare(t, t, level=1.0), kullback.Error, "level is 1"),
        (lambda t: kullback.compare(t, t, joint=True), kullback.Error, "no two columns .* leave out joint= and given="),
        (lambda t: kullback.compare(t, t, joint=True, levels=1), kullback.Error, "levels is 1: it is from 2 to 32"),
        (lambda t: kullback.compare(t, t, delimiter="::"), kullback.Error, "delimiter is"),
        (lambda t: kullback.explain(t, t), TypeError, "explain takes a column"),
        (lambda t: kullback.explain(t, t, "y"), kullback.Error, "there is no column `y`"),
        (lambda t: kullback.compare(t, {"x": []}), kullback.Error, "no rows: nothing to compare"),
        (lambda t: kullback.compare(t, t).to_frame("excel"), ValueError, "there are no frames of excel"),
    ],
)
def test_errors_say_what_to_do(call, error, message):
    with pytest.raises(error, match=f"(?s){message}") as caught:
        call({"x": [1, 2, 2]})
    assert "--" not in str(caught.value)


def test_notes_name_arguments(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("1,2\n3,4\n")
    notes = kullback.compare(path, path).p["notes"]
    assert "(header=True if there is one)" in notes[0] and "--" not in notes[0]


@pytest.fixture(scope="module")
def much(tmp_path_factory):
    """A text that takes some time to read."""
    path = tmp_path_factory.mktemp("much") / "rows.csv"
    block = "".join(f"{i},{i % 17}.25,word {i % 1000}\n" for i in range(100_000))
    with open(path, "w") as file:
        file.write("a,b,c\n")
        for _ in range(12):
            file.write(block)
    return path


def test_ctrl_c_stops_a_reading(much, monkeypatch):
    polars = pytest.importorskip("polars")
    frame = polars.read_csv(much)
    for table in (much, frame):
        seen = []

        def press(self, done, total):
            seen.append(done)
            if len(seen) == 1:
                threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()

        monkeypatch.setattr(_progress.Bar, "__call__", press)
        with pytest.raises(KeyboardInterrupt):
            kullback.profile([table] * 50, progress=True)
        # It was heard long before the end, which would be fifty times as much.
        assert seen[-1] < 50 * much.stat().st_size / 2


def test_other_threads_run_meanwhile(much):
    ticks = 0
    done = threading.Event()

    def count():
        nonlocal ticks
        while not done.wait(0.005):
            ticks += 1

    thread = threading.Thread(target=count)
    thread.start()
    kullback.profile(much)
    done.set()
    thread.join()
    assert ticks > 3


def test_progress_is_shown_where_it_is_asked_for(much, capsys, monkeypatch):
    seen = []
    monkeypatch.setattr(_progress.Bar, "__call__", lambda self, done, total: seen.append((done, total)))
    kullback.profile(much, progress=True)
    assert seen and all(total == much.stat().st_size for _, total in seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen) and seen[-1][0] > 0
    seen.clear()
    kullback.profile({"x": [1]}, progress=None)
    assert not seen, "standard error is no terminal here"


def test_a_line_on_standard_error(capsys):
    bar = _progress.Bar()
    bar._started -= 2
    with bar:
        bar(50_000_000, 100_000_000)
    err = capsys.readouterr().err
    assert err.startswith("\rreading ████") and "50.0 of 100.0 MB" in err and err.endswith("\r")


def test_a_line_in_a_notebook(monkeypatch):
    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data["text/plain"])

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return Handle()

    ipython = pytest.importorskip("IPython.display")
    monkeypatch.setattr(ipython, "display", display)
    monkeypatch.setattr(_progress, "in_notebook", lambda: True)
    with _progress.shown(None) as bar:
        bar._started -= 2
        bar(1_000_000, None)
        bar._drawn -= 1
        bar(2_000_000, None)
    assert shown == ["reading 1.0 MB", "reading 2.0 MB", ""]


def test_what_raises_while_progress_is_shown_stops_the_reading(much, monkeypatch):
    def fail(self, done, total):
        raise RuntimeError("enough")

    monkeypatch.setattr(_progress.Bar, "__call__", fail)
    with pytest.raises(RuntimeError, match="enough"):
        kullback.compare([much] * 20, much, progress=True)


def test_nothing_is_left_on_standard_output(titanic):
    code = f"import kullback; kullback.compare({str(titanic[0])!r}, {str(titanic[1])!r}, progress=True)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_new_nulls_come_first_with_what_they_weigh():
    """The signed part of what only Q has is nothing, though it takes its share from all else."""
    report = kullback.compare({"x": [1, 2, 3, 3] * 50}, {"x": [1, 2, 3, None] * 50})
    first = report["x"].contributions[0]
    assert first.kind == "null" and abs(first.signed) < 1e-15 and first.estimated > 0.2
    assert "(null): 0.0% → 25.0%, 0.2" in report._repr_html_()
