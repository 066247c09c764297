import asyncio

# One loop for all calls: what it takes to make one differs a little from call to call. Tasks have
# one name, since "Task-1000" is longer than "Task-1".
LOOP = asyncio.new_event_loop()
LOOP.set_task_factory(lambda loop, coro, **others: asyncio.Task(coro, loop=loop, **others, name=""))
run = LOOP.run_until_complete


async def make_one_of_each():
    async with asyncio.Semaphore(1), asyncio.TaskGroup() as group:
        await asyncio.gather(asyncio.sleep(0))
        group.create_task(asyncio.sleep(0))


# By its first thirty instances a class learns how many attributes they have: each is smaller than
# the one before.
for _ in range(30):
    run(make_one_of_each())


async def fetch(i):
    body = bytearray(1_000)
    await asyncio.sleep(0)
    return i + body[0]


async def fetch_in_a_row(n):
    total = 0
    for i in range(n):
        total += await fetch(i)
    return total


def one_by_one(n):
    return run(fetch_in_a_row(n))


async def gather_all(n):
    return sum(await asyncio.gather(*(fetch(i) for i in range(n))))


def gathered(n):
    return run(gather_all(n))


async def start_in_a_group(n):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(i)) for i in range(n)]
    return sum(task.result() for task in tasks)


def in_a_group(n):
    return run(start_in_a_group(n))


async def fetch_within(limit, i):
    async with limit:
        return await fetch(i)


async def gather_within_a_limit(n):
    limit = asyncio.Semaphore(10)
    return sum(await asyncio.gather(*(fetch_within(limit, i) for i in range(n))))


def limited(n):
    return run(gather_within_a_limit(n))


async def work(numbers):
    total = 0
    for i in numbers:
        total += await fetch(i)
    return total


async def share_among_ten(n):
    numbers = iter(range(n))
    return sum(await asyncio.gather(*(work(numbers) for _ in range(10))))


def by_workers(n):
    return run(share_among_ten(n))


async def fail(i):
    body = bytearray(1_000)
    await asyncio.sleep(0)
    raise ConnectionError(i + body[0])


async def gather_errors(n):
    return await asyncio.gather(*(fail(i) for i in range(n)), return_exceptions=True)


def errors_kept(n):
    return run(gather_errors(n))


async def tell(i):
    try:
        await fail(i)
    except ConnectionError as error:
        return f"failed: {error}"


async def gather_messages(n):
    return await asyncio.gather(*(tell(i) for i in range(n)))


def errors_told(n):
    return run(gather_messages(n))


def answer_to(i):
    answer = asyncio.get_running_loop().create_future()
    answer.set_exception(ConnectionError(i))
    return answer


async def wait_by_name(i):
    body = bytearray(1_000)
    answer = answer_to(i)
    try:
        await answer
    except ConnectionError as error:
        return error.args[0] + body[0]


async def wait_and_forget(i):
    body = bytearray(1_000)
    answer = answer_to(i)
    try:
        await answer
    except ConnectionError as error:
        return error.args[0] + body[0]
    finally:
        del answer


async def wait_in_a_row(wait, n):
    total = 0
    for i in range(n):
        total += await wait(i)
    return total


def named_futures(n):
    return run(wait_in_a_row(wait_by_name, n))


def forgotten_futures(n):
    return run(wait_in_a_row(wait_and_forget, n))


def numbers_from(i):
    body = bytearray(1_000)
    while True:
        yield i + body[0]


def suspended(n):
    generators = [numbers_from(i) for i in range(n)]
    for generator in generators:
        next(generator)
    return generators


def sum_of_errors(errors):
    return sum(error.args[0] for error in errors)


def sum_of_messages(messages):
    return sum(int(message.split()[1]) for message in messages)


def sum_of_next(generators):
    return sum(next(generator) for generator in generators)
