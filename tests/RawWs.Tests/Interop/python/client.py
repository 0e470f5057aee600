# client.py URL AUTHORITY - what python's websockets sees of our server: a line of JSON for each check
import asyncio
import json
import ssl
import sys

import websockets

SERVER = sys.argv[1]
TLS = ssl.create_default_context(cafile=sys.argv[2]) if SERVER.startswith('wss:') else None


def connect(path, **options):
    return websockets.connect(SERVER + path, max_size=64 << 20, ssl=TLS, **options)


async def text_comes_back():
    async with connect('/echo') as socket:
        await socket.send('Hello, κόσμε \U0001f600')
        assert await socket.recv() == 'Hello, κόσμε \U0001f600'


async def binary_comes_back():
    async with connect('/echo') as socket:
        data = bytes(range(256)) * 300
        await socket.send(data)
        assert await socket.recv() == data


async def an_empty_message_comes_back():
    async with connect('/echo') as socket:
        await socket.send(b'')
        assert await socket.recv() == b''


async def fragments_come_back_as_one_message():
    async with connect('/echo') as socket:
        await socket.send(['one, ', 'two, ', 'three'])
        assert await socket.recv() == 'one, two, three'


async def m16_come_back():
    async with connect('/echo') as socket:
        data = b'a rather long message ' * ((16 << 20) // 22)
        await socket.send(data)
        assert await socket.recv() == data


async def a_fragmented_message_of_the_server_arrives_whole():
    async with connect('/stream') as socket:
        assert len(await socket.recv()) == 5 * 64 * 1024


async def a_ping_is_answered():
    async with connect('/echo') as socket:
        await (await socket.ping('are you there?'))


async def the_pong_to_the_servers_ping_is_seen():
    async with connect('/ping') as socket:
        assert await socket.recv() == 'pong'


async def our_close_is_answered_with_its_code():
    socket = await connect('/echo')
    await socket.close(4000, 'done')
    assert socket.close_code == 4000, socket.close_code


async def the_servers_close_has_its_code_and_reason():
    async with connect('/close') as socket:
        await socket.send('4001 enough, κόσμε')
        try:
            await socket.recv()
        except websockets.ConnectionClosed:
            pass
        assert (socket.close_code, socket.close_reason) == (4001, 'enough, κόσμε'), (socket.close_code, socket.close_reason)


async def a_handler_that_fails_closes_with_1011():
    async with connect('/fail') as socket:
        await socket.wait_closed()
        assert socket.close_code == 1011, socket.close_code


async def an_abort_leaves_the_server_serving():
    socket = await connect('/echo')
    socket.transport.abort()
    await text_comes_back()


async def a_subprotocol_is_agreed_on():
    async with connect('/subprotocol', subprotocols=['chat.v1', 'chat.v9']) as socket:
        assert socket.subprotocol == 'chat.v1', socket.subprotocol


async def a_rejection_has_its_status():
    try:
        await connect('/private')
    except Exception as error:
        status = error.status_code if hasattr(error, 'status_code') else error.response.status_code
        assert status == 401, status
    else:
        raise AssertionError('it was accepted')


CHECKS = {
    'text comes back': text_comes_back,
    'binary comes back': binary_comes_back,
    'an empty message comes back': an_empty_message_comes_back,
    'fragments come back as one message': fragments_come_back_as_one_message,
    '16 MiB come back': m16_come_back,
    'a fragmented message of the server arrives whole': a_fragmented_message_of_the_server_arrives_whole,
    'a ping is answered': a_ping_is_answered,
    'the pong to the server\'s ping is seen': the_pong_to_the_servers_ping_is_seen,
    'our close is answered with its code': our_close_is_answered_with_its_code,
    'the server\'s close has its code and reason': the_servers_close_has_its_code_and_reason,
    'a handler that fails closes with 1011': a_handler_that_fails_closes_with_1011,
    'an abort leaves the server serving': an_abort_leaves_the_server_serving,
    'a subprotocol is agreed on': a_subprotocol_is_agreed_on,
    'a rejection has its status': a_rejection_has_its_status,
}


async def main():
    for check, run in CHECKS.items():
        try:
            await asyncio.wait_for(run(), 20)
            result = {'ok': True}
        except Exception as error:
            result = {'ok': False, 'detail': repr(error)}
        print(json.dumps({'check': check, **result}), flush=True)


asyncio.run(main())
