import heapq


def solve(measurements):
    return heapq.nlargest(10, (int(line.split()[1]) for line in measurements))
