"""Expand the published counts of the Titanic's people into one row per person.

    python3 examples/titanic/build.py

writes `lost.csv` (1,490 rows) and `survivors.csv` (711 rows) beside this file.
The rows come in the order of the table below, so that the files are the same on every run.
The source of the counts is in README.md beside this file.
"""

import csv
from pathlib import Path

# (class, sex, age): (lost, survived)
COUNTS = {
    ("1st", "male", "child"): (0, 5),
    ("2nd", "male", "child"): (0, 11),
    ("3rd", "male", "child"): (35, 13),
    ("crew", "male", "child"): (0, 0),
    ("1st", "female", "child"): (0, 1),
    ("2nd", "female", "child"): (0, 13),
    ("3rd", "female", "child"): (17, 14),
    ("crew", "female", "child"): (0, 0),
    ("1st", "male", "adult"): (118, 57),
    ("2nd", "male", "adult"): (154, 14),
    ("3rd", "male", "adult"): (387, 75),
    ("crew", "male", "adult"): (670, 192),
    ("1st", "female", "adult"): (4, 140),
    ("2nd", "female", "adult"): (13, 80),
    ("3rd", "female", "adult"): (89, 76),
    ("crew", "female", "adult"): (3, 20),
}

# Margins as published: a slip in the table above does not go unnoticed.
MARGINS = {"1st": 325, "2nd": 285, "3rd": 706, "crew": 885, "male": 1731, "female": 470, "child": 109, "adult": 2092}


def main() -> None:
    for value, people in MARGINS.items():
        found = sum(sum(counts) for key, counts in COUNTS.items() if value in key)
        assert found == people, f"{value}: {found} people instead of {people}"

    folder = Path(__file__).parent
    for fate, (name, people) in enumerate([("lost", 1490), ("survivors", 711)]):
        rows = [key for key, counts in COUNTS.items() for _ in range(counts[fate])]
        assert len(rows) == people, f"{name}: {len(rows)} people instead of {people}"
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["class", "sex", "age"])
            out.writerows(rows)


if __name__ == "__main__":
    main()
