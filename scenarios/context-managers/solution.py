def solve(file):
    total = largest = 0
    with file:
        for line in file:
            number = int(line)
            total += number
            largest = max(largest, number)
    return total, largest
