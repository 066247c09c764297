FAILED = []


def solve(documents):
    FAILED.clear()
    for name, rows in documents:
        try:
            check(name, rows)
        except ValueError as error:
            FAILED.append(error)
    return [str(error) for error in FAILED]


def check(name, rows):
    document = [bytearray(200) for _ in range(rows)]
    if len(document) % 5:
        raise ValueError(f"{name} has {rows} rows, which is no multiple of 5")
