# exchange.py URL [--all] - talks to /echo of a server; --all: to every endpoint of the program rawws
import asyncio
import hashlib
import json
import sys
import urllib.request

import websockets

URL = sys.argv[1].rstrip('/')
HTTP = 'http' + URL[2:]


async def echo():
    async with websockets.connect(URL + '/echo') as socket:
        for message in ('Hello, \u03ba\u1f79\u03c3\u03bc\u03b5', b'\x00\xff' * 40_000):
            await socket.send(message)
            assert await socket.recv() == message


async def every_endpoint():
    assert get('/healthz') == 'ok'
    assert '<!doctype html>' in get('/').lower()
    json.loads(get('/ticker'))
    async with websockets.connect(URL + '/upper') as socket:
        await socket.send('loud')
        assert await socket.recv() == 'LOUD'
    async with websockets.connect(URL + '/chat/ci?name=ann') as ann, websockets.connect(URL + '/chat/ci?name=bob') as bob:
        while 'bob' not in await ann.recv():
            pass
        await ann.send('hello')
        while 'hello' not in await bob.recv():
            pass
    async with websockets.connect(URL + '/ticker') as socket:
        json.loads(await socket.recv())
    async with websockets.connect(URL + '/game') as socket:
        assert isinstance(await socket.recv(), bytes)
    async with websockets.connect(URL + '/notify') as socket:
        news = asyncio.create_task(socket.recv())
        while not news.done():    # what is posted before the server has counted us in is not for us
            await asyncio.to_thread(post, '/notify', b'news')
        assert 'news' in news.result()
    async with websockets.connect(URL + '/upload') as socket:
        await socket.send(b'x' * 3_000_000)
        assert hashlib.sha256(b'x' * 3_000_000).hexdigest() in (await socket.recv()).lower()
    async with websockets.connect(URL + '/broadcast') as socket:
        await socket.send('to all')
        assert await socket.recv() == 'to all'


def post(path, body):
    urllib.request.urlopen(urllib.request.Request(HTTP + path, body, {'Content-Type': 'text/plain'})).close()


def get(path):
    with urllib.request.urlopen(HTTP + path) as reply:
        return reply.read().decode().strip()


asyncio.run(asyncio.wait_for(echo(), 30))
if '--all' in sys.argv:
    asyncio.run(asyncio.wait_for(every_endpoint(), 60))
