# zlib_peer.py - deflates and inflates on python's zlib. A line of JSON in is a wish, a line of JSON out is its answer; ends with its input.
#   {"wish": "deflate", "bits": 9..15, "level": 1..9, "full": bool, "messages": [base64]} -> [base64], one context for all, tails included
#   {"wish": "inflate", "bits": 8..15, "fresh": bool, "messages": [base64]} -> [base64], tails included; fresh: each message by itself
import base64
import json
import sys
import zlib

SLICE = 512  # a distance within one slice of output is not checked against the window


def deflate(wish):
    context = zlib.compressobj(wish['level'], zlib.DEFLATED, -wish['bits'])
    flush = zlib.Z_FULL_FLUSH if wish['full'] else zlib.Z_SYNC_FLUSH
    return lambda message: context.compress(message) + context.flush(flush)


def inflate(wish):
    kept = zlib.decompressobj(-wish['bits'])

    def whole(message):
        context = zlib.decompressobj(-wish['bits']) if wish['fresh'] else kept
        content = context.decompress(message, SLICE)
        while context.unconsumed_tail or len(content) % SLICE == 0:
            piece = context.decompress(context.unconsumed_tail, SLICE)
            content += piece
            if not piece and not context.unconsumed_tail:
                break
        return content

    return whole


for line in sys.stdin:
    wish = json.loads(line)
    run = {'deflate': deflate, 'inflate': inflate}[wish['wish']](wish)
    try:
        answer = [base64.b64encode(run(base64.b64decode(message))).decode() for message in wish['messages']]
    except zlib.error as error:
        answer = {'error': str(error)}
    print(json.dumps(answer), flush=True)
