import gc


class Table:
    def __init__(self, job):
        self.cells = bytearray([job % 251]) * 100_000
        self.lookup = {"all": self}

    def checksum(self):
        return sum(self.lookup["all"].cells[::1_000])


def solve(jobs):
    total = 0
    for job in jobs:
        total += Table(job).checksum()
        gc.collect()
    return total
