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


ROW = bytes([2, 1, 0, 3])


def five_names(n):
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
    return sum(map(sum, pair[0]))
