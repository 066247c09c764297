class Log:
    """A web server's log. Its lines are made as they are read, as an open file gives them."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            status = 200 if i % 5 else 404
            yield f"GET /page/{i % 97} {status} {i * 37 % 5000}"


def data(n):
    return Log(n)
