#!/usr/bin/env python3
"""compare.py: RawWs beside reference servers and clients, in one run, as ratios.

  compare.py [--rawws COMMAND] [--peers floor,kestrel,ws,websockets] [--tests e20p1,idle] [--rounds 3] [--seconds 3]
             [--key ec|rsa] [--json FILE] [--server 'NAME=COMMAND with {port} and {tls}']...

RawWs is the Release build of src/RawWs.Host unless --rawws gives another command; the row `rawws-noinline` is the same with
completions handed to the thread pool. The peer `websockets` (python) is slow and left out unless named.

Each server is pinned to processor 0 and the load generator to processor 1. The figure to quote is the server's CPU time for one
message (delivery, connection), the median over the rounds, and its ratio to `floor` (wsecho_min.c: a C echo that checks nothing)
taken in the same run. `deflate` and `deflate-nt` have no floor and run without the
other tests (the peers compress only then). RawWs is started as `COMMAND --Server:Listen:0=ws://127.0.0.1:PORT` and must serve /echo, and /broadcast
for the broadcast tests (every message to every connection of that path, the sender included).

Tests named tls... need openssl, and its headers for the load generator. The servers that can then listen for TLS as well, all with
one certificate made for the run (--key says of which kind), and the ratio is to `kestrel`, over TLS too. In `tls-storm` echoes at a
fixed rate run without TLS, first alone, then beside full TLS handshakes on the other port, as many as the server takes.

Tests named client... turn the table around: the server is `floor`, the rows are clients, the CPU time is theirs: `clientload` is
loadtests/RawWs.ClientLoad (RawWs' client), the ratio is to `wsload` of the same run.
"""
import argparse, json, os, resource, signal, statistics as st, subprocess, sys, time
sys.dont_write_bytecode = True
import peers
from peers import CLIENT, RAWWS, Server, run

TESTS = {
    'e20p1':  ('echo --size 20 --conns 100', 'echo of 20 B, 100 connections, 1 in flight'),
    'e20p16': ('echo --size 20 --conns 100 --pipeline 16', 'echo of 20 B, 100 connections, 16 in flight'),
    'e1k':    ('echo --size 1024 --conns 100', 'echo of 1 KiB text, 100 connections'),
    'e16k':   ('echo --size 16384 --conns 32 --binary', 'echo of 16 KiB, 32 connections'),
    'l1m':    ('large --conns 4', 'echo of 1 MiB, 4 connections'),
    'rate':   ('rate --rate 20000 --size 20 --conns 100', 'open loop, 20,000/s of 20 B'),
    'connect':('connect --linger0 --source-ips 16 --conns 32', 'connect + upgrade + close'),
    'bcast':  ('broadcast --conns 1000 --rate 100', '64 B to 1,000 connections, 100/s'),
    'deflate':('echo --size 1024 --conns 100 --deflate', 'echo of 1 KiB text, permessage-deflate'),
    'deflate-nt': ('echo --size 1024 --conns 100 --deflate --no-takeover', 'the same, no context takeover in either direction'),
    'idle':   ('idle --conns 10000 --source-ips 4 --probe', '10,000 idle connections'),
    'idle-browser': ('idle --conns 10000 --source-ips 4 --probe --browser', '10,000 idle connections, each opened by a request of 12 headers, 900 bytes'),
    'tls1k':  ('echo --tls --size 1024 --conns 100', 'echo of 1 KiB text over TLS, 100 connections'),
    'tls-idle': ('idle --tls --conns 10000 --source-ips 4 --probe', '10,000 idle connections over TLS'),
    'tls-storm': ('rate --rate 2000 --size 20 --conns 50', 'open loop, 2,000/s of 20 B without TLS; beside it TLS handshakes, 32 at once'),
    'client': ('echo --size 20 --conns 100', 'clients: echo of 20 B, 100 connections, 1 in flight'),
    'client16': ('echo --size 20 --conns 100 --pipeline 16', 'clients: echo of 20 B, 100 connections, 16 in flight'),
    'client-idle': ('idle --conns 10000 --probe', 'clients: 10,000 idle connections'),
}
STORM = 'connect --tls-only --linger0 --source-ips 16 --conns 32'
CLIENT_WARMUP = 8    # seconds in which the JIT is done with a client that has just started

def is_idle(test): return test.endswith('idle') or test.startswith('idle')
def is_tls(test): return test.startswith('tls')
def is_client(test): return test.startswith('client')

def warm(load, server):
    """Has the JIT compile the paths."""
    for tls in [''] + [' --tls'] * ('{tls}' in server.template):
        for m in ('echo --size 20 --conns 50', 'echo --size 20 --conns 50 --pipeline 16', 'echo --size 16384 --binary --conns 8'): run(load, m + tls, server, 2)

def run_live(load, tests, commands, a, rows):
    servers = {}
    try:
        for n, c in commands.items(): servers[n] = Server(c)
        for s in servers.values(): warm(load, s)
        for _ in range(a.rounds):
            for t in tests:
                for n, s in servers.items():
                    if t.startswith('deflate') and n == 'floor' or is_tls(t) and '{tls}' not in s.template: continue
                    rows.setdefault((t, n), []).append(storm(load, TESTS[t][0], s, a.seconds) if t == 'tls-storm' else run(load, TESTS[t][0], s, a.seconds))
    finally:
        for s in servers.values(): s.stop()

def storm(load, mode, server, seconds):
    """Echoes alone, then the same beside a storm of handshakes, which takes what time the echoes' generator leaves it."""
    quiet = run(load, mode, server, seconds)
    cmd = ['taskset', '-c', peers.CLIENT_CPU, str(load), *STORM.split(), '--port', str(server.tls), '--warmup', '1', '--duration', str(seconds + 1), '--json']
    with subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))) as p:
        try:
            time.sleep(0.5)
            stormy = run(load, mode, server, seconds)
            handshakes = peers.answer(*p.communicate(timeout=60))
        finally: p.kill()
    return {'quiet': quiet, 'storm': stormy, 'handshakes': handshakes}

def run_idle(load, test, commands, a, rows):
    for _ in range(a.rounds):
        for n, c in commands.items():
            if is_tls(test) and '{tls}' not in c: continue
            with Server(c) as s:
                run(load, 'echo --size 20 --conns 50' + (' --tls' if is_tls(test) else ''), s, 1); time.sleep(0.3)
                rows.setdefault((test, n), []).append(run(load, TESTS[test][0], s, 2))

def run_clients(load, test, floor, clients, a, rows):
    """Each client for itself against the same kind of server, in turn."""
    for _ in range(a.rounds):
        for n, cmd in clients.items():
            with Server(floor) as s:
                where = ['--port', str(s.port), '--json'] if n == 'wsload' else ['--url', f'ws://127.0.0.1:{s.port}/echo']
                times = ['--duration', '2'] if is_idle(test) else ['--duration', str(a.seconds), '--warmup', str(CLIENT_WARMUP)]
                r = subprocess.run(['taskset', '-c', peers.CLIENT_CPU, *cmd.split(), *TESTS[test][0].split(), *where, *times], capture_output=True, text=True, timeout=180)
                rows.setdefault((test, n), []).append(peers.answer(r.stdout, r.stderr))

def median(runs, key):
    v = [r[key] for r in runs if isinstance(r.get(key), (int, float))]
    return st.median(v) if v else None

def errors(runs): return sum((r.get(k) or 0) for r in runs for k in ('errors', 'missing', 'unanswered'))
def cell(x, width, form): return '-'.rjust(width) if x is None else format(x, f'{width}{form}')
def no_figure(name, runs): print(f'  {name:17s} no figure: {next((r["failed"] for r in runs if "failed" in r), "not run")}')

def print_table(test, names, rows):
    side = 'client' if is_client(test) else 'server'
    unit = f'{side}_bytes_per_conn' if is_idle(test) else f'{side}_cpu_us_per_unit'
    base = 'wsload' if is_client(test) else 'kestrel' if is_tls(test) else 'floor'
    zero = median(rows.get((test, base), []), unit)
    title, more = ('MB opened', lambda runs: (median(runs, 'client_rss_opened_kb') or median(runs, 'client_rss_kb')) / 1024) if is_idle(test) else \
                  ('B alloc', lambda runs: median(runs, 'allocated_bytes_per_msg'))
    print(f"  {side:17s} {'bytes/conn' if is_idle(test) else 'CPU us':>12s} {'x ' + base:>9s} {'rate/s':>12s} {'p50 us':>9s} {'p99 us':>9s} {'RSS MB':>7s}" + (f' {title:>9s}' if is_client(test) else ''))
    for n in names:
        runs = rows.get((test, n), [])
        u, bad = median(runs, unit), errors(runs)
        if u is None:
            if runs: no_figure(n, runs)
            continue
        rate = next((median(runs, k) for k in ('msgs_per_s', 'deliveries_per_s', 'cycles_per_s') if median(runs, k) is not None), None)
        rss = median(runs, 'server_rss_after_kb' if side == 'server' else 'client_rss_kb')
        print(f"  {n:17s} {u:12.2f} {cell(u / zero if zero else None, 9, '.2f')} {cell(rate, 12, ',.0f')} {cell(median(runs, 'p50_us'), 9, ',.0f')} {cell(median(runs, 'p99_us'), 9, ',.0f')} {cell((rss or 0) / 1024, 7, '.1f')}"
              + (f" {cell(more(runs), 9, '.4f' if title == 'B alloc' else '.1f')}" if is_client(test) else '') + (f'   {bad} ERRORS' if bad else ''))

def print_storm(test, names, rows):
    print(f"  {'server':17s} {'handshakes/s':>12s} {'p50 alone':>10s} {'p99 alone':>10s} {'p50 beside':>10s} {'p99 beside':>10s} {'p99 rises by':>12s}   (us, medians)")
    for n in names:
        runs = rows.get((test, n), [])
        if not runs: continue
        quiet, stormy, handshakes = ([r[k] for r in runs] for k in ('quiet', 'storm', 'handshakes'))
        figures = [median(*x) for x in ((handshakes, 'cycles_per_s'), (quiet, 'p50_us'), (quiet, 'p99_us'), (stormy, 'p50_us'), (stormy, 'p99_us'))]
        if None in figures: no_figure(n, quiet + stormy + handshakes); continue
        rise = st.median(s['p99_us'] - q['p99_us'] for q, s in zip(quiet, stormy))
        bad = errors(quiet + stormy + handshakes)
        print(f"  {n:17s} {figures[0]:12,.0f} " + ' '.join(f'{x:10,.0f}' for x in figures[1:]) + f' {rise:12,.0f}' + (f'   {bad} ERRORS' if bad else ''))

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--rawws', default=str(RAWWS) if RAWWS.exists() else ''); ap.add_argument('--peers', default='floor,kestrel,ws'); ap.add_argument('--tests', default='e20p1,e20p16,e1k,e16k,l1m,rate,connect,bcast,idle')
    ap.add_argument('--rounds', type=int, default=3); ap.add_argument('--seconds', type=float, default=3); ap.add_argument('--key', choices=list(peers.KEYS), default='ec')
    ap.add_argument('--json', default=''); ap.add_argument('--server', action='append', default=[])
    a = ap.parse_args(); a.peers = [p for p in a.peers.split(',') if p]; a.tests = a.tests.split(',')
    unknown = [t for t in a.tests if t not in TESTS]
    if unknown: ap.error(f'no test named {unknown[0]}; there are {", ".join(TESTS)}')
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))    # so that the servers end too
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    servers, clients = [t for t in a.tests if not is_client(t)], [t for t in a.tests if is_client(t)]
    tls, deflate = any(map(is_tls, a.tests)), [t for t in a.tests if t.startswith('deflate')]
    if servers and not a.rawws: print('no row rawws: first dotnet build -c Release src/RawWs.Host', file=sys.stderr)
    if clients and not CLIENT.exists(): print('no row clientload: first dotnet build -c Release loadtests/RawWs.ClientLoad', file=sys.stderr)

    peers.cache.mkdir(parents=True, exist_ok=True)
    load = peers.build_load(bool(deflate), tls)
    peers.build((a.peers if servers else []) + ['floor'] * bool(clients))
    if tls: peers.make_certificate(a.key)
    def commands(tls): return peers.commands(a.rawws, a.peers, a.server, tls, bool(deflate), len(deflate) == len(a.tests))

    rows, names = {}, list(commands(False))
    live = [t for t in servers if not is_idle(t)]
    if live: run_live(load, live, commands(tls), a, rows)
    for t in servers:
        if is_idle(t): run_idle(load, t, commands(is_tls(t)), a, rows)
    rivals = {'wsload': str(load)} | ({'clientload': str(CLIENT)} if CLIENT.exists() else {})
    for t in clients: run_clients(load, t, f'{peers.cache}/floor {{port}}', rivals, a, rows)

    for t in a.tests:
        print(f'\n{t}: {TESTS[t][1]}')
        (print_storm if t == 'tls-storm' else print_table)(t, rivals if is_client(t) else names, rows)
    if a.json:
        with open(a.json, 'w') as f: json.dump([dict(test=t, server=n, runs=r) for (t, n), r in rows.items()], f)

if __name__ == '__main__': main()
