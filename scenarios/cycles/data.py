def data(n):
    """n messages, each with the texts of its parts."""
    return [[f"part {part} of {i}" for part in range(5)] for i in range(n)]
