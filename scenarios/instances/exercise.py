class Row:
    def __init__(self, name, year, score):
        self.name = name
        self.year = year
        self.score = score


def solve(lines):
    rows = []
    for line in lines:
        name, year, score = line.split(",")
        rows.append(Row(name, int(year), int(score)))
    return best_of_each_year(rows)


def best_of_each_year(rows):
    best = {}
    for row in rows:
        if row.year not in best or row.score > best[row.year].score:
            best[row.year] = row
    return {year: (row.name, row.score) for year, row in best.items()}
