import asyncio

COUNTS = {}


def solve(addresses):
    COUNTS.update(open=0, most=0)
    results = asyncio.run(check_all(addresses))
    return results, COUNTS["most"]


async def check_all(addresses):
    limit = asyncio.Semaphore(5)
    return await asyncio.gather(*(check_within(limit, address) for address in addresses))


async def check_within(limit, address):
    async with limit:
        return await check(address)


async def check(address):
    COUNTS["open"] += 1
    COUNTS["most"] = max(COUNTS.values())
    answer = bytearray(5_000)
    await asyncio.sleep(0)
    COUNTS["open"] -= 1
    return len(address) + len(answer)
