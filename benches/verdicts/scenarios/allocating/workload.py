"""The same work twice, and with one, two and five percent more of it."""


def work(blocks):
    total = 0
    for _ in range(blocks):
        for i in range(1000, 1020):
            total += len([i] * 8) + len(str(i))
    return total


def second_work(blocks):
    total = 0
    for _ in range(blocks):
        for i in range(1000, 1020):
            total += len([i] * 8) + len(str(i))
    return total


# All variants are the same expression with other numbers. One with a shorter expression has a
# smaller frame, its callee's frame then lies elsewhere, and that alone was seen to make two
# percent.
def base(n):
    return work(n // 20 + n // 1_000_000)


def copy(n):
    return second_work(n // 20 + n // 1_000_000)


def one_percent(n):
    return work(n // 20 + n // 2_000)


def two_percent(n):
    return work(n // 20 + n // 1_000)


def five_percent(n):
    return work(n // 20 + n // 400)
