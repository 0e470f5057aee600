/*
 * wsload - a load generator for WebSocket (RFC 6455) servers, in one C11 file.
 *
 *   gcc -O2 -pthread wsload.c -o wsload                  (plain)
 *   gcc -O2 -pthread -DWITH_ZLIB wsload.c -o wsload -lz  (with --deflate)
 *   gcc -O2 -pthread -DWITH_TLS wsload.c -o wsload -lssl -lcrypto  (with --tls; both may be given)
 *
 * How it works
 *   Each thread runs one epoll loop over its own connections; nothing is shared while it runs.
 *   Client messages come from a pool made before the start: every entry has its own random payload
 *   and is masked with its own random mask, so that sending costs no more than the send() itself.
 *   Bytes from the server go through a streaming frame parser (any split, any length form, any
 *   fragmentation) that compares each payload byte with what must come back. Nothing is buffered.
 *
 *   Time is CLOCK_MONOTONIC. A closed loop (echo, tcp) takes a message's latency from the moment it
 *   was handed to send(); an open loop (rate, broadcast) takes it from the moment the schedule
 *   wanted it sent, so a stalled server cannot hide its stall (no coordinated omission).
 *
 *   With --server-pid the server's CPU time over the measured window is read as well; CPU time per
 *   message is the steadiest figure on a machine shared with others. wsload's own is always given:
 *   what a client costs at least.
 *
 *   With --tls each connection makes a full handshake (no session is ever offered again) and believes
 *   any certificate.
 *
 * Pin the two sides yourself: taskset -c 0 SERVER, taskset -c 1 wsload ...
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_ZLIB
#include <zlib.h>
#endif
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

/* ------------------------------------------------------------------------------------ options -- */

enum mode { ECHO, RATE, CONNECT, IDLE, BROADCAST, TCP, BOMB };
enum content { TEXT, UTF8, BINARY, ZEROS };

static struct options {
    enum mode mode;
    const char *mode_name;
    const char *host;
    int port;
    const char *path;
    int conns;
    int threads;
    int pipeline;
    int parallel;      /* handshakes under way at once while opening */
    int source_ips;    /* 0: let the kernel choose; K: bind 127.0.0.2 .. 127.0.0.(K+1) in turn */
    int server_pid;
    size_t size;
    size_t fragment;   /* 0: one frame for a message */
    double rate;
    double duration, warmup;
    enum content content;
    bool linger0;      /* connect: drop the connection with RST, leaving no TIME_WAIT */
    bool probe;        /* idle: one echo on each connection first */
    bool deflate, no_takeover;
    bool browser;      /* the request of a browser: 12 header fields, 900 bytes */
    bool tls, tls_only;
    bool json;
} opt = {
    .host = "127.0.0.1", .threads = 1, .pipeline = 1, .parallel = 64,
    .duration = 5, .warmup = 1, .content = TEXT,
};

static const char usage_text[] =
    "usage: wsload MODE --port P [options]\n"
    "modes\n"
    "  echo       closed loop: --pipeline messages in flight on each connection\n"
    "  rate       open loop: --rate messages/s over all connections\n"
    "  connect    connect + upgrade + close(1000) cycles, --conns at once\n"
    "  idle       open --conns, hold them --duration seconds, report the server's memory\n"
    "  broadcast  --conns subscribers and one sender of --rate messages/s (0: closed loop)\n"
    "  large      echo with defaults for big messages (1 MiB, binary, 4 connections)\n"
    "  tcp        raw TCP echo, no WebSocket framing\n"
    "  bomb       messages of 64 MiB of zeros, compressed to 64 KiB: each awaits its echo (which nobody looks at)\n"
    "             or its refusal, close 1009, behind which a new connection takes over\n"
    "options\n"
    "  --host A --port P --path /echo     where (path default /echo, broadcast: /broadcast)\n"
    "  --conns C --threads T --parallel H connections, threads, handshakes at once (64)\n"
    "  --size B --pipeline P --fragment F payload bytes, in flight, bytes per fragment\n"
    "  --text | --utf8 | --binary | --zeros  ASCII JSON-like text (default), mixed UTF-8, random bytes, zeros\n"
    "  --rate R --duration S --warmup S   (duration 5, warmup 1)\n"
    "  --source-ips K                     bind 127.0.0.2 .. 127.0.0.(K+1) in turn\n"
    "  --linger0                          connect: end with RST (no TIME_WAIT)\n"
    "  --probe                            idle: echo one message on each connection first\n"
    "  --deflate [--no-takeover]          offer permessage-deflate\n"
    "  --browser                          ask as a browser does: 12 header fields, 900 bytes\n"
    "  --tls                              wss: TLS, each handshake a full one, any certificate\n"
    "  --tls-only                         connect: end behind the TLS handshake, without an upgrade\n"
    "  --server-pid PID                   report that process's CPU and memory\n"
    "  --json                             one line of JSON\n";

static void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("wsload: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(2);
}

static void parse_options(int argc, char **argv)
{
    static const struct { const char *name; enum mode mode; int conns; size_t size; } modes[] = {
        { "echo", ECHO, 100, 20 },        { "rate", RATE, 100, 20 },   { "connect", CONNECT, 32, 0 },
        { "idle", IDLE, 1000, 20 },       { "broadcast", BROADCAST, 100, 64 },
        { "large", ECHO, 4, 1 << 20 },    { "tcp", TCP, 100, 20 },     { "bomb", BOMB, 1, 64 << 20 },
    };
    enum { HOST = 256, PORT, PATH, CONNS, THREADS, PARALLEL, SIZE, PIPELINE, FRAGMENT, TEXT_, UTF8_, BINARY_, ZEROS_,
           RATE_, DURATION, WARMUP, SOURCE_IPS, LINGER0, PROBE, DEFLATE, NO_TAKEOVER, BROWSER, TLS,
           TLS_ONLY, SERVER_PID, JSON, HELP };
    static const struct option longs[] = {
        { "host", 1, 0, HOST }, { "port", 1, 0, PORT }, { "path", 1, 0, PATH }, { "conns", 1, 0, CONNS },
        { "threads", 1, 0, THREADS }, { "parallel", 1, 0, PARALLEL }, { "size", 1, 0, SIZE },
        { "pipeline", 1, 0, PIPELINE }, { "fragment", 1, 0, FRAGMENT }, { "text", 0, 0, TEXT_ },
        { "utf8", 0, 0, UTF8_ }, { "binary", 0, 0, BINARY_ }, { "zeros", 0, 0, ZEROS_ }, { "rate", 1, 0, RATE_ },
        { "duration", 1, 0, DURATION }, { "warmup", 1, 0, WARMUP }, { "source-ips", 1, 0, SOURCE_IPS },
        { "linger0", 0, 0, LINGER0 }, { "probe", 0, 0, PROBE }, { "deflate", 0, 0, DEFLATE },
        { "no-takeover", 0, 0, NO_TAKEOVER }, { "browser", 0, 0, BROWSER },
        { "tls", 0, 0, TLS }, { "tls-only", 0, 0, TLS_ONLY },
        { "server-pid", 1, 0, SERVER_PID }, { "json", 0, 0, JSON },
        { "help", 0, 0, HELP }, { 0, 0, 0, 0 },
    };
    if (argc < 2 || argv[1][0] == '-') {
        fputs(usage_text, argc < 2 ? stderr : stdout);
        exit(argc < 2 ? 2 : 0);
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (!strcmp(argv[1], modes[i].name)) {
            opt.mode_name = modes[i].name;
            opt.mode = modes[i].mode;
            opt.conns = modes[i].conns;
            opt.size = modes[i].size;
        }
    if (!opt.mode_name)
        die("no mode named %s (try --help)", argv[1]);
    if (opt.size >= 1 << 20)
        opt.content = opt.mode == BOMB ? ZEROS : BINARY;
    opt.deflate = opt.mode == BOMB;

    for (int c; (c = getopt_long(argc - 1, argv + 1, "", longs, NULL)) != -1;)
        switch (c) {
        case HOST: opt.host = optarg; break;
        case PORT: opt.port = atoi(optarg); break;
        case PATH: opt.path = optarg; break;
        case CONNS: opt.conns = atoi(optarg); break;
        case THREADS: opt.threads = atoi(optarg); break;
        case PARALLEL: opt.parallel = atoi(optarg); break;
        case SIZE: opt.size = strtoull(optarg, NULL, 0); break;
        case PIPELINE: opt.pipeline = atoi(optarg); break;
        case FRAGMENT: opt.fragment = strtoull(optarg, NULL, 0); break;
        case TEXT_: opt.content = TEXT; break;
        case UTF8_: opt.content = UTF8; break;
        case BINARY_: opt.content = BINARY; break;
        case ZEROS_: opt.content = ZEROS; break;
        case RATE_: opt.rate = atof(optarg); break;
        case DURATION: opt.duration = atof(optarg); break;
        case WARMUP: opt.warmup = atof(optarg); break;
        case SOURCE_IPS: opt.source_ips = atoi(optarg); break;
        case LINGER0: opt.linger0 = true; break;
        case PROBE: opt.probe = true; break;
        case DEFLATE: opt.deflate = true; break;
        case NO_TAKEOVER: opt.no_takeover = true; break;
        case BROWSER: opt.browser = true; break;
        case TLS: opt.tls = true; break;
        case TLS_ONLY: opt.tls = opt.tls_only = true; break;
        case SERVER_PID: opt.server_pid = atoi(optarg); break;
        case JSON: opt.json = true; break;
        case HELP: fputs(usage_text, stdout); exit(0);
        default: exit(2);
        }
    if (optind < argc - 1)
        die("unexpected argument %s", argv[optind + 1]);
    if (!opt.path)
        opt.path = opt.mode == BROADCAST ? "/broadcast" : "/echo";
    if (opt.port <= 0 || opt.port > 65535)
        die("--port is needed");
    if (opt.conns < 1 || opt.threads < 1 || opt.pipeline < 1 || opt.parallel < 1 || opt.duration <= 0 || opt.warmup < 0)
        die("--conns, --threads, --pipeline, --parallel and --duration must be positive");
    if (opt.threads > opt.conns)
        opt.threads = opt.conns;
    if (opt.source_ips < 0 || opt.source_ips > 250)
        die("--source-ips is from 0 to 250");
    if (opt.mode == RATE && opt.rate <= 0)
        die("rate needs --rate");
    if (opt.mode == BROADCAST && opt.size < 32)
        die("broadcast needs --size 32 or more (sequence number and time lie in the payload)");
    if (opt.mode == TCP && opt.size == 0)
        die("tcp needs --size 1 or more");
    if (opt.mode == BOMB && opt.pipeline > 1)
        die("bomb has one message in flight");
#ifndef WITH_ZLIB
    if (opt.deflate)
        die("built without zlib (-DWITH_ZLIB ... -lz)");
#endif
    if (opt.tls_only && opt.mode != CONNECT)
        die("--tls-only belongs to connect");
    if (opt.tls && opt.mode == TCP)
        die("tcp has no --tls");
#ifndef WITH_TLS
    if (opt.tls)
        die("built without OpenSSL (-DWITH_TLS ... -lssl -lcrypto)");
#endif
}

/* -------------------------------------------------------------------------- time, random, hash -- */

static uint64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void sleep_until(uint64_t t)
{
    struct timespec ts = { (time_t)(t / 1000000000u), (long)(t % 1000000000u) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR) { }
}

/* xorshift64*, one generator for each thread; not for secrets. */
static uint64_t next_random(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 0x2545F4914F6CDD1Dull;
}

static uint64_t random_seed(void)
{
    uint64_t s = 0;
    if (getrandom(&s, sizeof s, 0) != sizeof s || s == 0)
        s = now_ns() | 1;
    return s;
}

static uint32_t rol(uint32_t x, int n) { return x << n | x >> (32 - n); }

/* SHA-1 of a short message (at most 119 bytes: two blocks), all that Sec-WebSocket-Accept needs. */
static void sha1_short(const uint8_t *data, size_t n, uint8_t digest[20])
{
    uint8_t block[128] = { 0 };
    size_t blocks = n + 9 <= 64 ? 1 : 2;
    uint32_t h[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };

    memcpy(block, data, n);
    block[n] = 0x80;
    for (int i = 0; i < 8; i++)
        block[blocks * 64 - 1 - i] = (uint8_t)(((uint64_t)n * 8) >> (8 * i));

    for (size_t b = 0; b < blocks; b++) {
        uint32_t w[80], a = h[0], bb = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = block + b * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++)
            w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20)      f = (bb & c) | (~bb & d),            k = 0x5A827999;
            else if (i < 40) f = bb ^ c ^ d,                      k = 0x6ED9EBA1;
            else if (i < 60) f = (bb & c) | (bb & d) | (c & d),   k = 0x8F1BBCDC;
            else             f = bb ^ c ^ d,                      k = 0xCA62C1D6;
            uint32_t t = rol(a, 5) + f + e + k + w[i];
            e = d, d = c, c = rol(bb, 30), bb = a, a = t;
        }
        h[0] += a, h[1] += bb, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++)
        digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* Writes 4 * ceil(n / 3) characters and a terminating zero. */
static void base64(const uint8_t *in, size_t n, char *out)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
        *out++ = set[v >> 18];
        *out++ = set[v >> 12 & 63];
        *out++ = i + 1 < n ? set[v >> 6 & 63] : '=';
        *out++ = i + 2 < n ? set[v & 63] : '=';
    }
    *out = 0;
}

/* ---------------------------------------------------------------------------------- histogram -- */

/* Nanoseconds in log-linear buckets, 64 to each power of two: an error of at most 1.6 %. */
enum { SUB = 64, BUCKETS = SUB * 48 };

struct histogram {
    uint64_t count, max, bucket[BUCKETS];
};

static void histogram_add(struct histogram *h, uint64_t v)
{
    int shift = v < SUB ? 0 : 63 - __builtin_clzll(v) - 6;
    size_t i = v < SUB ? v : (size_t)(shift + 1) * SUB + (size_t)(v >> shift) - SUB;
    h->bucket[i < BUCKETS ? i : BUCKETS - 1]++;
    h->count++;
    if (v > h->max)
        h->max = v;
}

static void histogram_merge(struct histogram *to, const struct histogram *from)
{
    for (int i = 0; i < BUCKETS; i++)
        to->bucket[i] += from->bucket[i];
    to->count += from->count;
    if (from->max > to->max)
        to->max = from->max;
}

/* The upper edge of the bucket that holds quantile q, in microseconds. */
static double histogram_us(const struct histogram *h, double q)
{
    uint64_t want = (uint64_t)(q * (double)h->count + 0.5), seen = 0;
    if (h->count == 0)
        return 0;
    if (want < 1)
        want = 1;
    for (size_t i = 0; i < BUCKETS; i++)
        if ((seen += h->bucket[i]) >= want) {
            uint64_t v = i;
            if (i >= SUB) {
                unsigned shift = (unsigned)(i / SUB) - 1;
                v = ((uint64_t)(i % SUB + SUB + 1) << shift) - 1;
            }
            return (double)(v < h->max ? v : h->max) / 1000;
        }
    return (double)h->max / 1000;
}

/* ------------------------------------------------------------------------------------ messages -- */

enum { OP_CONTINUE = 0, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

struct message {
    uint8_t *payload, *wire;     /* what must come back; what goes out (framed and masked) */
    size_t payload_len, wire_len;
};

static struct message *pool;
static size_t pool_count;

static int message_opcode(void) { return opt.content == TEXT || opt.content == UTF8 ? OP_TEXT : OP_BINARY; }

/* Appends one masked client frame; returns the position after it. */
static uint8_t *put_frame(uint8_t *out, int first_byte, const uint8_t *payload, size_t n, uint32_t mask)
{
    uint8_t key[4];
    memcpy(key, &mask, 4);
    *out++ = (uint8_t)first_byte;
    if (n < 126) {
        *out++ = (uint8_t)(0x80 | n);
    } else {
        int bytes = n < 65536 ? 2 : 8;
        *out++ = (uint8_t)(0x80 | (bytes == 2 ? 126 : 127));
        for (int i = bytes - 1; i >= 0; i--)
            *out++ = (uint8_t)((uint64_t)n >> (8 * i));
    }
    memcpy(out, key, 4);
    out += 4;
    for (size_t i = 0; i < n; i++)
        out[i] = payload[i] ^ key[i & 3];
    return out + n;
}

static void fill_payload(uint8_t *p, size_t n, enum content kind, uint64_t *rng)
{
    static const char *const chars[] = { "a", "\xC3\xA9", "z", "\xE4\xB8\x96", " ", "\xF0\x9F\x98\x80", "\xD0\xB6", "e" };
    size_t at = 0;
    if (kind == ZEROS) {
        memset(p, 0, n);
    } else if (kind == BINARY) {
        for (; at < n; at++)
            p[at] = (uint8_t)(next_random(rng) >> 32);
    } else if (kind == UTF8) {
        while (at < n) {
            const char *c = chars[next_random(rng) >> 61];
            size_t len = strlen(c);
            if (len > n - at)
                c = "x", len = 1;
            memcpy(p + at, c, len);
            at += len;
        }
    } else {
        while (at < n) {
            char item[160];
            uint64_t r = next_random(rng);
            int len = snprintf(item, sizeof item,
                "{\"id\":%u,\"user\":\"user%u\",\"price\":%u.%02u,\"side\":\"%s\",\"tags\":[\"alpha\",\"beta%u\"],\"ok\":%s},",
                (unsigned)(r & 0xFFFFF), (unsigned)(r >> 20 & 0x3FF), (unsigned)(r >> 30 & 0x3FF),
                (unsigned)(r >> 40 & 63), r >> 50 & 1 ? "buy" : "sell", (unsigned)(r >> 52 & 15), r >> 60 & 1 ? "true" : "false");
            if ((size_t)len > n - at)
                len = (int)(n - at);
            memcpy(p + at, item, (size_t)len);
            at += (size_t)len;
        }
    }
}

/* The message as it goes on the wire: compressed when asked, in fragments when asked, masked. */
static void frame_message(struct message *m, bool deflated, uint64_t *rng)
{
    const uint8_t *body = m->payload;
    size_t n = m->payload_len;
    uint8_t *packed = NULL;
    int first = message_opcode() | (deflated ? 0x40 : 0);
#ifdef WITH_ZLIB
    if (deflated) { /* each message on its own: a server that keeps context reads it just the same */
        z_stream z = { 0 };
        deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        size_t room = deflateBound(&z, n) + 64;
        packed = malloc(room);
        z.next_in = m->payload, z.avail_in = (uInt)n;
        z.next_out = packed, z.avail_out = (uInt)room;
        deflate(&z, Z_SYNC_FLUSH);
        body = packed, n = room - z.avail_out - 4; /* without 00 00 FF FF */
        deflateEnd(&z);
    }
#endif
    size_t step = opt.fragment ? opt.fragment : n;
    size_t frames = n && step ? (n + step - 1) / step : 1;
    uint8_t *out = m->wire = malloc(n + frames * 14);
    size_t at = 0;
    for (size_t i = 0; i < frames; i++) {
        size_t len = n - at < step ? n - at : step;
        int head = (i == 0 ? first : OP_CONTINUE) | (i == frames - 1 ? 0x80 : 0);
        out = put_frame(out, head, body + at, len, (uint32_t)(next_random(rng) >> 16));
        at += len;
    }
    m->wire_len = (size_t)(out - m->wire);
    free(packed);
}

static void make_pool(void)
{
    uint64_t rng = random_seed();
    size_t fit = (512 << 10) / (opt.size + 16); /* small enough to stay in the cache */
    pool_count = opt.mode == BOMB ? 1 : fit < 4 ? 4 : fit > 256 ? 256 : fit;
    pool = calloc(pool_count, sizeof *pool);
    for (size_t i = 0; i < pool_count; i++) {
        struct message *m = &pool[i];
        m->payload_len = opt.size;
        m->payload = malloc(opt.size + 1);
        fill_payload(m->payload, opt.size, opt.content, &rng);
        if (opt.mode == TCP)
            m->wire = m->payload, m->wire_len = opt.size;
        else
            frame_message(m, opt.deflate, &rng);
    }
}

/* --------------------------------------------------------------------------------- connections -- */

enum state { DOWN, CONNECTING, SECURING, HANDSHAKE, OPEN, CLOSING, WAIT_EOF };

struct bytes {
    uint8_t *data;
    size_t len, off, cap;
};

struct conn {
    int fd;
    enum state state;
    bool want_write;             /* EPOLLOUT is on */
    uint32_t id, slot;           /* number in the whole run, and in its thread */

    /* Sending: messages [sent, queued) of this connection are to go out; the first of them is
       already out up to sent_off. `out` (handshake, pong, close, broadcast) goes between messages. */
    uint64_t queued, sent;
    size_t sent_off;
    struct bytes out;
    uint64_t *sent_at;           /* ring of send times, one for each message in flight */

    /* Receiving */
    uint64_t received;           /* whole messages */
    size_t message_at;           /* payload bytes of the present message so far */
    uint64_t frame_left;
    uint64_t wire;               /* bytes of its frames so far, with their headers */
    uint8_t header[10], header_len;
    uint8_t opcode, message_opcode;
    bool in_frame, final, in_message, deflated;
    struct bytes in;             /* handshake response; then control payload */
    char head[32];               /* broadcast: sequence number and time */
    char accept[29];
    uint64_t started;            /* when connect() was called */
#ifdef WITH_ZLIB
    z_stream *inflater;
    bool server_keeps_context, with_deflate;
#endif
#ifdef WITH_TLS
    SSL *ssl;
    bool owes_message;           /* a record of messages is half out: it goes on before anything else */
#endif
};

enum error_kind { E_CONNECT, E_HANDSHAKE, E_PROTOCOL, E_CONTENT, E_CLOSED, ERROR_KINDS };
static const char *const error_names[] = { "connect", "handshake", "protocol", "content", "closed" };

struct thread {
    pthread_t thread;
    int index, epoll;
    struct conn *conns;
    int count;
    int opening, open, failed;
    uint64_t now, rng;
    uint64_t issued;             /* rate, broadcast: messages taken from the schedule */
    uint64_t messages, cycles, pings, unanswered, missing, close_timeouts, deflated_conns;
    uint64_t wire, refused, echoed;
    char extensions[512];        /* of the first answer; how many answers had others */
    uint64_t other_extensions;
    uint64_t errors[ERROR_KINDS];
    char first_error[200];
    struct histogram latency;
    size_t buffer_size;
    uint8_t *buffer, *scratch;
};

enum { SCRATCH = 64 << 10 };

/* The measured window, set by main between the two barriers. Before that nothing counts. */
static uint64_t start_time = UINT64_MAX, window_start = UINT64_MAX, window_end = UINT64_MAX;
static uint64_t broadcast_total; /* set by the sender when the window has ended */
static pthread_barrier_t barrier;
static struct sockaddr_in server_address;

static void append(struct bytes *b, const void *p, size_t n)
{
    if (b->len + n > b->cap) {
        b->cap = (b->len + n) * 2;
        b->data = realloc(b->data, b->cap);
    }
    memcpy(b->data + b->len, p, n);
    b->len += n;
}

static void drop(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){ 0 };
}

static void shut(struct thread *t, struct conn *c, bool reset)
{
    if (c->state == DOWN)
        return;
    if (c->state < OPEN)
        t->opening--;
    else
        t->open--;
    if (reset)
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
    close(c->fd);
    drop(&c->out);
    drop(&c->in);
#ifdef WITH_ZLIB
    if (c->inflater) {
        inflateEnd(c->inflater);
        free(c->inflater);
        c->inflater = NULL;
    }
#endif
#ifdef WITH_TLS
    SSL_free(c->ssl);
    c->ssl = NULL;
#endif
    c->state = DOWN;
}

static void fail(struct thread *t, struct conn *c, enum error_kind kind, const char *fmt, ...)
{
    t->errors[kind]++;
    t->failed++;
    if (!t->first_error[0]) {
        va_list ap;
        va_start(ap, fmt);
        int n = snprintf(t->first_error, sizeof t->first_error, "connection %u, message %" PRIu64 ": ", c->id, c->received);
        vsnprintf(t->first_error + n, sizeof t->first_error - (size_t)n, fmt, ap);
        va_end(ap);
    }
    shut(t, c, true);
}

static void watch(struct thread *t, struct conn *c, int op, bool writable)
{
    struct epoll_event e = { .events = EPOLLIN | (writable ? EPOLLOUT : 0), .data.ptr = c };
    epoll_ctl(t->epoll, op, c->fd, &e);
    c->want_write = writable;
}

static const struct message *message_of(const struct conn *c, uint64_t sequence)
{
    return &pool[(c->id + sequence) % pool_count];
}

/* ------------------------------------------------------------------------------- plain and TLS -- */

/* send() and recv() of a connection: -1 with EAGAIN when the socket is not ready, 0 at the stream's end. */
#ifdef WITH_TLS
static SSL_CTX *tls;
static char tls_used[80];        /* version and cipher of the first connection */

static void prepare_tls(void)
{
    tls = SSL_CTX_new(TLS_client_method());
    if (!tls)
        die("no TLS: %s", ERR_error_string(ERR_get_error(), NULL));
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(tls, 1); /* a record by one recv() */
}

/* What a call of OpenSSL that gave `rc` means as the result of a socket's. */
static ssize_t tls_result(struct conn *c, int rc)
{
    int error = SSL_get_error(c->ssl, rc);
    if (error == SSL_ERROR_NONE)
        return rc;
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        errno = EAGAIN;
    else if (error != SSL_ERROR_SYSCALL || errno == 0)
        errno = EPROTO;
    return -1;
}

static ssize_t send_bytes(struct conn *c, const uint8_t *p, size_t n, bool message)
{
    if (!c->ssl)
        return send(c->fd, p, n, MSG_NOSIGNAL);
    ERR_clear_error();
    ssize_t sent = tls_result(c, SSL_write(c->ssl, p, (int)n));
    c->owes_message = message && sent < 0;
    return sent;
}

static ssize_t receive_bytes(struct conn *c, uint8_t *p, size_t n)
{
    if (!c->ssl)
        return recv(c->fd, p, n, 0);
    ERR_clear_error();
    return tls_result(c, SSL_read(c->ssl, p, (int)n));
}

/* Bytes that have left the socket already, of which epoll knows nothing. */
static bool has_unread(const struct conn *c) { return c->ssl && SSL_has_pending(c->ssl); }
static bool owes_message(const struct conn *c) { return c->owes_message; }
#else
static ssize_t send_bytes(struct conn *c, const uint8_t *p, size_t n, bool message)
{
    (void)message;
    return send(c->fd, p, n, MSG_NOSIGNAL);
}
static ssize_t receive_bytes(struct conn *c, uint8_t *p, size_t n) { return recv(c->fd, p, n, 0); }
static bool has_unread(const struct conn *c) { (void)c; return false; }
static bool owes_message(const struct conn *c) { (void)c; return false; }
#endif

/* Sends what is due, as far as the socket takes it. */
static void flush(struct thread *t, struct conn *c)
{
    while (c->state != DOWN) {
        bool from_out = c->out.len > c->out.off && c->sent_off == 0 && !owes_message(c);
        const uint8_t *p;
        size_t n;
        if (from_out) {
            p = c->out.data + c->out.off;
            n = c->out.len - c->out.off;
        } else if (c->sent < c->queued) {
            const struct message *m = message_of(c, c->sent);
            p = m->wire + c->sent_off;
            n = m->wire_len - c->sent_off;
            if (c->queued - c->sent > 1 && n < SCRATCH / 4) { /* several small ones: one send() */
                size_t have = 0;
                uint64_t s = c->sent;
                do {
                    memcpy(t->scratch + have, p, n);
                    have += n;
                    m = message_of(c, ++s);
                    p = m->wire, n = m->wire_len;
                } while (s < c->queued && have + n <= SCRATCH);
                p = t->scratch, n = have;
            }
        } else {
            break;
        }
        ssize_t sent = send_bytes(c, p, n, !from_out);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) {
                if (!c->want_write)
                    watch(t, c, EPOLL_CTL_MOD, true);
            } else if (c->state == CLOSING) {
                shut(t, c, true);
            } else {
                fail(t, c, E_CLOSED, "send: %s", strerror(errno));
            }
            return;
        }
        if (from_out) {
            c->out.off += (size_t)sent;
            if (c->out.off == c->out.len)
                drop(&c->out);
        } else {
            for (size_t left = (size_t)sent; left > 0;) {
                size_t rest = message_of(c, c->sent)->wire_len - c->sent_off;
                if (left < rest) {
                    c->sent_off += left;
                    break;
                }
                left -= rest, c->sent_off = 0, c->sent++;
            }
        }
    }
    if (c->state != DOWN && c->want_write)
        watch(t, c, EPOLL_CTL_MOD, false);
}

static void queue_message(struct thread *t, struct conn *c)
{
    if (c->sent_at)
        c->sent_at[c->queued % (unsigned)opt.pipeline] = t->now;
    c->queued++;
}

static void queue_control(struct thread *t, struct conn *c, int opcode, const uint8_t *payload, size_t n)
{
    uint8_t frame[140], *end = put_frame(frame, 0x80 | opcode, payload, n, (uint32_t)(next_random(&t->rng) >> 16));
    append(&c->out, frame, (size_t)(end - frame));
}

static void start_close(struct thread *t, struct conn *c)
{
    c->state = CLOSING;
    queue_control(t, c, OP_CLOSE, (const uint8_t[]){ 1000 >> 8, 1000 & 255 }, 2);
    flush(t, c);
}

static void start_connect(struct thread *t, struct conn *c)
{
    uint32_t id = c->id, slot = c->slot;
    uint64_t *ring = c->sent_at;
    *c = (struct conn){ .id = id, .slot = slot, .sent_at = ring, .state = CONNECTING };
    c->started = t->now = now_ns();
    t->opening++;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("socket: %s (raise ulimit -n?)", strerror(errno));
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (opt.source_ips > 0) {
        static _Atomic unsigned turn;
        struct sockaddr_in from = { .sin_family = AF_INET };
        from.sin_addr.s_addr = htonl(0x7F000002u + turn++ % (unsigned)opt.source_ips);
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) {
            fail(t, c, E_CONNECT, "bind: %s", strerror(errno));
            return;
        }
    }
    if (connect(c->fd, (struct sockaddr *)&server_address, sizeof server_address) < 0 && errno != EINPROGRESS) {
        fail(t, c, E_CONNECT, "connect: %s", strerror(errno));
        return;
    }
    watch(t, c, EPOLL_CTL_ADD, true);
}

/* ----------------------------------------------------------------------------------- handshake -- */

static void on_open(struct thread *t, struct conn *c)
{
    c->state = OPEN;
    t->opening--;
    t->open++;
    drop(&c->in);
    if (opt.mode == CONNECT) {
        if (t->now >= window_start && t->now < window_end)
            histogram_add(&t->latency, t->now - c->started);
        start_close(t, c);
    } else if (opt.mode == BOMB || (opt.mode == IDLE && opt.probe)) {
        queue_message(t, c);
        flush(t, c);
    }
}

/* What a browser says besides: seven more fields; the cookie brings the request to about 900 bytes. */
static void browser_fields(char *text, size_t room)
{
    snprintf(text, room,
        "Origin: http://%s:%d\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n"
        "Cookie: session=%0460d\r\n", opt.host, opt.port, 0);
}

static void send_request(struct thread *t, struct conn *c)
{
    uint8_t nonce[16], digest[20];
    char key[25], text[2048], browser[1024] = "";
    for (int i = 0; i < 16; i++)
        nonce[i] = (uint8_t)(next_random(&t->rng) >> 32);
    base64(nonce, 16, key);
    int n = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1_short((const uint8_t *)text, (size_t)n, digest);
    base64(digest, 20, c->accept);
    if (opt.browser)
        browser_fields(browser, sizeof browser);
    n = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
        opt.path, opt.host, opt.port, key, browser,
        !opt.deflate ? "" :
        opt.no_takeover ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
                        : "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    append(&c->out, text, (size_t)n);
    c->state = HANDSHAKE;
    flush(t, c);
}

#ifdef WITH_TLS
/* Goes on with the TLS handshake, as far as the socket lets it. */
static void secure(struct thread *t, struct conn *c)
{
    if (!c->ssl) {
        c->ssl = SSL_new(tls);
        SSL_set_fd(c->ssl, c->fd);
        SSL_set_tlsext_host_name(c->ssl, "localhost");
        SSL_set_connect_state(c->ssl);
        c->state = SECURING;
    }
    ERR_clear_error();
    int rc = SSL_do_handshake(c->ssl);
    if (rc == 1) {
        t->now = now_ns();
        if (!tls_used[0] && c->id == 0)
            snprintf(tls_used, sizeof tls_used, "%s %s", SSL_get_version(c->ssl), SSL_get_cipher_name(c->ssl));
        if (opt.tls_only) {
            if (t->now >= window_start && t->now < window_end) {
                histogram_add(&t->latency, t->now - c->started);
                t->cycles++;
            }
            shut(t, c, true);
        } else {
            send_request(t, c);
        }
        return;
    }
    int error = SSL_get_error(c->ssl, rc);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        if (c->want_write != (error == SSL_ERROR_WANT_WRITE))
            watch(t, c, EPOLL_CTL_MOD, error == SSL_ERROR_WANT_WRITE);
        return;
    }
    unsigned long reason = ERR_peek_error();
    fail(t, c, E_HANDSHAKE, "TLS: %s", reason ? ERR_reason_error_string(reason) : "end of stream");
}
#else
static void secure(struct thread *t, struct conn *c) { (void)t, (void)c; }
#endif

/* The value of a header in a zero-terminated response head, cut at its line's end; or NULL. */
static const char *header_value(const char *head, const char *name, char *value, size_t room)
{
    size_t len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, name, len) && line[2 + len] == ':') {
            const char *v = line + 3 + len;
            v += strspn(v, " \t");
            snprintf(value, room, "%.*s", (int)strcspn(v, "\r"), v);
            return value;
        }
    return NULL;
}

/* Takes bytes of the response; returns how many of them belong to it (the rest are frames). */
static size_t on_handshake_bytes(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    size_t before = c->in.len;
    append(&c->in, p, n);
    append(&c->in, "", 1);
    c->in.len--;
    char *head = (char *)c->in.data, *end = strstr(head, "\r\n\r\n"), value[512];
    if (!end) {
        if (c->in.len > 16384)
            fail(t, c, E_HANDSHAKE, "no end of the response head in 16 KiB");
        return n;
    }
    size_t used = (size_t)(end - head) + 4 - before;
    end[2] = 0;
    if (strncmp(head, "HTTP/1.1 101", 12))
        fail(t, c, E_HANDSHAKE, "%.*s", (int)strcspn(head, "\r"), head);
    else if (!header_value(head, "Upgrade", value, sizeof value) || strcasecmp(value, "websocket"))
        fail(t, c, E_HANDSHAKE, "no Upgrade: websocket");
    else if (!header_value(head, "Connection", value, sizeof value) || !strcasestr(value, "upgrade"))
        fail(t, c, E_HANDSHAKE, "no Connection: Upgrade");
    else if (!header_value(head, "Sec-WebSocket-Accept", value, sizeof value) || strcmp(value, c->accept))
        fail(t, c, E_HANDSHAKE, "wrong Sec-WebSocket-Accept");
    else {
        const char *ext = header_value(head, "Sec-WebSocket-Extensions", value, sizeof value);
#ifdef WITH_ZLIB
        if (ext && opt.deflate && strcasestr(ext, "permessage-deflate")) {
            c->with_deflate = true;
            c->server_keeps_context = !strcasestr(ext, "server_no_context_takeover");
            c->inflater = calloc(1, sizeof *c->inflater);
            inflateInit2(c->inflater, -15);
            t->deflated_conns++;
            for (char *quote = value; (quote = strchr(quote, '"'));)
                *quote = '\'';
            if (!t->extensions[0])
                strcpy(t->extensions, value);
            else
                t->other_extensions += strcmp(t->extensions, value) != 0;
            ext = NULL;
        }
        if (opt.deflate && !c->with_deflate) {
            fail(t, c, E_HANDSHAKE, "the server does not take permessage-deflate");
            return used;
        }
#endif
        if (ext)
            fail(t, c, E_HANDSHAKE, "extension not asked for: %s", ext);
        else
            on_open(t, c);
    }
    return used;
}

/* -------------------------------------------------------------------------- incoming messages -- */

/* The time at which the schedule wants the n-th message of a thread sent. */
static uint64_t due_time(uint64_t n)
{
    double per_thread = opt.mode == BROADCAST ? opt.rate : opt.rate / opt.threads;
    return start_time + (uint64_t)((double)n * 1e9 / per_thread);
}

static void send_broadcast(struct thread *t, uint64_t intended)
{
    struct conn *c = &t->conns[0];
    if (c->state != OPEN)
        return;
    char head[33];
    uint8_t *payload = t->scratch, *frame = t->scratch + SCRATCH;
    snprintf(head, sizeof head, "%016" PRIx64 "%016" PRIx64, t->issued++, intended);
    memcpy(payload, pool[0].payload, opt.size);
    memcpy(payload, head, 32);
    uint8_t *end = put_frame(frame, 0x80 | message_opcode(), payload, opt.size,
                             (uint32_t)(next_random(&t->rng) >> 16));
    append(&c->out, frame, (size_t)(end - frame));
    flush(t, c);
}

static bool in_window(uint64_t time) { return time >= window_start && time < window_end; }

/* Compares payload bytes of the present message with what must come; false when the connection fell. */
static bool on_payload(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    const struct message *m = opt.mode == BROADCAST ? &pool[0] : message_of(c, c->received);
    if (opt.mode != BROADCAST && c->received >= c->queued) {
        fail(t, c, E_CONTENT, "a message that answers none");
        return false;
    }
    if (n > m->payload_len - c->message_at) {
        fail(t, c, E_CONTENT, "more than %zu bytes", m->payload_len);
        return false;
    }
    if (opt.mode == BROADCAST && c->message_at < 32) {
        size_t take = n < 32 - c->message_at ? n : 32 - c->message_at;
        memcpy(c->head + c->message_at, p, take);
        p += take, n -= take, c->message_at += take;
    }
    if (memcmp(p, m->payload + c->message_at, n)) {
        fail(t, c, E_CONTENT, "payload differs in bytes %zu to %zu", c->message_at, c->message_at + n);
        return false;
    }
    c->message_at += n;
    return true;
}

/* A bomb has been echoed or refused. */
static void on_bomb(struct thread *t, struct conn *c, bool refused)
{
    if (in_window(t->now)) {
        t->cycles++, t->refused += refused;
        histogram_add(&t->latency, t->now - c->sent_at[0]);
    }
    if (refused) {
        shut(t, c, true);
        return;
    }
    c->received++;
    if (t->now < window_end)
        queue_message(t, c);
}

static void on_message(struct thread *t, struct conn *c)
{
    if (in_window(t->now))
        t->wire += c->wire;
    c->wire = 0;
    if (opt.mode == BOMB) {
        on_bomb(t, c, false);
        return;
    }
    if (c->message_at != opt.size) {
        fail(t, c, E_CONTENT, "%zu bytes instead of %zu", c->message_at, opt.size);
        return;
    }
    c->message_at = 0;
    if (opt.mode == BROADCAST) {
        char text[17] = { 0 };
        uint64_t sequence, intended;
        memcpy(text, c->head, 16);
        sequence = strtoull(text, NULL, 16);
        memcpy(text, c->head + 16, 16);
        intended = strtoull(text, NULL, 16);
        if (sequence != c->received) {
            fail(t, c, E_CONTENT, "broadcast %" PRIu64 " where %" PRIu64 " was next", sequence, c->received);
            return;
        }
        c->received++;
        if (in_window(t->now))
            t->messages++;
        if (in_window(intended))
            histogram_add(&t->latency, t->now - intended);
        if (opt.rate <= 0 && c->id == 0 && t->now < window_end)
            send_broadcast(t, t->now);
    } else if (opt.mode == RATE) {
        uint64_t intended = due_time(c->received * (unsigned)t->count + c->slot);
        c->received++;
        if (in_window(t->now))
            t->messages++;
        if (in_window(intended))
            histogram_add(&t->latency, t->now - intended);
    } else {
        if (in_window(t->now)) {
            t->messages++;
            histogram_add(&t->latency, t->now - c->sent_at[c->received % (unsigned)opt.pipeline]);
        }
        c->received++;
        t->echoed++;
        if (opt.mode != IDLE && c->state == OPEN && t->now < window_end)
            queue_message(t, c);
    }
}

static void on_control(struct thread *t, struct conn *c)
{
    if (c->opcode == OP_PING) {
        t->pings++;
        queue_control(t, c, OP_PONG, c->in.data, c->in.len);
    } else if (c->opcode == OP_CLOSE) {
        int code = c->in.len >= 2 ? c->in.data[0] << 8 | c->in.data[1] : 1005;
        if (opt.mode == BOMB && code == 1009) {
            on_bomb(t, c, true);
            return;
        }
        if (c->state != CLOSING) {
            fail(t, c, E_CLOSED, "the server closed with %d", code);
            return;
        }
        if (code != 1000 && code != 1005) {
            fail(t, c, E_PROTOCOL, "close(1000) was answered with %d", code);
            return;
        }
        if (opt.mode == CONNECT && in_window(t->now))
            t->cycles++;
        if (opt.mode == CONNECT && !opt.linger0) {
            c->state = WAIT_EOF; /* the server ends the connection first, RFC 6455 7.1.1 */
            return;
        }
        shut(t, c, opt.mode == CONNECT);
        return;
    }
    c->in.len = 0;
}

/* Checks a complete frame header; false when the connection fell. */
static bool on_header(struct thread *t, struct conn *c)
{
    const uint8_t *h = c->header;
    bool deflate_allowed = false;
    uint64_t len = h[1] & 0x7F;
    if (len >= 126) {
        int bytes = len == 126 ? 2 : 8;
        len = 0;
        for (int i = 0; i < bytes; i++)
            len = len << 8 | h[2 + i];
        if (len < 126 || (bytes == 8 && len < 65536) || len >> 63) {
            fail(t, c, E_PROTOCOL, "length %" PRIu64 " in %d bytes", len, bytes);
            return false;
        }
    }
    c->header_len = 0;
    c->opcode = h[0] & 15;
    c->final = h[0] & 0x80;
    c->frame_left = len;
#ifdef WITH_ZLIB
    deflate_allowed = c->with_deflate && (c->opcode == OP_TEXT || c->opcode == OP_BINARY);
#endif
    if (h[1] & 0x80)
        fail(t, c, E_PROTOCOL, "a masked frame");
    else if (h[0] & 0x70 & ~(deflate_allowed ? 0x40 : 0))
        fail(t, c, E_PROTOCOL, "reserved bits 0x%02x", h[0]);
    else if (c->opcode >= OP_CLOSE && (c->opcode > OP_PONG || !c->final || len > 125))
        fail(t, c, E_PROTOCOL, "bad control frame 0x%02x of %" PRIu64, h[0], len);
    else if (c->opcode < OP_CLOSE && (c->opcode > OP_BINARY || (c->opcode == OP_CONTINUE) != c->in_message))
        fail(t, c, E_PROTOCOL, "opcode %d %s a message", c->opcode, c->in_message ? "within" : "outside");
    else {
        if (c->opcode == OP_TEXT || c->opcode == OP_BINARY) {
            if (c->opcode != message_opcode()) {
                fail(t, c, E_CONTENT, "opcode %d came back", c->opcode);
                return false;
            }
            c->in_message = true;
            c->deflated = h[0] & 0x40;
        }
        if (c->opcode < OP_CLOSE)
            c->wire += (uint64_t)((h[1] & 0x7F) == 127 ? 10 : (h[1] & 0x7F) == 126 ? 4 : 2) + len;
        return true;
    }
    return false;
}

#ifdef WITH_ZLIB
static bool inflate_payload(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    z_stream *z = c->inflater;
    z->next_in = (Bytef *)p, z->avail_in = (uInt)n;
    do {
        uint8_t out[16384];
        z->next_out = out, z->avail_out = sizeof out;
        int rc = inflate(z, Z_SYNC_FLUSH);
        if (rc != Z_OK && rc != Z_BUF_ERROR && rc != Z_STREAM_END) {
            fail(t, c, E_CONTENT, "inflate: %s", z->msg ? z->msg : "error");
            return false;
        }
        if (!on_payload(t, c, out, sizeof out - z->avail_out))
            return false;
        if (rc == Z_STREAM_END) {
            inflateReset(z);
            break;
        }
        if (z->avail_out)
            break;
    } while (true);
    return true;
}
#endif

/* Takes a piece of a data frame's payload; false when the connection fell. */
static bool on_data(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    if (opt.mode == BOMB)
        return true;
#ifdef WITH_ZLIB
    if (c->deflated)
        return inflate_payload(t, c, p, n);
#endif
    return on_payload(t, c, p, n);
}

static void on_frames(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    while (true) {
        if (!c->in_frame) {
            size_t need = 2;
            while (c->header_len < need) {
                if (n == 0)
                    return;
                c->header[c->header_len++] = *p++, n--;
                if (c->header_len >= 2)
                    need = (c->header[1] & 0x7F) == 127 ? 10 : (c->header[1] & 0x7F) == 126 ? 4 : 2;
            }
            if (!on_header(t, c))
                return;
            c->in_frame = true;
        }
        size_t take = n < c->frame_left ? n : (size_t)c->frame_left;
        if (take > 0) {
            if (c->opcode >= OP_CLOSE)
                append(&c->in, p, take);
            else if (!on_data(t, c, p, take))
                return;
            p += take, n -= take, c->frame_left -= take;
        }
        if (c->frame_left > 0)
            return;
        c->in_frame = false;
        if (c->opcode >= OP_CLOSE) {
            on_control(t, c);
        } else if (c->final) {
            c->in_message = false;
#ifdef WITH_ZLIB
            if (c->deflated && opt.mode != BOMB) {
                if (!inflate_payload(t, c, (const uint8_t *)"\0\0\xFF\xFF", 4))
                    return;
                if (!c->server_keeps_context)
                    inflateReset(c->inflater);
            }
#endif
            on_message(t, c);
        }
        if (c->state == DOWN || c->state == WAIT_EOF)
            return;
    }
}

static void on_tcp_bytes(struct thread *t, struct conn *c, const uint8_t *p, size_t n)
{
    while (n > 0) {
        size_t take = n < opt.size - c->message_at ? n : opt.size - c->message_at;
        if (!on_payload(t, c, p, take))
            return;
        if (c->message_at == opt.size)
            on_message(t, c);
        p += take, n -= take;
    }
}

/* ---------------------------------------------------------------------------------- event loop -- */

/* Takes what one receive gives; false when there is nothing more to take. */
static bool receive(struct thread *t, struct conn *c)
{
    ssize_t got = receive_bytes(c, t->buffer, t->buffer_size);
    t->now = now_ns();
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (c->state == CLOSING || c->state == WAIT_EOF)
            shut(t, c, false);
        else
            fail(t, c, c->state == OPEN ? E_CLOSED : E_HANDSHAKE, "%s", got == 0 ? "end of stream" : strerror(errno));
        return false;
    }
    const uint8_t *p = t->buffer;
    size_t n = (size_t)got;
    if (c->state == HANDSHAKE) {
        size_t used = on_handshake_bytes(t, c, p, n);
        p += used, n -= used;
    }
    if (n > 0 && (c->state == OPEN || c->state == CLOSING)) {
        if (opt.mode == TCP)
            on_tcp_bytes(t, c, p, n);
        else
            on_frames(t, c, p, n);
    }
    return c->state != DOWN && has_unread(c);
}

static void on_readable(struct thread *t, struct conn *c)
{
    while (receive(t, c)) { }
    if (c->state == OPEN || c->state == CLOSING)
        flush(t, c);
}

static void on_event(struct thread *t, struct conn *c, uint32_t events)
{
    if (c->state == DOWN)
        return;
    if (c->state == CONNECTING) {
        int error = 0;
        socklen_t len = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
        t->now = now_ns();
        if (error) {
            fail(t, c, E_CONNECT, "connect: %s", strerror(error));
        } else if (opt.mode == TCP) {
            on_open(t, c);
            flush(t, c);
        } else if (opt.tls) {
            secure(t, c);
        } else {
            send_request(t, c);
        }
        return;
    }
    if (c->state == SECURING) {
        secure(t, c);
        return;
    }
    if (events & EPOLLOUT)
        flush(t, c);
    if (c->state != DOWN && events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        on_readable(t, c);
}

/* Waits until `until` at the latest and handles what has come. */
static void poll_once(struct thread *t, uint64_t until)
{
    struct epoll_event events[256];
    uint64_t now = now_ns(), wait = until > now ? until - now : 0;
    struct timespec ts = { (time_t)(wait / 1000000000u), (long)(wait % 1000000000u) };
    int n = epoll_pwait2(t->epoll, events, 256, &ts, NULL);
    t->now = now_ns();
    for (int i = 0; i < n; i++)
        on_event(t, events[i].data.ptr, events[i].events);
}

static void open_all(struct thread *t)
{
    uint64_t deadline = now_ns() + 120000000000u;
    int next = 0;
    while (t->open + t->failed < t->count && now_ns() < deadline) {
        while (next < t->count && t->opening < opt.parallel)
            start_connect(t, &t->conns[next++]);
        poll_once(t, now_ns() + 100000000u);
    }
}

/* Waits for the echoes of the probes, up to 30 s. */
static void await_probes(struct thread *t)
{
    uint64_t deadline = now_ns() + 30000000000u;
    while (t->echoed < (uint64_t)t->open && now_ns() < deadline)
        poll_once(t, now_ns() + 100000000u);
}

/* connect, bomb: connections that begin anew when they end. */
static void run_connect(struct thread *t)
{
    for (int i = 0; i < t->count; i++)
        start_connect(t, &t->conns[i]);
    while (t->now < window_end) {
        poll_once(t, window_end);
        for (int i = 0; i < t->count; i++)
            if (t->conns[i].state == DOWN && t->errors[E_CONNECT] + t->errors[E_HANDSHAKE] < 1000)
                start_connect(t, &t->conns[i]);
    }
    for (int i = 0; i < t->count; i++)
        shut(t, &t->conns[i], true);
}

static void run_messages(struct thread *t)
{
    bool sender = opt.mode == BROADCAST && t->index == 0;
    bool scheduled = opt.rate > 0 && (opt.mode == RATE || sender);

    if (sender && !scheduled)
        for (int i = 0; i < opt.pipeline; i++)
            send_broadcast(t, t->now);
    if (opt.mode == ECHO || opt.mode == TCP)
        for (int i = 0; i < t->count; i++)
            if (t->conns[i].state == OPEN) {
                for (int k = 0; k < opt.pipeline; k++)
                    queue_message(t, &t->conns[i]);
                flush(t, &t->conns[i]);
            }

    while (t->now < window_end && t->open > 0) {
        uint64_t until = window_end, first = t->issued;
        while (scheduled) {
            until = due_time(t->issued);
            if (until > t->now || until >= window_end)
                break;
            if (sender)
                send_broadcast(t, until);
            else
                t->conns[t->issued++ % (unsigned)t->count].queued++;
        }
        if (!sender)
            for (uint64_t i = first; i < t->issued && i - first < (unsigned)t->count; i++)
                if (t->conns[i % (unsigned)t->count].state == OPEN)
                    flush(t, &t->conns[i % (unsigned)t->count]);
        poll_once(t, until < window_end ? until : window_end);
    }
    if (sender)
        __atomic_store_n(&broadcast_total, t->issued, __ATOMIC_RELEASE);
}

/* Waits up to 10 s for the answers still out, then closes politely (up to 3 s). */
static void finish(struct thread *t)
{
    uint64_t deadline = now_ns() + 10000000000u;
    for (uint64_t out = 1; out > 0 && now_ns() < deadline;) {
        out = 0;
        for (int i = 0; i < t->count; i++) {
            struct conn *c = &t->conns[i];
            uint64_t want = opt.mode == BROADCAST ? __atomic_load_n(&broadcast_total, __ATOMIC_ACQUIRE) : c->queued;
            if (c->state == OPEN && want > c->received)
                out += want - c->received;
        }
        if (out)
            poll_once(t, now_ns() + 1000000u);
    }
    t->now = now_ns();
    for (int i = 0; i < t->count; i++) {
        struct conn *c = &t->conns[i];
        uint64_t want = opt.mode == BROADCAST ? broadcast_total : c->queued;
        if (opt.mode == BROADCAST) {
            t->missing += want > c->received ? want - c->received : 0;
            continue;
        }
        for (uint64_t m = c->received; m < want; m++) { /* lost or too late: its age is its least latency */
            t->unanswered++;
            if (opt.mode == RATE) {
                uint64_t intended = due_time(m * (unsigned)t->count + c->slot);
                if (in_window(intended))
                    histogram_add(&t->latency, t->now - intended);
            }
        }
    }
    deadline = now_ns() + 3000000000u;
    for (int i = 0; i < t->count; i++)
        if (t->conns[i].state == OPEN) {
            if (opt.mode == TCP)
                shut(t, &t->conns[i], false);
            else
                start_close(t, &t->conns[i]);
        }
    while (t->open > 0 && now_ns() < deadline)
        poll_once(t, now_ns() + 10000000u);
    t->close_timeouts = (uint64_t)t->open;
    for (int i = 0; i < t->count; i++)
        shut(t, &t->conns[i], true);
}

static void *thread_main(void *arg)
{
    struct thread *t = arg;
    prctl(PR_SET_TIMERSLACK, 1);
    t->epoll = epoll_create1(EPOLL_CLOEXEC);
    t->rng = random_seed();
    if (opt.mode != CONNECT && opt.mode != BOMB)
        open_all(t);
    if (opt.mode == IDLE && opt.probe)
        await_probes(t);
    pthread_barrier_wait(&barrier); /* all open */
    pthread_barrier_wait(&barrier); /* the window is set */
    t->now = now_ns();
    if (opt.mode == CONNECT || opt.mode == BOMB) {
        run_connect(t);
    } else if (opt.mode == IDLE) {
        while (t->now < window_end)
            poll_once(t, window_end);
    } else {
        run_messages(t);
    }
    pthread_barrier_wait(&barrier); /* the window has ended */
    if (opt.mode != CONNECT && opt.mode != BOMB)
        finish(t);
    return NULL;
}

/* --------------------------------------------------------- the server's resources, and our own -- */

struct cpu {
    double total, user, system; /* seconds */
    uint64_t at;
};

static double seconds(struct timeval v) { return (double)v.tv_sec + (double)v.tv_usec / 1e6; }

static struct cpu read_own_cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    struct cpu s = { .user = seconds(u.ru_utime), .system = seconds(u.ru_stime), .at = now_ns() };
    s.total = s.user + s.system;
    return s;
}

static struct cpu read_server_cpu(void)
{
    struct cpu s = { .at = now_ns() };
    char path[64], text[2048];
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%d/stat", opt.server_pid);
    FILE *f = fopen(path, "r");
    if (!f)
        die("no process %d", opt.server_pid);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    char *rest = strrchr(text, ')');
    if (rest && sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
        double tick = (double)sysconf(_SC_CLK_TCK);
        s.user = (double)user / tick;
        s.system = (double)system / tick;
        s.total = s.user + s.system;
    }
    clockid_t clock; /* the same sum in nanoseconds instead of ticks */
    struct timespec ts;
    if (clock_getcpuclockid(opt.server_pid, &clock) == 0 && clock_gettime(clock, &ts) == 0)
        s.total = (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
    return s;
}

/* A value in KiB from a "Name:  123 kB" file of /proc/PID; -1 when there is none. */
static long read_kb(int pid, const char *file, const char *name)
{
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
            value = atol(line + strlen(name) + 1);
    fclose(f);
    return value;
}

/* ---------------------------------------------------------------------------------------- main -- */

/* One figure, for people or for JSON. */
static void figure(const char *name, const char *fmt, ...)
{
    static bool any;
    va_list ap;
    va_start(ap, fmt);
    if (opt.json)
        printf("%s\"%s\":", any ? "," : "{", name);
    else
        printf("%-26s", name);
    vprintf(fmt, ap);
    if (!opt.json)
        putchar('\n');
    any = true;
    va_end(ap);
}

int main(int argc, char **argv)
{
    parse_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    server_address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port) };
    if (inet_pton(AF_INET, opt.host, &server_address.sin_addr) != 1)
        die("--host takes an IPv4 address");
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur < (rlim_t)opt.conns + 64)
        die("%d connections need ulimit -n %d; the limit is %lu", opt.conns, opt.conns + 64, (unsigned long)files.rlim_cur);
    if (opt.mode == BROADCAST)
        opt.conns++; /* the sender, connection 0 */
    make_pool();
#ifdef WITH_TLS
    if (opt.tls)
        prepare_tls();
#endif

    struct thread *threads = calloc((size_t)opt.threads, sizeof *threads);
    pthread_barrier_init(&barrier, NULL, (unsigned)opt.threads + 1);
    long own_rss0 = read_kb(getpid(), "smaps_rollup", "Rss"), rss0 = 0, pss0 = 0, rss1 = 0, pss1 = 0, rss2 = 0, pss2 = 0;
    long anon0 = 0, anon1 = 0, anon2 = 0; /* without files: what 10,000 connections share is not counted for each */
    if (opt.server_pid) {
        rss0 = read_kb(opt.server_pid, "smaps_rollup", "Rss");
        pss0 = read_kb(opt.server_pid, "smaps_rollup", "Pss");
        anon0 = read_kb(opt.server_pid, "smaps_rollup", "Anonymous");
    }
    uint64_t open_start = now_ns();
    for (int i = 0, id = 0; i < opt.threads; i++) {
        struct thread *t = &threads[i];
        t->index = i;
        t->count = opt.conns / opt.threads + (i < opt.conns % opt.threads);
        t->conns = calloc((size_t)t->count, sizeof *t->conns);
        t->buffer_size = opt.size >= 65536 ? 512 << 10 : 64 << 10;
        t->buffer = malloc(t->buffer_size);
        t->scratch = malloc(SCRATCH * 2 + opt.size * 2);
        for (int k = 0; k < t->count; k++) {
            t->conns[k].id = (uint32_t)id++;
            t->conns[k].slot = (uint32_t)k;
            if (opt.mode == ECHO || opt.mode == TCP || opt.mode == IDLE || opt.mode == BOMB)
                t->conns[k].sent_at = calloc((size_t)opt.pipeline, sizeof(uint64_t));
        }
        pthread_create(&t->thread, NULL, thread_main, t);
    }
    pthread_barrier_wait(&barrier);
    double open_seconds = (double)(now_ns() - open_start) / 1e9;
    if (opt.server_pid && opt.mode == IDLE) {
        rss1 = read_kb(opt.server_pid, "smaps_rollup", "Rss");
        pss1 = read_kb(opt.server_pid, "smaps_rollup", "Pss");
        anon1 = read_kb(opt.server_pid, "smaps_rollup", "Anonymous");
    }
    int open = 0;
    for (int i = 0; i < opt.threads; i++)
        open += threads[i].open;

    if (opt.mode == BROADCAST) /* a server may answer 101 before the connection is on its list */
        sleep_until(now_ns() + 300000000u);
    start_time = now_ns();
    window_start = start_time + (uint64_t)(opt.warmup * 1e9);
    window_end = window_start + (uint64_t)(opt.duration * 1e9);
    pthread_barrier_wait(&barrier);
    struct cpu cpu0 = { 0 }, cpu1 = { 0 };
    sleep_until(window_start);
    if (opt.server_pid)
        cpu0 = read_server_cpu();
    struct cpu own0 = read_own_cpu();
    sleep_until(window_end);
    if (opt.server_pid)
        cpu1 = read_server_cpu();
    struct cpu own1 = read_own_cpu();
    pthread_barrier_wait(&barrier);
    long own_rss = read_kb(getpid(), "smaps_rollup", "Rss");
    if (opt.server_pid) {
        rss2 = read_kb(opt.server_pid, "smaps_rollup", "Rss");
        pss2 = read_kb(opt.server_pid, "smaps_rollup", "Pss");
        anon2 = read_kb(opt.server_pid, "smaps_rollup", "Anonymous");
    }

    static struct histogram latency;
    uint64_t messages = 0, cycles = 0, pings = 0, unanswered = 0, missing = 0, close_timeouts = 0, errors = 0;
    uint64_t deflated = 0, wire = 0, refused = 0, other_extensions = 0;
    uint64_t kinds[ERROR_KINDS] = { 0 };
    const char *first_error = "";
    for (int i = 0; i < opt.threads; i++) {
        struct thread *t = &threads[i];
        pthread_join(t->thread, NULL);
        histogram_merge(&latency, &t->latency);
        messages += t->messages, cycles += t->cycles, pings += t->pings, unanswered += t->unanswered;
        missing += t->missing, close_timeouts += t->close_timeouts, deflated += t->deflated_conns;
        wire += t->wire, refused += t->refused, other_extensions += t->other_extensions;
        if (strcmp(t->extensions, threads[0].extensions))
            other_extensions += t->deflated_conns - t->other_extensions;
        for (int k = 0; k < ERROR_KINDS; k++)
            kinds[k] += t->errors[k], errors += t->errors[k];
        if (t->first_error[0] && !first_error[0])
            first_error = t->first_error;
    }

    bool with_messages = opt.mode != CONNECT && opt.mode != IDLE && opt.mode != BOMB, with_cycles = opt.mode == CONNECT || opt.mode == BOMB;
    uint64_t units = with_cycles ? cycles : messages;
    figure("mode", "\"%s\"", opt.mode_name);
    figure("conns", "%d", opt.mode == BROADCAST ? opt.conns - 1 : opt.conns);
    figure("opened", "%d", open);
    figure("threads", "%d", opt.threads);
#ifdef WITH_TLS
    if (opt.tls)
        figure("tls", "\"%s\"", tls_used);
#endif
    if (opt.mode != CONNECT) {
        figure("open_s", "%.3f", open_seconds);
        figure("size", "%zu", opt.size);
    }
    if (with_messages) {
        figure("content", "\"%s\"", opt.content == TEXT ? "text" : opt.content == UTF8 ? "utf8" : opt.content == ZEROS ? "zeros" : "binary");
        figure("pipeline", "%d", opt.pipeline);
        if (opt.fragment)
            figure("fragment", "%zu", opt.fragment);
        if (opt.rate > 0)
            figure("rate", "%.0f", opt.rate);
    }
    if (opt.deflate) {
        figure("deflated_conns", "%" PRIu64, deflated);
        figure("extensions", "\"%s\"", threads[0].extensions);
        figure("other_extensions_conns", "%" PRIu64, other_extensions);
    }
    figure("window_s", "%.3f", opt.duration);
    if (with_messages) {
        figure("msgs", "%" PRIu64, messages);
        figure("msgs_per_s", "%.0f", (double)messages / opt.duration);
        figure("mb_per_s", "%.2f", (double)messages * (double)opt.size / opt.duration / 1e6); /* payload, one way */
        if (opt.mode != TCP && messages) /* the server's, of its frames of messages, with their headers */
            figure("bytes_per_message", "%.1f", (double)wire / (double)messages);
    }
    if (opt.mode != TCP && opt.size) { /* the same of ours */
        double sent = 0;
        for (size_t i = 0; i < pool_count; i++)
            sent += (double)pool[i].wire_len;
        figure("sent_bytes_per_message", "%.1f", sent / (double)pool_count);
    }
    if (with_cycles) {
        figure("cycles", "%" PRIu64, cycles);
        figure("cycles_per_s", opt.mode == BOMB ? "%.2f" : "%.0f", (double)cycles / opt.duration);
        if (opt.mode == BOMB)
            figure("refused", "%" PRIu64, refused);
    }
    figure("client_rss_kb", "%ld", own_rss);
    if (opt.mode == IDLE && open > 0)
        figure("client_bytes_per_conn", "%.0f", (double)(own_rss - own_rss0) * 1024 / open);
    if (opt.mode != IDLE) {
        static const struct { const char *name; double q; } quantiles[] = {
            { "p50_us", .5 }, { "p90_us", .9 }, { "p99_us", .99 }, { "p999_us", .999 }, { "max_us", 1 } };
        for (int i = 0; i < 5; i++)
            figure(quantiles[i].name, "%.1f", histogram_us(&latency, quantiles[i].q));
        double span = (double)(own1.at - own0.at) / 1e9, cpu = own1.total - own0.total;
        figure("client_user_s", "%.4f", own1.user - own0.user);
        figure("client_system_s", "%.4f", own1.system - own0.system);
        figure("client_cpu_util", "%.3f", cpu / span);
        if (units)
            figure("client_cpu_us_per_unit", "%.3f", cpu / span * opt.duration * 1e6 / (double)units);
    }
    if (opt.server_pid) {
        double span = (double)(cpu1.at - cpu0.at) / 1e9, cpu = cpu1.total - cpu0.total;
        figure("server_cpu_s", "%.4f", cpu);
        figure("server_user_s", "%.2f", cpu1.user - cpu0.user);
        figure("server_system_s", "%.2f", cpu1.system - cpu0.system);
        figure("server_cpu_util", "%.3f", cpu / span);
        if (units)
            figure("server_cpu_us_per_unit", "%.3f", cpu / span * opt.duration * 1e6 / (double)units);
        figure("server_rss_before_kb", "%ld", rss0);
        figure("server_pss_before_kb", "%ld", pss0);
        if (opt.mode == IDLE) {
            figure("server_rss_opened_kb", "%ld", rss1);
            figure("server_pss_opened_kb", "%ld", pss1);
        }
        figure("server_rss_after_kb", "%ld", rss2);
        figure("server_pss_after_kb", "%ld", pss2);
        figure("server_rss_peak_kb", "%ld", read_kb(opt.server_pid, "status", "VmHWM"));
        if (opt.mode == IDLE && open > 0) {
            figure("server_bytes_per_conn_opened", "%.0f", (double)(rss1 - rss0) * 1024 / open); /* the probes echoed */
            figure("server_bytes_per_conn", "%.0f", (double)(rss2 - rss0) * 1024 / open);
            figure("server_anon_per_conn_opened", "%.0f", (double)(anon1 - anon0) * 1024 / open);
            figure("server_anon_per_conn", "%.0f", (double)(anon2 - anon0) * 1024 / open);
        }
    }
    figure("pings", "%" PRIu64, pings);
    figure("unanswered", "%" PRIu64, unanswered);
    if (opt.mode == BROADCAST)
        figure("missing", "%" PRIu64, missing);
    figure("close_timeouts", "%" PRIu64, close_timeouts);
    figure("errors", "%" PRIu64, errors);
    for (int k = 0; k < ERROR_KINDS; k++)
        if (kinds[k]) {
            char name[32];
            snprintf(name, sizeof name, "errors_%s", error_names[k]);
            figure(name, "%" PRIu64, kinds[k]);
        }
    if (first_error[0])
        figure("first_error", "\"%s\"", first_error);
    if (opt.json)
        puts("}");
    return errors || missing || unanswered ? 1 : 0;
}
