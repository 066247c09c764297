import asyncio


def solve(addresses):
    return asyncio.run(check_all(addresses))


async def check_all(addresses):
    results = [None] * len(addresses)
    shared = enumerate(addresses)
    await asyncio.gather(*(work(shared, results) for _ in range(5)))
    return results


async def work(shared, results):
    for place, address in shared:
        results[place] = await check(address)


async def check(address):
    answer = bytearray(500)
    await asyncio.sleep(0)
    return len(address) + len(answer)
