import asyncio


def solve(addresses):
    return asyncio.run(check_all(addresses))


async def check_all(addresses):
    limit = asyncio.Semaphore(5)
    return await asyncio.gather(*(check_within(limit, address) for address in addresses))


async def check_within(limit, address):
    async with limit:
        return await check(address)


async def check(address):
    answer = bytearray(500)
    await asyncio.sleep(0)
    return len(address) + len(answer)
