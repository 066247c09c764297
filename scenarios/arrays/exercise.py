from array import array

# The beginning of each recording, for the report at the end.
HEADS = []


def louder(recording):
    return array("h", (sample * 2 for sample in recording))


def solve(recordings):
    HEADS.clear()
    for recording in recordings:
        HEADS.append(memoryview(louder(recording))[:10])
    return sum(sum(head) for head in HEADS)
