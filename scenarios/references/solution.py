def solve(pixels):
    picture = take(pixels)
    picture = brighter(picture)
    picture = mirror(picture)
    picture = negative(picture)
    return sum(picture)


def take(pixels):
    return bytearray(i % 200 for i in range(pixels))


def brighter(picture):
    return picture.translate(bytes(min(255, value + 20) for value in range(256)))


def mirror(picture):
    return picture[::-1]


def negative(picture):
    return picture.translate(bytes(255 - value for value in range(256)))
