def build_list(n):
    return sum([i * i for i in range(n)])


def generate(n):
    return sum(i * i for i in range(n))
