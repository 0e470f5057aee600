// server.js [CERTIFICATE KEY] - what our client's checks talk to, on Node's ws; with PEM files over TLS. Prints its port when it is ready.
// The header X-Deflate, if there is one, has the options of permessage-deflate as JSON.
const { WebSocketServer } = require('ws');
const { readFileSync } = require('node:fs');

const [certificate, key] = process.argv.slice(2);
const http = certificate
  ? require('node:https').createServer({ cert: readFileSync(certificate), key: readFileSync(key) })
  : require('node:http').createServer();
const options = {
  noServer: true,
  maxPayload: 64 << 20,
  handleProtocols: (offered) => offered.has('chat.v1') && 'chat.v1',
};
const plain = new WebSocketServer(options);
const compressing = ({ server_no_context_takeover, client_no_context_takeover, server_max_window_bits, client_max_window_bits }) => new WebSocketServer({
  ...options,
  perMessageDeflate: {
    threshold: 0,
    serverNoContextTakeover: server_no_context_takeover,
    clientNoContextTakeover: client_no_context_takeover,
    serverMaxWindowBits: server_max_window_bits,
    clientMaxWindowBits: client_max_window_bits,
  },
});

const endings = new Map(); // of the connections to /watched, by their id
const ending = (id) => {
  if (!endings.has(id)) {
    let end;
    const seen = new Promise((done) => { end = done; });
    endings.set(id, { seen, end });
  }
  return endings.get(id);
};

const paths = {
  '/echo': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  '/subprotocol': (socket) => paths['/echo'](socket),
  '/close': (socket) => socket.on('message', (wish) => {
    const [, code, reason] = /^(\d+) (.*)$/.exec(wish.toString());
    socket.close(+code, reason);
  }),
  '/close-without-code': (socket) => socket.close(),
  '/abort': (socket) => socket.on('message', () => socket.terminate()),
  '/ping': (socket) => {
    socket.on('pong', (payload) => socket.send(`pong: ${payload}`));
    socket.ping('are you there?');
  },
  '/stream': (socket) => {
    for (let i = 0; i < 5; i++) {
      socket.send(Buffer.alloc(64 * 1024, i), { binary: true, fin: i === 4 });
      socket.ping('between');
    }
  },
  '/fragments': (socket) => socket.on('message', (data, isBinary) => {
    const half = data.length >> 1;
    socket.send(data.subarray(0, half), { binary: isBinary, fin: false });
    socket.ping('between');
    socket.send(data.subarray(half), { binary: isBinary, fin: true });
  }),
  '/request': (socket, request) => socket.send(JSON.stringify({ target: request.url, ...request.headers })),
  '/watched': (socket, request) => socket.on('close', (code, reason) => ending(request.url).end(`${code} ${reason}`)),
  '/ending': async (socket, request) => socket.send(await ending(request.url.replace('/ending', '/watched')).seen),
};

http.on('upgrade', (request, socket, head) => {
  const path = request.url.split('?')[0];
  if (path === '/private') {
    socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 12\r\nConnection: close\r\n\r\nwho are you?');
    return;
  }
  const deflate = request.headers['x-deflate'];
  const server = deflate ? compressing(JSON.parse(deflate)) : plain;
  server.handleUpgrade(request, socket, head, (open) => {
    open.on('error', () => {});
    paths[path](open, request);
  });
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
process.stdin.on('end', () => process.exit()).resume(); // ends with the test
