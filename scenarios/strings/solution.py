class Invoice:
    def __init__(self):
        self.lines = []

    def add(self, name, pieces, price):
        self.lines.append(f"{name}: {pieces} x {price}\n")

    def text(self):
        return "".join(self.lines)


def solve(items):
    invoice = Invoice()
    for name, pieces, price in items:
        invoice.add(name, pieces, price)
    return invoice.text()
