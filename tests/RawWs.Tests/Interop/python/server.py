# server.py [CERTIFICATE KEY] - what our client's checks talk to, on python's websockets; with PEM files over TLS. Prints its port when it is ready.
# The header X-Deflate, if there is one, has the parameters of permessage-deflate as JSON.
import asyncio
import http
import json
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

ENDINGS = {}  # of the connections to /watched, by their id


def ending(target):
    return ENDINGS.setdefault(target, asyncio.get_running_loop().create_future())


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def close(socket):
    code, reason = (await socket.recv()).split(' ', 1)
    await socket.close(int(code), reason)


async def close_without_code(socket):
    # the library's own close always has a code
    await socket.write_close_frame(websockets.frames.Close(1005, ''), b'')
    await socket.wait_closed()


async def abort(socket):
    await socket.recv()
    socket.transport.abort()


async def ping(socket):
    await (await socket.ping('are you there?'))
    await socket.send('pong: are you there?')
    await socket.wait_closed()


async def stream(socket):
    async def fragments():
        for i in range(5):
            yield bytes([i]) * 64 * 1024
            await socket.ping('between %d' % i)
    await socket.send(fragments())
    await socket.wait_closed()


async def fragments(socket):
    async for message in socket:
        half = len(message) // 2
        await socket.send([message[:half], message[half:]])


async def request(socket):
    headers = {name.lower(): value for name, value in socket.request_headers.raw_items()}
    await socket.send(json.dumps({'target': socket.path, **headers}))
    await socket.wait_closed()


async def watched(socket):
    await socket.wait_closed()
    ending(socket.path).set_result(f'{socket.close_code} {socket.close_reason}')


async def tell_ending(socket):
    await socket.send(await ending(socket.path.replace('/ending', '/watched')))
    await socket.wait_closed()


PATHS = {
    '/echo': echo,
    '/subprotocol': echo,
    '/close': close,
    '/close-without-code': close_without_code,
    '/abort': abort,
    '/ping': ping,
    '/stream': stream,
    '/fragments': fragments,
    '/request': request,
    '/watched': watched,
    '/ending': tell_ending,
}


async def serve(socket):
    await PATHS[socket.path.split('?')[0]](socket)


async def refuse(path, headers):
    if path == '/private':
        return http.HTTPStatus.UNAUTHORIZED, {'WWW-Authenticate': 'Basic'}, b'who are you?'


class Protocol(websockets.WebSocketServerProtocol):
    @staticmethod
    def process_extensions(headers, available_extensions):
        wish = headers.get('X-Deflate')
        factories = [ServerPerMessageDeflateFactory(**json.loads(wish))] if wish else None
        return websockets.WebSocketServerProtocol.process_extensions(headers, factories)


async def main():
    tls = None
    if len(sys.argv) > 1:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])
    async with websockets.serve(
            serve, '127.0.0.1', 0, ssl=tls, max_size=64 << 20, subprotocols=['chat.v1'],
            process_request=refuse, create_protocol=Protocol, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # ends with the test


asyncio.run(main())
