import io


def data(n):
    """A file of n records of ten bytes each, as it is opened: in binary, at its beginning."""

    class Opened(io.BytesIO):
        def close(self):
            # It can be opened again.
            self.seek(0)

    return Opened(b"".join(b"%09d\n" % (i % 1000) for i in range(n)))
