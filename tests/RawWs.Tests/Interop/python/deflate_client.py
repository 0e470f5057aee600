# deflate_client.py URL AUTHORITY - what python's websockets sees of our server when both compress: a line of JSON for each check
import asyncio
import json
import os
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

SERVER = sys.argv[1]
TLS = ssl.create_default_context(cafile=sys.argv[2]) if SERVER.startswith('wss:') else None
SERVER_STANDS_ALONE = 'server_no_context_takeover'
CLIENT_STANDS_ALONE = 'client_no_context_takeover'


def some_json(length):
    return json.dumps([{'id': i, 'name': 'user-%d' % (i % 77), 'score': i * 0.37} for i in range(length // 40 + 2)])[:length]


MESSAGES = [
    '', b'', 'a', some_json(125), some_json(1023), some_json(1024), some_json(1024), some_json(5000), some_json(5000).encode(), os.urandom(5000),
    some_json(40000), some_json(40000), bytes(65535), b'bitmap' * 11000, os.urandom(200000), some_json(200000), some_json(1 << 20), 'κόσμε \U0001f600',
]


def connect(path, **parameters):
    extension = {'extensions': [ClientPerMessageDeflateFactory(**parameters)]} if parameters else {}  # none: by default it compresses
    return websockets.connect(SERVER + path, max_size=64 << 20, ssl=TLS, compression=None if parameters else 'deflate', **extension)


async def converse(path, expected, **parameters):
    async with connect(path, **parameters) as socket:
        for message in MESSAGES:
            await socket.send(message)
            assert await socket.recv() == message
        for message in MESSAGES:
            half = len(message) // 2
            await socket.send([message[:half], message[half:]])
            assert await socket.recv() == message

        async def send_all():
            for message in MESSAGES:
                await socket.send(message)
        sending = asyncio.ensure_future(send_all())
        for message in MESSAGES:
            assert await socket.recv() == message
        await sending

        await socket.send('stream?')
        assert len(await socket.recv()) == 300000
        await socket.send('statistics?')
        seen = json.loads(await socket.recv())
        assert 0 < seen['sentCompressed'] < seen['sent'] / 2, seen
        assert 0 < seen['receivedCompressed'] < seen['received'] / 2 + 700000, seen
        assert sorted(seen['extensions'].split('; ')) == sorted(['permessage-deflate', *expected]), seen


async def many():
    async def one(i):
        async with connect('/deflate' if i % 2 else '/deflate-takeover') as socket:
            for _ in range(20):
                message = some_json(2000 + 100 * i) + str(i)
                await socket.send(message)
                assert await socket.recv() == message
            if i % 3 == 0:
                socket.transport.abort()
    await asyncio.gather(*(one(i) for i in range(20)))


CHECKS = {
    'defaults': lambda: converse('/deflate', [SERVER_STANDS_ALONE, CLIENT_STANDS_ALONE]),
    'takeover both ways': lambda: converse('/deflate-takeover', []),
    'takeover of the client only': lambda: converse('/deflate-takeover', [SERVER_STANDS_ALONE], server_no_context_takeover=True),
    'takeover of the server only': lambda: converse('/deflate-takeover', [CLIENT_STANDS_ALONE], client_no_context_takeover=True),
    'small window of the server': lambda: converse('/deflate-takeover', ['server_max_window_bits=9'], server_max_window_bits=9),
    'small window of the client': lambda: converse('/deflate-takeover', ['client_max_window_bits=9'], client_max_window_bits=9),
    'small windows, no takeover': lambda: converse(
        '/deflate', [SERVER_STANDS_ALONE, CLIENT_STANDS_ALONE, 'server_max_window_bits=10', 'client_max_window_bits=11'],
        server_max_window_bits=10, client_max_window_bits=11),
    'small windows that we ask for': lambda: converse(
        '/deflate-small', [SERVER_STANDS_ALONE, CLIENT_STANDS_ALONE, 'server_max_window_bits=9', 'client_max_window_bits=9']),
    'twenty connections at once': many,
}


async def main():
    for check, run in CHECKS.items():
        try:
            await asyncio.wait_for(run(), 20)
            result = {'ok': True}
        except Exception as error:
            result = {'ok': False, 'detail': repr(error)[:1000]}
        print(json.dumps({'check': check, **result}), flush=True)


asyncio.run(main())
