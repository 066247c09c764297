class Measurements:
    """Measurements as they come from an instrument: text, one line at a time."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield f"{i} {i * 7919 % 1_000_003}"


def data(n):
    return Measurements(n)
