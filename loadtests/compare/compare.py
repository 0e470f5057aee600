#!/usr/bin/env python3
"""compare.py: RawWs beside reference servers, in one run, as ratios.

  compare.py [--rawws COMMAND] [--peers floor,kestrel,ws,websockets] [--tests e20p1,idle] [--rounds 3] [--seconds 3]
             [--json FILE] [--server 'NAME=COMMAND with {port}']...

RawWs is the Release build of src/RawWs.Host unless --rawws gives another command; the row `rawws-noinline` is the same with
completions handed to the thread pool. The peer `websockets` (python) is slow and left out unless named.

Each server is pinned to processor 0 and the load generator to processor 1. The figure to quote is the server's CPU time for one
message (delivery, connection), the median over the rounds, and its ratio to `floor` (wsecho_min.c: a C echo that checks nothing)
taken in the same run. `deflate` and `deflate-nt` have no floor and run without the
other tests (the peers compress only then). RawWs is started as `COMMAND --Server:Listen:0=ws://127.0.0.1:PORT` and must serve /echo, and /broadcast
for the broadcast tests (every message to every connection of that path, the sender included).
"""
import argparse, json, os, pathlib, resource, shutil, socket, statistics as st, subprocess, sys, time

here = pathlib.Path(__file__).resolve().parent
RELEASE = here.parents[1] / 'src/RawWs.Host/bin/Release/net10.0/rawws'
cache = pathlib.Path(os.environ.get('XDG_CACHE_HOME', pathlib.Path.home() / '.cache')) / 'rawws-bench'
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
}

def sh(cmd, **kw): subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, **kw)
def newer(out, *src): return out.exists() and all(out.stat().st_mtime >= s.stat().st_mtime for s in src)

def build(peers, deflate):
    cache.mkdir(parents=True, exist_ok=True)
    load = cache / 'wsload'
    if not newer(load, here / 'wsload.c'):
        zlib = os.path.exists('/usr/include/zlib.h')
        if deflate and not zlib: raise SystemExit('the deflate test needs zlib\'s header: apt-get install zlib1g-dev')
        sh(['gcc', '-O2', '-pthread', str(here / 'wsload.c'), '-o', str(load)] + (['-DWITH_ZLIB', '-lz'] if zlib else []))
    if 'floor' in peers and not newer(cache / 'floor', here / 'wsecho_min.c'):
        sh(['gcc', '-O2', '-march=native', str(here / 'wsecho_min.c'), '-o', str(cache / 'floor')])
    if 'kestrel' in peers and not newer(cache / 'kestrel/kestrel.dll', here / 'kestrel/Program.cs'):
        shutil.copytree(here / 'kestrel', cache / 'kestrel-src', dirs_exist_ok=True)
        sh(['dotnet', 'publish', '-c', 'Release', '-o', str(cache / 'kestrel')], cwd=cache / 'kestrel-src')
    if 'ws' in peers and not (cache / 'ws/node_modules/ws').exists():
        shutil.copytree(here / 'ws', cache / 'ws', dirs_exist_ok=True); sh(['npm', 'install', '--silent'], cwd=cache / 'ws')
    elif 'ws' in peers: shutil.copy(here / 'ws/server.js', cache / 'ws/server.js')
    return load

def python_with_websockets():
    for p in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([p, '-c', 'import websockets'], stderr=subprocess.DEVNULL).returncode == 0: return p
    raise SystemExit('the peer websockets needs the package: apt-get install python3-websockets')

def commands(a):
    d = {}
    if a.rawws:
        d['rawws'] = a.rawws + ' --Server:Listen:0=ws://127.0.0.1:{port} --Logging:Level=Warning --Server:Messages:MaxBytes=67108864'
        if any(t.startswith('deflate') for t in a.tests): d['rawws'] += ' --Server:Compression:Enabled=true'
        d['rawws-noinline'] = d['rawws'] + ' --Server:InlineCompletions=false'
    flag = ' deflate' if all(t.startswith('deflate') for t in a.tests) else ''
    for p in a.peers:
        if p == 'websockets': d[p] = f'{python_with_websockets()} {here}/python/server.py {{port}}'; continue
        d[p] = {'floor': f'{cache}/floor {{port}}', 'kestrel': f'dotnet {cache}/kestrel/kestrel.dll {{port}}{flag}', 'ws': f'node {cache}/ws/server.js {{port}}{flag}'}[p]
    for s in a.server: n, _, c = s.partition('='); d[n] = c
    return d

def start(cmd, port):
    p = subprocess.Popen(['taskset', '-c', '0'] + cmd.format(port=port).split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(150):
        try: socket.create_connection(('127.0.0.1', port), 1).close(); return p
        except OSError:
            if p.poll() is not None: break
            time.sleep(0.1)
    raise SystemExit(f'does not start: {cmd.format(port=port)}')

def run(load, mode, port, pid, seconds):
    cmd = ['taskset', '-c', '1', str(load), *mode.split(), '--port', str(port), '--server-pid', str(pid), '--json']
    if not mode.startswith('idle'): cmd += ['--duration', str(seconds), '--warmup', '0.7']
    else: cmd += ['--duration', '2']
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=180)
    try: return json.loads(r.stdout)
    except ValueError: return {'failed': (r.stdout + r.stderr).strip()[:200]}

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--rawws', default=str(RELEASE) if RELEASE.exists() else ''); ap.add_argument('--peers', default='floor,kestrel,ws'); ap.add_argument('--tests', default='e20p1,e20p16,e1k,e16k,l1m,rate,connect,bcast,idle')
    ap.add_argument('--rounds', type=int, default=3); ap.add_argument('--seconds', type=float, default=3); ap.add_argument('--json', default=''); ap.add_argument('--server', action='append', default=[])
    a = ap.parse_args(); a.peers = [p for p in a.peers.split(',') if p]; a.tests = a.tests.split(',')
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if not a.rawws: print('no row rawws: first dotnet build -c Release src/RawWs.Host', file=sys.stderr)
    load = build(a.peers, any(t.startswith('deflate') for t in a.tests)); cmds = commands(a); rows = {}; port = 21000
    live = [t for t in a.tests if not t.startswith('idle')]
    procs = {}
    try:
        if live:
            for n, c in cmds.items(): port += 1; procs[n] = (start(c, port), port)
            for n, (p, q) in procs.items():                                # warm the JITs
                for m in ('echo --size 20 --conns 50', 'echo --size 20 --conns 50 --pipeline 16', 'echo --size 16384 --binary --conns 8'): run(load, m, q, p.pid, 2)
            for _ in range(a.rounds):
                for t in live:
                    for n, (p, q) in procs.items():
                        if t.startswith('deflate') and n == 'floor': continue
                        rows.setdefault((t, n), []).append(run(load, TESTS[t][0], q, p.pid, a.seconds))
    finally:
        for p, _ in procs.values(): p.kill(); p.wait()
    for t in [t for t in a.tests if t.startswith('idle')]:
        for _ in range(a.rounds):
            for n, c in cmds.items():
                port += 1; p = start(c, port)
                try:
                    run(load, 'echo --size 20 --conns 50', port, p.pid, 1); time.sleep(0.3)
                    rows.setdefault((t, n), []).append(run(load, TESTS[t][0], port, p.pid, 2))
                finally: p.kill(); p.wait()
    for t in a.tests:
        print(f'\n{t}: {TESTS[t][1]}')
        idle = t.startswith('idle')
        unit = 'server_bytes_per_conn' if idle else 'server_cpu_us_per_unit'
        def med(n, k):
            v = [r[k] for r in rows.get((t, n), []) if isinstance(r.get(k), (int, float))]
            return st.median(v) if v else None
        base = med('floor', unit)
        print(f"  {'server':14s} {'bytes/conn' if idle else 'CPU us':>12s} {'x floor':>8s} {'rate/s':>12s} {'p50 us':>9s} {'p99 us':>9s} {'RSS MB':>7s}")
        for n in cmds:
            u = med(n, unit)
            if u is None:
                bad = rows.get((t, n), [{}]); print(f'  {n:14s} no figure: {bad[0].get("failed", "not run")}'); continue
            errs = sum((r.get('errors') or 0) + (r.get('missing') or 0) + (r.get('unanswered') or 0) for r in rows[(t, n)])
            f = lambda x, s: format(x, s) if x is not None else '-'
            rate = next((med(n, k) for k in ('msgs_per_s', 'deliveries_per_s', 'cycles_per_s') if med(n, k) is not None), None)
            print(f"  {n:14s} {u:12.2f} {f(u / base if base else None, '8.2f')} {f(rate, '12,.0f')} {f(med(n, 'p50_us'), '9,.0f')} {f(med(n, 'p99_us'), '9,.0f')} {f((med(n, 'server_rss_after_kb') or 0) / 1024, '7.1f')}" + (f'   {errs} ERRORS' if errs else ''))
    if a.json: json.dump([dict(test=t, server=n, runs=r) for (t, n), r in rows.items()], open(a.json, 'w'))

if __name__ == '__main__': main()
