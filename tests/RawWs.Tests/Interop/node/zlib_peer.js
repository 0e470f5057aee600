// zlib_peer.js - deflates and inflates on Node's zlib. A line of JSON in is a wish, a line of JSON out is its answer; ends with its input.
//   {"wish": "deflate", "bits": 9..15, "level": 1..9, "full": bool, "messages": [base64]} -> [base64], one context for all, tails included
//   {"wish": "inflate", "bits": 8..15, "fresh": bool, "messages": [base64]} -> [base64], tails included; fresh: each message by itself
const zlib = require('node:zlib');

const chunkSize = 512; // a distance within one chunk of output is not checked against the window

const run = (context, message, flush) => new Promise((done, fail) => {
  const pieces = [];
  const take = (piece) => pieces.push(piece);
  context.on('data', take);
  context.once('error', fail);
  context.write(message);
  context.flush(flush, () => {
    context.off('data', take);
    context.off('error', fail);
    done(Buffer.concat(pieces));
  });
});

const answer = async ({ wish, bits, level, full, fresh, messages }) => {
  const make = () => (wish === 'deflate'
    ? zlib.createDeflateRaw({ windowBits: bits, level })
    : zlib.createInflateRaw({ windowBits: bits, chunkSize }));
  const flush = full ? zlib.constants.Z_FULL_FLUSH : zlib.constants.Z_SYNC_FLUSH;
  let context = make();
  const answers = [];
  for (const message of messages) {
    if (fresh) context = make();
    answers.push((await run(context, Buffer.from(message, 'base64'), flush)).toString('base64'));
  }
  return answers;
};

(async () => {
  for await (const line of require('node:readline').createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line)).catch((error) => ({ error: error.message }))));
  }
})();
