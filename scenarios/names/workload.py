def make(n):
    return [[2, 1, 0, 3] for _ in range(n)]


def sort_rows(rows):
    for row in rows:
        row.sort()


def no_backup(n):
    table = make(n)
    backup = None
    sort_rows(table)
    return table, backup


def another_name(n):
    table = make(n)
    backup = table
    sort_rows(table)
    return table, backup


def sliced(n):
    table = make(n)
    backup = table[:]
    sort_rows(table)
    return table, backup


def rows_copied(n):
    table = make(n)
    backup = [row[:] for row in table]
    sort_rows(table)
    return table, backup


def one_row(n):
    table = [[2, 1, 0, 3]] * n
    backup = None
    sort_rows(table)
    return table, backup


ROW = bytes([5, 4, 3, 2])


def five_references(n):
    table = ROW * n
    same = table
    box = [table, table]
    found = {"today": table}
    total = sum(same)
    table = None
    del same
    box.pop()
    box.clear()
    found["today"] = total
    return total


def sum_of_table(pair):
    # Each value by its place, so that a row that isn't sorted has another sum.
    return sum(i * value for row in pair[0] for i, value in enumerate(row))


def sum_beside_backup(pair):
    backup_was_kept = pair[1][0] == [2, 1, 0, 3]
    return sum_of_table(pair) if backup_was_kept else 0
