class Store:
    """Documents as a database hands them out: as many at a time as one asks for."""

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def fetch(self, first, count):
        if count < 50:
            raise ValueError("a trip for fewer than 50 documents: ask for more at a time")
        return [self.document(i) for i in range(first, min(first + count, self.n))]

    def document(self, i):
        # The time of the change comes first, so that later documents are larger.
        return f"{i * 7919 % 1_000_003:>9} title {i} ".ljust(2_000, ".")


def data(n):
    return Store(n)
