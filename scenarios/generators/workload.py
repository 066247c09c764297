import itertools


def build_list(n):
    return sum([i * i for i in range(n)])


def generate(n):
    return sum(i * i for i in range(n))


def run_twice(n):
    first, second = itertools.tee(i * i for i in range(n))
    return (sum(first) + sum(second)) // 2
