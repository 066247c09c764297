def data(n):
    """n messages in one bytes object, each a byte with its length and then so many bytes."""
    return b"".join(bytes([i % 40]) + bytes([i % 251]) * (i % 40) for i in range(n))
