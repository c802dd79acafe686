import asyncio

from stream.app import beside


async def test_what_goes_on_beside_begins_again_when_it_failed() -> None:
    begun = asyncio.Queue[int]()
    count = iter(range(3))

    async def work() -> None:
        number = next(count)
        begun.put_nowait(number)
        if number == 0:
            raise KeyError("a bug")
        await asyncio.Event().wait()

    async with beside(work, again_s=0.0):
        assert [await begun.get(), await begun.get()] == [0, 1]
