// client.js URL AUTHORITY - what Node's ws sees of our server: a line of JSON for each check
const { WebSocket } = require('ws');
const { once } = require('node:events');
const assert = require('node:assert');
const { readFileSync } = require('node:fs');

const [server, authority] = process.argv.slice(2);
const ca = readFileSync(authority);
const open = async (path, protocols) => {
  const socket = new WebSocket(server + path, protocols, { maxPayload: 64 << 20, ca });
  await once(socket, 'open');
  return socket;
};
const receive = async (socket) => {
  const [data, isBinary] = await once(socket, 'message');
  return isBinary ? data : data.toString();
};
const closed = async (socket) => {
  const [code, reason] = await once(socket, 'close');
  return { code, reason: reason.toString() };
};
const finish = async (socket) => {
  socket.close(1000);
  assert.strictEqual((await closed(socket)).code, 1000);
};

const checks = {
  'text comes back': async () => {
    const socket = await open('/echo');
    socket.send('Hello, κόσμε \u{1f600}');
    assert.strictEqual(await receive(socket), 'Hello, κόσμε \u{1f600}');
    await finish(socket);
  },
  'binary comes back': async () => {
    const socket = await open('/echo');
    const bytes = Buffer.from(Array.from({ length: 70000 }, (_, i) => i & 255));
    socket.send(bytes);
    assert.ok(bytes.equals(await receive(socket)));
    await finish(socket);
  },
  'an empty message comes back': async () => {
    const socket = await open('/echo');
    socket.send('');
    assert.strictEqual(await receive(socket), '');
    await finish(socket);
  },
  'fragments come back as one message': async () => {
    const socket = await open('/echo');
    socket.send('one, ', { fin: false });
    socket.send('two, ', { fin: false });
    socket.ping('between');
    socket.send('three', { fin: true });
    assert.strictEqual(await receive(socket), 'one, two, three');
    await finish(socket);
  },
  '16 MiB come back': async () => {
    const socket = await open('/echo');
    const bytes = Buffer.alloc(16 << 20, 'a rather long message ');
    socket.send(bytes);
    assert.ok(bytes.equals(await receive(socket)));
    await finish(socket);
  },
  '1000 messages come back in order': async () => {
    const socket = await open('/echo');
    const received = [];
    const all = new Promise((done) => socket.on('message', (data) => received.push(+data) === 1000 && done()));
    for (let i = 0; i < 1000; i++) socket.send(String(i));
    await all;
    assert.deepStrictEqual(received, Array.from({ length: 1000 }, (_, i) => i));
    await finish(socket);
  },
  'a fragmented message of the server arrives whole': async () => {
    const socket = await open('/stream');
    assert.strictEqual((await receive(socket)).length, 5 * 64 * 1024);
    await finish(socket);
  },
  'a ping is answered with its payload': async () => {
    const socket = await open('/echo');
    socket.ping('are you there?');
    const [payload] = await once(socket, 'pong');
    assert.strictEqual(payload.toString(), 'are you there?');
    await finish(socket);
  },
  'the pong to the server\'s ping is seen': async () => {
    const socket = await open('/ping');
    assert.strictEqual(await receive(socket), 'pong');
    await finish(socket);
  },
  'our close is answered with its code': async () => {
    const socket = await open('/echo');
    socket.close(4000, 'done');
    assert.strictEqual((await closed(socket)).code, 4000);
  },
  'our close without a code is answered': async () => {
    const socket = await open('/echo');
    socket.close();
    assert.strictEqual((await closed(socket)).code, 1005);
  },
  'the server\'s close has its code and reason': async () => {
    const socket = await open('/close');
    socket.send('4001 enough, κόσμε');
    assert.deepStrictEqual(await closed(socket), { code: 4001, reason: 'enough, κόσμε' });
  },
  'a handler that fails closes with 1011': async () => {
    const socket = await open('/fail');
    assert.strictEqual((await closed(socket)).code, 1011);
  },
  'an abort leaves the server serving': async () => {
    const socket = await open('/echo');
    socket.terminate();
    const next = await open('/echo');
    next.send('still there?');
    assert.strictEqual(await receive(next), 'still there?');
    await finish(next);
  },
  'a subprotocol is agreed on': async () => {
    const socket = await open('/subprotocol', ['chat.v1', 'chat.v9']);
    assert.strictEqual(socket.protocol, 'chat.v1');
    await finish(socket);
  },
  'a rejection has its status and body': async () => {
    const socket = new WebSocket(server + '/private', { ca });
    const [, response] = await once(socket, 'unexpected-response');
    assert.strictEqual(response.statusCode, 401);
    let body = '';
    for await (const chunk of response) body += chunk;
    assert.strictEqual(body, 'who are you?');
  },
};

(async () => {
  for (const [check, run] of Object.entries(checks)) {
    const late = new Promise((_, fail) => setTimeout(fail, 20_000, new Error('no end in 20 s')).unref());
    const result = await Promise.race([run(), late]).then(() => ({ ok: true }), (error) => ({ ok: false, detail: String(error.message) }));
    console.log(JSON.stringify({ check, ...result }));
  }
  process.exit();
})();
