class Report:
    """A file of reports, which can be opened again; its text is made when it is read."""

    def __init__(self, first, size):
        self.first = first
        self.size = size

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def read(self):
        line = bytes(range(self.first, self.first + 100))
        return line * (self.size // len(line))


def data(n):
    """Four files of ten bytes for each of n."""
    return [Report(first, 10 * n) for first in (1, 30, 80, 150)]
