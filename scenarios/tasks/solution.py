import asyncio

COUNTS = {}


def solve(addresses):
    COUNTS.update(open=0, most=0)
    results = asyncio.run(check_all(addresses))
    return results, COUNTS["most"]


async def check_all(addresses):
    results = [None] * len(addresses)
    shared = enumerate(addresses)
    await asyncio.gather(*(work(shared, results) for _ in range(5)))
    return results


async def work(shared, results):
    for place, address in shared:
        results[place] = await check(address)


async def check(address):
    COUNTS["open"] += 1
    COUNTS["most"] = max(COUNTS.values())
    answer = bytearray(5_000)
    await asyncio.sleep(0)
    COUNTS["open"] -= 1
    return len(address) + len(answer)
