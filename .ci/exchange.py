# exchange.py URL [--all] [--compressed] [--ca FILE] - talks to /echo of a server; --all: to every endpoint of the program rawws;
# --compressed: it compresses, both ways; --ca: the certificates that one of a wss:// server must lead to
import argparse
import asyncio
import hashlib
import json
import ssl
import urllib.request

import websockets

arguments = argparse.ArgumentParser()
arguments.add_argument('url')
arguments.add_argument('--all', action='store_true')
arguments.add_argument('--compressed', action='store_true')
arguments.add_argument('--ca')
arguments = arguments.parse_args()

URL = arguments.url.rstrip('/')
HTTP = 'http' + URL[2:]
TLS = ssl.create_default_context(cafile=arguments.ca) if URL.startswith('wss:') else None


def connect(path):
    return websockets.connect(URL + path, ssl=TLS)


async def echo():
    async with connect('/echo') as socket:
        for message in ('Hello, \u03ba\u1f79\u03c3\u03bc\u03b5', b'\x00\xff' * 40_000):
            await socket.send(message)
            assert await socket.recv() == message


async def compressed_echo():
    message = 'to be or not to be; ' * 5_000
    async with connect('/echo?id=exchange') as socket:    # websockets offers compression
        await socket.send(message)
        assert await socket.recv() == message
        seen = json.loads(await asyncio.to_thread(get, '/compression?id=exchange'))
    assert seen['extension'].startswith('permessage-deflate'), seen
    for way in ('sent', 'received'):
        assert seen[way]['before'] == len(message) and 0 < seen[way]['after'] < len(message) / 10, seen


async def every_endpoint():
    assert get('/healthz') == 'ok'
    assert '<!doctype html>' in get('/').lower()
    json.loads(get('/ticker'))
    assert json.loads(get('/compression')).get('available', False) == arguments.compressed
    async with connect('/upper') as socket:
        await socket.send('loud')
        assert await socket.recv() == 'LOUD'
    async with connect('/chat/ci?name=ann') as ann, connect('/chat/ci?name=bob') as bob:
        while 'bob' not in await ann.recv():
            pass
        await ann.send('hello')
        while 'hello' not in await bob.recv():
            pass
    async with connect('/ticker') as socket:
        json.loads(await socket.recv())
    async with connect('/game') as socket:
        assert isinstance(await socket.recv(), bytes)
    async with connect('/notify') as socket:
        news = asyncio.create_task(socket.recv())
        while not news.done():    # what is posted before the server has counted us in is not for us
            await asyncio.to_thread(post, '/notify', b'news')
        assert 'news' in news.result()
    async with connect('/upload') as socket:
        await socket.send(b'x' * 3_000_000)
        assert hashlib.sha256(b'x' * 3_000_000).hexdigest() in (await socket.recv()).lower()
    async with connect('/broadcast') as socket:
        await socket.send('to all')
        assert await socket.recv() == 'to all'


def post(path, body):
    urllib.request.urlopen(urllib.request.Request(HTTP + path, body, {'Content-Type': 'text/plain'}), context=TLS).close()


def get(path):
    with urllib.request.urlopen(HTTP + path, context=TLS) as reply:
        return reply.read().decode().strip()


asyncio.run(asyncio.wait_for(echo(), 30))
if arguments.compressed:
    asyncio.run(asyncio.wait_for(compressed_echo(), 30))
if arguments.all:
    asyncio.run(asyncio.wait_for(every_endpoint(), 60))
