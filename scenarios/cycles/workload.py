import weakref


class Node:
    def __init__(self, payload):
        self.payload = bytearray(payload)
        self.partner = None


def one_way(n):
    total = 0
    for _ in range(n):
        left, right = Node(100), Node(100)
        left.partner = right
        total += len(left.payload)
    return total


def both_ways(n):
    total = 0
    for _ in range(n):
        left, right = Node(100), Node(100)
        left.partner, right.partner = right, left
        total += len(left.payload)
    return total


def both_ways_heavy(n):
    total = 0
    for _ in range(n):
        left, right = Node(10_000), Node(10_000)
        left.partner, right.partner = right, left
        total += len(left.payload)
    return total // 100


def weak_back(n):
    total = 0
    for _ in range(n):
        left, right = Node(100), Node(100)
        left.partner, right.partner = right, weakref.ref(left)
        total += len(left.payload)
    return total
