"""The same work twice, and with one, two and five percent more of it."""


def work(blocks):
    state = 1
    for _ in range(blocks):
        for _ in range(20):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state


def second_work(blocks):
    state = 1
    for _ in range(blocks):
        for _ in range(20):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state


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
