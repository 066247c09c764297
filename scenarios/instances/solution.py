import sys


class Row:
    __slots__ = ("name", "year", "score")

    def __init__(self, name, year, score):
        self.name = name
        self.year = year
        self.score = score


def solve(lines):
    rows = []
    years = {}
    for line in lines:
        name, year, score = line.split(",")
        year = years.setdefault(year, int(year))
        rows.append(Row(sys.intern(name), year, int(score)))
    return best_of_each_year(rows)


def best_of_each_year(rows):
    best = {}
    for row in rows:
        if row.year not in best or row.score > best[row.year].score:
            best[row.year] = row
    return {year: (row.name, row.score) for year, row in best.items()}
