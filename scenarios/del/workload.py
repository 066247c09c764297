def make(n, value):
    return bytearray([value]) * n


def keep_both(n):
    first = make(n, 1)
    total = sum(first)
    second = make(n, 2)
    return total + sum(second)


def delete_first(n):
    first = make(n, 1)
    total = sum(first)
    del first
    second = make(n, 2)
    return total + sum(second)


def delete_alias(n):
    first = make(n, 1)
    alias = first
    del first  # removes the name; the bytes are still in use
    total = sum(alias)
    second = make(n, 2)
    return total + sum(second)


def rebind(n):
    total = 0
    for value in (1, 2):
        current = make(n, value)
        total += sum(current)
    return total
