def data(n):
    """n rows of a table as text, each with a name, a year and a score."""
    return [f"name{i % 50},{1950 + i % 70},{i % 100}" for i in range(n)]
