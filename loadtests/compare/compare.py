#!/usr/bin/env python3
"""compare.py: RawWs beside reference servers and clients, in one run, as ratios.

  compare.py [--rawws COMMAND] [--peers floor,kestrel,ws,websockets] [--tests e20p1,idle] [--rounds 3] [--seconds 3]
             [--key ec|rsa] [--json FILE] [--server 'NAME=COMMAND with {port} and {tls}']...

RawWs is the Release build of src/RawWs.Host unless --rawws gives another command; the row `rawws-noinline` is the same with
completions handed to the thread pool. The peer `websockets` (python) is slow and left out unless named.

Each server is pinned to processor 0 and the load generator to processor 1. The figure to quote is the server's CPU time for one
message (delivery, connection), the median over the rounds, and its ratio to `floor` (wsecho_min.c: a C echo that checks nothing)
taken in the same run. RawWs is started as `COMMAND --Server:Listen:0=ws://127.0.0.1:PORT` and must serve /echo, and /broadcast
for the broadcast tests (every message to every connection of that path, the sender included).

Tests named tls... need openssl, and its headers for the load generator. The servers that can then listen for TLS as well, all with
one certificate made for the run (--key says of which kind), and the ratio is to `kestrel`, over TLS too. In `tls-storm` echoes at a
fixed rate run without TLS, first alone, then beside full TLS handshakes on the other port, as many as the server takes.

Tests named deflate... negotiate permessage-deflate, have no floor (the ratios are to `kestrel` and `ws`) and run without the other tests
(the peers compress only then). `rawws-takeover` keeps contexts in both directions, `rawws-plain` compresses nothing, `rawws-1mib` takes
messages of at most 1 MiB, as the server does by default; those of the other rows are at most 64 MiB. In `deflate-bomb` echoes at a fixed
rate run without compression, first alone, then beside one connection whose messages of 64 KiB inflate to 64 MiB.

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
    'deflate-idle': ('idle --size 1024 --source-ips 4 --probe', 'idle connections, each of which has echoed one message of 1 KiB text, compressed except in rawws-plain'),
    'deflate-bomb': ('rate --rate 2000 --size 20 --conns 50', 'open loop, 2,000/s of 20 B without compression; beside it messages of 64 KiB that inflate to 64 MiB'),
    'idle':   ('idle --conns 10000 --source-ips 4 --probe', '10,000 idle connections'),
    'idle-browser': ('idle --conns 10000 --source-ips 4 --probe --browser', '10,000 idle connections, each opened by a request of 12 headers, 900 bytes'),
    'tls1k':  ('echo --tls --size 1024 --conns 100', 'echo of 1 KiB text over TLS, 100 connections'),
    'tls-idle': ('idle --tls --conns 10000 --source-ips 4 --probe', '10,000 idle connections over TLS'),
    'tls-storm': ('rate --rate 2000 --size 20 --conns 50', 'open loop, 2,000/s of 20 B without TLS; beside it TLS handshakes, 32 at once'),
    'client': ('echo --size 20 --conns 100', 'clients: echo of 20 B, 100 connections, 1 in flight'),
    'client16': ('echo --size 20 --conns 100 --pipeline 16', 'clients: echo of 20 B, 100 connections, 16 in flight'),
    'client-idle': ('idle --conns 10000 --probe', 'clients: 10,000 idle connections'),
}
STORMS = {    # what runs beside the echoes, and what its cycles are
    'tls-storm': ('connect --tls --tls-only --linger0 --source-ips 16 --conns 32', 'handshakes/s'),
    'deflate-bomb': ('bomb', 'bombs/s'),
}
VARIANTS = {    # rows that run in these tests alone
    'rawws-takeover': ('deflate', 'deflate-nt', 'deflate-idle'),
    'rawws-plain': ('deflate-idle',),
    'rawws-1mib': ('deflate-bomb',),
}
DEFLATE_IDLE = {'rawws': '--conns 10000 --deflate', 'rawws-plain': '--conns 10000'}
IDLE_SECONDS, DEFLATE_IDLE_SECONDS = 2, 15
CLIENT_WARMUP = 8    # seconds in which the JIT is done with a client that has just started

def is_idle(test): return test.endswith('idle') or test.startswith('idle')
def is_tls(test): return test.startswith('tls')
def is_deflate(test): return test.startswith('deflate')
def is_client(test): return test.startswith('client')

def takes_part(test, name, command):
    if is_tls(test) and '{tls}' not in command or is_deflate(test) and name == 'floor': return False
    if name == 'rawws-noinline' and test in ('deflate-idle', 'deflate-bomb'): return False
    return test in VARIANTS.get(name, (test,))

def warm(load, server, deflate):
    """Has the JIT compile the paths."""
    for tls in [''] + [' --tls'] * ('{tls}' in server.template):
        for m in ('echo --size 20 --conns 50', 'echo --size 20 --conns 50 --pipeline 16', 'echo --size 16384 --binary --conns 8'): run(load, m + tls, server, 2)
    if deflate: run(load, 'echo --size 1024 --conns 50 --deflate', server, 2)

def run_live(load, tests, commands, a, rows):
    servers = {}
    try:
        for n, c in commands.items():
            if any(takes_part(t, n, c) for t in tests): servers[n] = Server(c)
        for s in servers.values(): warm(load, s, all(map(is_deflate, tests)))
        for _ in range(a.rounds):
            for t in tests:
                for n, s in servers.items():
                    if not takes_part(t, n, s.template): continue
                    rows.setdefault((t, n), []).append(storm(load, t, s, a.seconds) if t in STORMS else run(load, TESTS[t][0], s, a.seconds))
    finally:
        for s in servers.values(): s.stop()

def storm(load, test, server, seconds):
    """Echoes alone, then the same beside a storm, which takes what time the echoes' generator leaves it."""
    mode, beside = TESTS[test][0], STORMS[test][0]
    quiet = run(load, mode, server, seconds)
    cmd = ['taskset', '-c', peers.CLIENT_CPU, str(load), *beside.split(), '--port', str(server.port_of(beside)), '--warmup', '1', '--duration', str(seconds + 1), '--json']
    with subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))) as p:
        try:
            time.sleep(0.5)
            stormy = run(load, mode, server, seconds)
            beside = peers.answer(*p.communicate(timeout=60))
        finally: p.kill()
    return {'quiet': quiet, 'storm': stormy, 'beside': beside}

def run_idle(load, test, commands, a, rows):
    for _ in range(a.rounds):
        for n, c in commands.items():
            if not takes_part(test, n, c): continue
            mode, held = TESTS[test][0] + (' ' + DEFLATE_IDLE.get(n, f'--conns {a.kept} --deflate')) * is_deflate(test), DEFLATE_IDLE_SECONDS if is_deflate(test) else IDLE_SECONDS
            with Server(c) as s:
                run(load, 'echo --size 20 --conns 50' + ' --tls' * is_tls(test), s, 1)
                # one connection: what it leaves behind is not there for those that are measured
                if '--deflate' in mode: run(load, 'echo --size 1024 --conns 1 --deflate', s, 1)
                time.sleep(0.3)
                rows.setdefault((test, n), []).append(run(load, mode, s, held))

def run_clients(load, test, floor, clients, a, rows):
    """Each client for itself against the same kind of server, in turn."""
    for _ in range(a.rounds):
        for n, cmd in clients.items():
            with Server(floor) as s:
                where = ['--port', str(s.port), '--json'] if n == 'wsload' else ['--url', f'ws://127.0.0.1:{s.port}/echo']
                times = ['--duration', str(IDLE_SECONDS)] if is_idle(test) else ['--duration', str(a.seconds), '--warmup', str(CLIENT_WARMUP)]
                r = subprocess.run(['taskset', '-c', peers.CLIENT_CPU, *cmd.split(), *TESTS[test][0].split(), *where, *times], capture_output=True, text=True, timeout=180)
                rows.setdefault((test, n), []).append(peers.answer(r.stdout, r.stderr))

def median(runs, key):
    v = [r[key] for r in runs if isinstance(r.get(key), (int, float))]
    return st.median(v) if v else None

def errors(runs): return sum((r.get(k) or 0) for r in runs for k in ('errors', 'missing', 'unanswered'))
def cell(x, width, form): return '-'.rjust(width) if x is None else format(x, f'{width}{form}')
def no_figure(name, runs): print(f'  {name:17s} no figure: {next((r[k] for k in ("failed", "first_error") for r in runs if k in r), "not run")}')
def errors_note(runs):
    bad, first = errors(runs), next((r['first_error'] for r in runs if 'first_error' in r), '')
    return (f'   {bad} ERRORS' + (f' ({first})' if first else '')) if bad else ''

def negotiated(runs):
    """The extensions of the answer; a server need not give the same to every connection."""
    seen = sorted({r['extensions'] or 'none' for r in runs if 'extensions' in r})
    others = sum(r.get('other_extensions_conns', 0) for r in runs)
    return (' | '.join(seen) or '-') + (f' ({others} connections: others)' if others else '')

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
        u = median(runs, unit)
        if u is None:
            if runs: no_figure(n, runs)
            continue
        rate = next((median(runs, k) for k in ('msgs_per_s', 'deliveries_per_s', 'cycles_per_s') if median(runs, k) is not None), None)
        rss = median(runs, 'server_rss_after_kb' if side == 'server' else 'client_rss_kb')
        print(f"  {n:17s} {u:12.2f} {cell(u / zero if zero else None, 9, '.2f')} {cell(rate, 12, ',.0f')} {cell(median(runs, 'p50_us'), 9, ',.0f')} {cell(median(runs, 'p99_us'), 9, ',.0f')} {cell((rss or 0) / 1024, 7, '.1f')}"
              + (f" {cell(more(runs), 9, '.4f' if title == 'B alloc' else '.1f')}" if is_client(test) else '') + errors_note(runs))

def print_deflate(test, names, rows):
    unit, bases = 'server_cpu_us_per_unit', [b for b in ('kestrel', 'ws') if b in names]
    zeros = [median(rows.get((test, b), []), unit) for b in bases]
    print(f"  {'server':17s} {'CPU us':>9s} " + ' '.join(f"{'x ' + b:>9s}" for b in bases) + f" {'bytes/msg':>9s} {'rate/s':>9s} {'p50 us':>7s} {'p99 us':>7s} {'RSS MB':>7s}   negotiated")
    for n in names:
        runs = rows.get((test, n), [])
        u = median(runs, unit)
        if u is None:
            if runs: no_figure(n, runs)
            continue
        print(f'  {n:17s} {u:9.2f} ' + ' '.join(cell(u / z if z else None, 9, '.2f') for z in zeros)
              + f" {cell(median(runs, 'bytes_per_message'), 9, '.1f')} {cell(median(runs, 'msgs_per_s'), 9, ',.0f')} {cell(median(runs, 'p50_us'), 7, ',.0f')} {cell(median(runs, 'p99_us'), 7, ',.0f')}"
              + f" {cell((median(runs, 'server_rss_after_kb') or 0) / 1024, 7, '.1f')}   {negotiated(runs)}{errors_note(runs)}")

def print_deflate_idle(test, names, rows):
    print(f"  {'server':17s} {'conns':>7s} {'bytes/conn':>11s} {f'{DEFLATE_IDLE_SECONDS} s later':>11s} {'anonymous':>11s} {f'{DEFLATE_IDLE_SECONDS} s later':>11s} {'RSS MB':>8s} {f'{DEFLATE_IDLE_SECONDS} s later':>11s}   negotiated")
    for n in names:
        runs = rows.get((test, n), [])
        figures = [median(runs, k) for k in ('opened', 'server_bytes_per_conn_opened', 'server_bytes_per_conn', 'server_anon_per_conn_opened', 'server_anon_per_conn', 'server_rss_opened_kb', 'server_rss_after_kb')]
        if None in figures:
            if runs: no_figure(n, runs)
            continue
        print(f'  {n:17s} {figures[0]:7,.0f} {figures[1]:11,.0f} {figures[2]:11,.0f} {figures[3]:11,.0f} {figures[4]:11,.0f} {figures[5] / 1024:8.1f} {figures[6] / 1024:11.1f}   {negotiated(runs)}{errors_note(runs)}')

def print_storm(test, names, rows):
    bomb = test == 'deflate-bomb'
    print(f"  {'server':17s} {STORMS[test][1]:>12s}" + f" {'refused':>8s}" * bomb + f" {'p50 alone':>10s} {'p99 alone':>10s} {'p50 beside':>10s} {'p99 beside':>10s} {'p99 rises by':>12s}   (us, medians)")
    for n in names:
        runs = rows.get((test, n), [])
        if not runs: continue
        quiet, stormy, beside = ([r[k] for r in runs] for k in ('quiet', 'storm', 'beside'))
        figures = [median(*x) for x in ((beside, 'cycles_per_s'), (quiet, 'p50_us'), (quiet, 'p99_us'), (stormy, 'p50_us'), (stormy, 'p99_us'))]
        if None in figures: no_figure(n, quiet + stormy + beside); continue
        rise = st.median(s['p99_us'] - q['p99_us'] for q, s in zip(quiet, stormy))
        sent = sum(r.get('cycles', 0) for r in beside)
        refused = f" {sum(r.get('refused', 0) for r in beside) / sent if sent else 0:8.0%}" * bomb
        print(f"  {n:17s} {figures[0]:12,.{1 if bomb else 0}f}{refused} " + ' '.join(f'{x:10,.0f}' for x in figures[1:]) + f' {rise:12,.0f}' + errors_note(quiet + stormy + beside))

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--rawws', default=str(RAWWS) if RAWWS.exists() else ''); ap.add_argument('--peers', default='floor,kestrel,ws'); ap.add_argument('--tests', default='e20p1,e20p16,e1k,e16k,l1m,rate,connect,bcast,idle')
    ap.add_argument('--rounds', type=int, default=3); ap.add_argument('--seconds', type=float, default=3); ap.add_argument('--key', choices=list(peers.KEYS), default='ec')
    ap.add_argument('--kept', type=int, default=400, help='connections of servers that keep contexts, in deflate-idle')
    ap.add_argument('--json', default=''); ap.add_argument('--server', action='append', default=[])
    a = ap.parse_args(); a.peers = [p for p in a.peers.split(',') if p]; a.tests = a.tests.split(',')
    unknown = [t for t in a.tests if t not in TESTS]
    if unknown: ap.error(f'no test named {unknown[0]}; there are {", ".join(TESTS)}')
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))    # so that the servers end too
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    servers, clients = [t for t in a.tests if not is_client(t)], [t for t in a.tests if is_client(t)]
    tls, deflate = any(map(is_tls, a.tests)), list(filter(is_deflate, a.tests))
    if servers and not a.rawws: print('no row rawws: first dotnet build -c Release src/RawWs.Host', file=sys.stderr)
    if clients and not CLIENT.exists(): print('no row clientload: first dotnet build -c Release loadtests/RawWs.ClientLoad', file=sys.stderr)

    peers.cache.mkdir(parents=True, exist_ok=True)
    load = peers.build_load(bool(deflate), tls)
    peers.build((a.peers if servers else []) + ['floor'] * bool(clients))
    if tls: peers.make_certificate(a.key)
    def commands(tls): return peers.commands(a.rawws, a.peers, a.server, tls, bool(deflate), len(deflate) == len(a.tests), a.kept)

    rows, names = {}, list(commands(False))
    live = [t for t in servers if not is_idle(t)]
    if live: run_live(load, live, commands(tls), a, rows)
    for t in servers:
        if is_idle(t): run_idle(load, t, commands(is_tls(t)), a, rows)
    rivals = {'wsload': str(load)} | ({'clientload': str(CLIENT)} if CLIENT.exists() else {})
    for t in clients: run_clients(load, t, f'{peers.cache}/floor {{port}}', rivals, a, rows)

    for t in a.tests:
        print(f'\n{t}: {TESTS[t][1]}')
        table = print_storm if t in STORMS else print_deflate_idle if t == 'deflate-idle' else print_deflate if is_deflate(t) else print_table
        table(t, rivals if is_client(t) else names, rows)
    if a.json:
        with open(a.json, 'w') as f: json.dump([dict(test=t, server=n, runs=r) for (t, n), r in rows.items()], f)

if __name__ == '__main__': main()
