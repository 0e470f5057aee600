"""peers.py: builds the load generator and the servers that RawWs stands beside, and starts them."""
import json, os, pathlib, shutil, socket, subprocess, sys, time

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
RAWWS = root / 'src/RawWs.Host/bin/Release/net10.0/rawws'
CLIENT = root / 'loadtests/RawWs.ClientLoad/bin/Release/net10.0/RawWs.ClientLoad'
cache = pathlib.Path(os.environ.get('XDG_CACHE_HOME', pathlib.Path.home() / '.cache')) / 'rawws-bench'
CERTIFICATE, KEY = cache / 'tls.crt', cache / 'tls.key'
KEYS = {'ec': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'rsa': ['rsa:2048']}
SERVER_CPU, CLIENT_CPU = '0', '1'

def sh(cmd, **kw): subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, **kw)
def newer(out, *src): return out.exists() and all(out.stat().st_mtime >= s.stat().st_mtime for s in src)

def build_load(deflate, tls):
    """wsload with all that this machine has headers for."""
    flags, name = [], 'wsload'
    for needed, header, feature, libraries, package in (
            (deflate, '/usr/include/zlib.h', 'ZLIB', ['-lz'], 'zlib1g-dev'),
            (tls, '/usr/include/openssl/ssl.h', 'TLS', ['-lssl', '-lcrypto'], 'libssl-dev')):
        if os.path.exists(header): flags += ['-DWITH_' + feature, *libraries]; name += '-' + feature.lower()
        elif needed: raise SystemExit(f'this test needs {header}: apt-get install {package}')
    load = cache / name
    if not newer(load, here / 'wsload.c'):
        sh(['gcc', '-O2', '-pthread', str(here / 'wsload.c'), '-o', str(load), *flags])
    return load

def build(peers):
    if 'floor' in peers and not newer(cache / 'floor', here / 'wsecho_min.c'):
        sh(['gcc', '-O2', '-march=native', str(here / 'wsecho_min.c'), '-o', str(cache / 'floor')])
    if 'kestrel' in peers and not newer(cache / 'kestrel/kestrel.dll', here / 'kestrel/Program.cs'):
        shutil.copytree(here / 'kestrel', cache / 'kestrel-src', dirs_exist_ok=True)
        sh(['dotnet', 'publish', '-c', 'Release', '-o', str(cache / 'kestrel')], cwd=cache / 'kestrel-src')
    if 'ws' in peers and not (cache / 'ws/node_modules/ws').exists():
        shutil.copytree(here / 'ws', cache / 'ws', dirs_exist_ok=True); sh(['npm', 'install', '--silent'], cwd=cache / 'ws')
    elif 'ws' in peers: shutil.copy(here / 'ws/server.js', cache / 'ws/server.js')

def make_certificate(key):
    sh(['openssl', 'req', '-x509', '-newkey', *KEYS[key], '-nodes', '-keyout', str(KEY), '-out', str(CERTIFICATE), '-days', '30',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], stderr=subprocess.DEVNULL)

def python_with_websockets():
    for p in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([p, '-c', 'import websockets'], stderr=subprocess.DEVNULL).returncode == 0: return p
    raise SystemExit('the peer websockets needs the package: apt-get install python3-websockets')

def commands(rawws, peers, others, tls=False, deflate=False, deflate_alone=False, kept=0):
    """The servers' commands by name, with {port}, and {tls} where a server listens for TLS as well."""
    d = {}
    if rawws:
        plain = rawws + ' --Server:Listen:0=ws://127.0.0.1:{port} --Logging:Level=Warning'
        if tls: plain += (' --Server:Listen:1=wss://127.0.0.1:{tls}'
                          f' --Server:Tls:Certificates:0:Certificate={CERTIFICATE} --Server:Tls:Certificates:0:Key={KEY}')
        large, compressing = ' --Server:Messages:MaxBytes=67108864', ' --Server:Compression:Enabled=true' if deflate else ''
        d['rawws'] = plain + large + compressing
        d['rawws-noinline'] = d['rawws'] + ' --Server:InlineCompletions=false'
        if deflate:
            d['rawws-takeover'] = d['rawws'] + ' --Server:Compression:ServerTakeover=true --Server:Compression:ClientTakeover=true' + f' --Server:Compression:MaxContexts={max(1000, 4 * kept)}'
            d['rawws-plain'] = plain + large
            d['rawws-1mib'] = plain + compressing
    flag = ' deflate' if deflate_alone else ''
    https = f' --https {{tls}} {CERTIFICATE} {KEY}' if tls else ''
    for p in peers:
        if p == 'websockets': d[p] = f'{python_with_websockets()} {here}/python/server.py {{port}}'; continue
        d[p] = {'floor': f'{cache}/floor {{port}}', 'kestrel': f'dotnet {cache}/kestrel/kestrel.dll {{port}}{flag}{https}',
                'ws': f'node {cache}/ws/server.js {{port}}{flag}'}[p]
    for s in others: n, _, c = s.partition('='); d[n] = c
    return d

class Server:
    """A server on its processor; {tls} is a thousand above {port}. Ends with the block."""
    last_port = 21000

    def __init__(self, command):
        Server.last_port += 1
        self.port, self.tls = Server.last_port, Server.last_port + 1000
        self.template, self.command = command, command.format(port=self.port, tls=self.tls)
        self.process = subprocess.Popen(['taskset', '-c', SERVER_CPU, *self.command.split()],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try: self.await_ports([self.port] + [self.tls] * ('{tls}' in self.template))
        except BaseException: self.stop(); raise

    def await_ports(self, ports):
        for _ in range(150):
            try:
                for p in ports: socket.create_connection(('127.0.0.1', p), 1).close()
                return
            except OSError:
                if self.process.poll() is not None: break
                time.sleep(0.1)
        raise SystemExit(f'does not start: {self.command}')

    def port_of(self, mode): return self.tls if '--tls' in mode else self.port
    def stop(self): self.process.kill(); self.process.wait()
    def __enter__(self): return self
    def __exit__(self, *_): self.stop()

def answer(stdout, stderr):
    try: return json.loads(stdout.splitlines()[-1])
    except (ValueError, IndexError): return {'failed': (stdout + stderr).strip()[:200]}

def run(load, mode, server, seconds):
    """One run of wsload against a server."""
    cmd = ['taskset', '-c', CLIENT_CPU, str(load), *mode.split(), '--port', str(server.port_of(mode)), '--server-pid', str(server.process.pid), '--duration', str(seconds), '--json']
    if not mode.startswith('idle'): cmd += ['--warmup', '0.7']
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=180)
    return answer(r.stdout, r.stderr)
