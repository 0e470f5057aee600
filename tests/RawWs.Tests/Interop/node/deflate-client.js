// deflate-client.js URL AUTHORITY - what Node's ws sees of our server when both compress: a line of JSON for each check
const { WebSocket } = require('ws');
const { once } = require('node:events');
const assert = require('node:assert');
const { randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');

const [server, authority] = process.argv.slice(2);
const ca = readFileSync(authority);
const open = async (path, perMessageDeflate) => {
  const socket = new WebSocket(server + path, { maxPayload: 64 << 20, ca, perMessageDeflate: { threshold: 0, ...perMessageDeflate } });
  await once(socket, 'open');
  assert.match(socket.extensions, /^permessage-deflate/);
  return socket;
};
const receive = async (socket) => {
  const [data, isBinary] = await once(socket, 'message');
  return isBinary ? data : data.toString();
};
const ask = async (socket, question) => {
  socket.send(question);
  return receive(socket);
};

const json = (length) => JSON.stringify(Array.from({ length: length / 60 + 2 }, (_, id) => ({ id, name: `user-${id % 77}`, score: Math.sin(id) }))).slice(0, length);
const messages = [
  '', Buffer.alloc(0), 'a', json(125), json(1023), json(1024), json(1024), json(5000), Buffer.from(json(5000)), randomBytes(5000),
  json(40000), json(40000), Buffer.alloc(65535), Buffer.alloc(65536, 'bitmap'), randomBytes(200000), json(200000), json(1 << 20), json(5000), 'κόσμε \u{1f600}',
];

// one after the other, in fragments, and all at once
const converse = async (path, options, expected) => {
  const socket = await open(path, options);
  for (const message of messages) assert.deepStrictEqual(await ask(socket, message), message);
  for (const message of messages) {
    const half = message.length >> 1;
    socket.send(message.slice(0, half), { fin: false });
    socket.ping('between');
    socket.send(message.slice(half), { fin: true });
    assert.deepStrictEqual(await receive(socket), message);
  }
  const received = [];
  const all = new Promise((done) => socket.on('message', (data, isBinary) => received.push(isBinary ? data : data.toString()) === messages.length && done()));
  for (const message of messages) socket.send(message);
  await all;
  assert.deepStrictEqual(received, messages);
  socket.removeAllListeners('message');

  assert.strictEqual((await ask(socket, 'stream?')).length, 300000);
  const seen = JSON.parse(await ask(socket, 'statistics?'));
  assert.ok(seen.sentCompressed > 0 && seen.sentCompressed < seen.sent / 2, JSON.stringify(seen));
  assert.ok(seen.receivedCompressed > 0 && seen.receivedCompressed < seen.received / 2 + 700000, JSON.stringify(seen));
  assert.deepStrictEqual(seen.extensions.split('; ').sort(), ['permessage-deflate', ...expected].sort());
  socket.close(1000);
  assert.strictEqual((await once(socket, 'close'))[0], 1000);
};

const SERVER = 'server_no_context_takeover';
const CLIENT = 'client_no_context_takeover';
const checks = {
  'defaults': () => converse('/deflate', {}, [SERVER, CLIENT]),
  'takeover both ways': () => converse('/deflate-takeover', {}, []),
  'takeover of the client only': () => converse('/deflate-takeover', { serverNoContextTakeover: true }, [SERVER]),
  'takeover of the server only': () => converse('/deflate-takeover', { clientNoContextTakeover: true }, [CLIENT]),
  'takeover that nobody wants': () => converse('/deflate-takeover', { serverNoContextTakeover: true, clientNoContextTakeover: true }, [SERVER, CLIENT]),
  'small window of the server': () => converse('/deflate-takeover', { serverMaxWindowBits: 9 }, ['server_max_window_bits=9']),
  'small window of the client': () => converse('/deflate-takeover', { clientMaxWindowBits: 9 }, ['client_max_window_bits=9']),
  'small windows, no takeover': () => converse('/deflate', { serverMaxWindowBits: 10, clientMaxWindowBits: 11 }, [SERVER, CLIENT, 'server_max_window_bits=10', 'client_max_window_bits=11']),
  'small windows that we ask for': () => converse('/deflate-small', {}, [SERVER, CLIENT, 'server_max_window_bits=9', 'client_max_window_bits=9']),
  'no word of the client\'s window': () => converse('/deflate-takeover', { clientMaxWindowBits: false }, []),
  'twenty connections at once': () => Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const socket = await open(i % 2 ? '/deflate' : '/deflate-takeover', {});
    for (let round = 0; round < 20; round++) {
      const message = json(2000 + 100 * i) + i;
      assert.strictEqual(await ask(socket, message), message);
    }
    if (i % 3) socket.close(); else socket.terminate();
  })),
};

(async () => {
  for (const [check, run] of Object.entries(checks)) {
    const late = new Promise((_, fail) => setTimeout(fail, 20_000, new Error('no end in 20 s')).unref());
    const result = await Promise.race([run(), late]).then(() => ({ ok: true }), (error) => ({ ok: false, detail: String(error.message).slice(0, 1000) }));
    console.log(JSON.stringify({ check, ...result }));
  }
  process.exit();
})();
