# server.py PORT - python websockets echo at /echo, broadcast at /broadcast
import asyncio
import sys

import websockets

subscribers = set()


async def handle(connection):
    path = connection.path if hasattr(connection, 'path') else connection.request.path    # before version 13, and since
    if path != '/broadcast':
        async for message in connection:
            await connection.send(message)
        return
    subscribers.add(connection)
    try:
        async for message in connection:
            websockets.broadcast(subscribers, message)
    finally:
        subscribers.discard(connection)


async def main():
    async with websockets.serve(handle, '127.0.0.1', int(sys.argv[1]), compression=None, max_size=64 << 20, backlog=4096):
        await asyncio.Future()


asyncio.run(main())
