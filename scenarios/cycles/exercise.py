class Node:
    def __init__(self, text, parent=None):
        self.text = text
        self.body = bytearray(500)
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)

    def depth(self):
        return 0 if self.parent is None else 1 + self.parent.depth()


def solve(messages):
    total = 0
    for parts in messages:
        root = Node("message")
        inner = [Node(part, root) for part in parts]
        leaves = [Node(part, node) for part, node in zip(parts, inner)]
        total += sum(leaf.depth() * len(leaf.text) for leaf in leaves)
    return total
