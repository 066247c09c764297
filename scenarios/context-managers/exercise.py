import zlib


def solve(reports):
    checksums = []
    for report in reports:
        with report as source:
            text = source.read()
            checksums.append(zlib.crc32(text))
    return checksums
