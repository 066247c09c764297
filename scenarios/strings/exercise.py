class Invoice:
    def __init__(self):
        self.text = ""

    def add(self, name, pieces, price):
        self.text += f"{name}: {pieces} x {price}\n"


def solve(items):
    invoice = Invoice()
    for name, pieces, price in items:
        invoice.add(name, pieces, price)
    return invoice.text
