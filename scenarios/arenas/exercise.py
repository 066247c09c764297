def solve(measurements):
    values = [int(line.split()[1]) for line in measurements]
    return sorted(values, reverse=True)[:10]
