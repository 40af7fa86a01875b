"""KL(ref‖cur) of every column with DuckDB's SQL, written as one would by hand.

    python3 bench/tables/peer_duckdb.py REF CUR THREADS

Numbers in 30 equal-mass bins of the reference, categories by value; nulls left out; half a count added to every
cell. Prints one JSON object, column to KL in nats. Parquet is queried in place, column by column; CSV, where
every query would parse the whole file again, is loaded first.
"""

import json
import sys

import duckdb

ref_file, cur_file, threads = sys.argv[1:]
db = duckdb.connect()
db.execute(f"SET threads={int(threads)}")
kind = "VIEW" if ref_file.endswith(".parquet") else "TABLE"
for name, file in [("ref", ref_file), ("cur", cur_file)]:
    db.execute(f"CREATE {kind} {name} AS SELECT * FROM '{file}'")

columns = {row[0]: row[1] for row in db.execute("DESCRIBE ref").fetchall()}
numbers = [name for name, kind in columns.items() if kind == "DOUBLE"]
steps = [i / 30 for i in range(1, 30)]
quantiles = ", ".join(f"quantile_cont({name}, {steps}) FILTER (NOT isnan({name}))" for name in numbers)
edges = dict(zip(numbers, db.execute(f"SELECT {quantiles} FROM ref").fetchone()))

found = {}
for name in columns:
    if name in edges:
        bins = " ".join(f"WHEN {name} < {edge!r} THEN {i}" for i, edge in enumerate(edges[name]))
        key, where = f"CASE {bins} ELSE {len(steps)} END", f"{name} IS NOT NULL AND NOT isnan({name})"
    else:
        key, where = name, f"{name} IS NOT NULL"
    found[name] = db.execute(f"""
        WITH a AS (SELECT {key} k, count(*) n FROM ref WHERE {where} GROUP BY 1),
             b AS (SELECT {key} k, count(*) n FROM cur WHERE {where} GROUP BY 1),
             j AS (SELECT coalesce(a.n, 0) + 0.5 x, coalesce(b.n, 0) + 0.5 y FROM a FULL JOIN b ON a.k = b.k),
             t AS (SELECT x / sum(x) OVER () p, y / sum(y) OVER () q FROM j)
        SELECT sum(p * ln(p / q)) FROM t""").fetchone()[0]
print(json.dumps(found))
