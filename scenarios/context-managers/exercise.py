def solve(file):
    with file:
        data = file.read()
    numbers = [int(line) for line in data.splitlines()]
    return sum(numbers), max(numbers)
