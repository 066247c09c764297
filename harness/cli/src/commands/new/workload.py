def all_at_once(n):
    return sum([i % 1000 for i in range(n)])


def one_by_one(n):
    return sum(i % 1000 for i in range(n))
