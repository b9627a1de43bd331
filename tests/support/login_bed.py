# SPDX-License-Identifier: MIT
"""A terminal on which people log in: the real sekimorid with a signed policy, people that only this test knows
(nss_wrapper), their passwords (pam_unix), and the real PAM module in a stack of its own (pam_elsewhere, pamtester).

    with LoginBed(RULES) as bed:
        bed.import_token("tanaka", SEED)
        bed.pam("tanaka", [PASSWORD, code(SEED)]).code == 0
        bed.ask("tanaka", [PASSWORD, code(SEED)])      # the same straight over auth.sock: "allow"
"""

import ctypes
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("SEKIMORI_BUILD", "build/release"))
PASSWORD = "とうきょう-2026"
PEOPLE = {"root": 0, "tanaka": 2001, "suzuki": 2002, "sato": 2003}
GROUPS = {"staff": ("tanaka", "suzuki"), "admins": ("sato",)}
STAFF_AND_ADMINS = """login:
  rules:
    - {name: 職員, users: ["group:staff"], require: [card+pin, password+totp]}
    - {name: 管理者, users: [root, "group:admins"], require: [password+totp, password+recovery]}
"""
WITHOUT_CARDS = STAFF_AND_ADMINS.replace("card+pin, ", "")
SAYINGS = ["", "ask-hidden", "ask-shown", "tell", "warn", "allow", "refuse", "throttled", "unavailable"]
PHASES = {"authenticate": 1, "account": 2, "open": 3, "close": 4}


def crypt(password, setting):
    """crypt(3): Python has had none since 3.13."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(password.encode(), setting.encode()).decode()


def sanitizers():
    names = ("libasan.so", "libubsan.so") if "asan" in os.path.basename(BUILD) else ()
    found = [subprocess.run(["gcc", f"-print-file-name={n}"], capture_output=True, text=True, check=True).stdout.strip()
             for n in names]
    # ASan looks for crypt_r before pam_unix has brought it along, and later calls what it did not find.
    return [*found, "libcrypt.so.1"] if found else []


def needs(*programs):
    """Skipped with the reason, never passed."""
    for program in programs:
        if not shutil.which(program):
            print(f"{program} is not installed")
            raise SystemExit(77)


def code(seed, at=None, digits=6, algorithm="sha1", period=30):
    """What oathtool says."""
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at if at is not None else time.time()))
    return subprocess.run(["oathtool", f"--totp={algorithm}", "-d", str(digits), "-s", f"{period}s", "--now", when, "-b", seed],
                          capture_output=True, text=True, check=True).stdout.strip()


def string(text):
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return struct.pack("<H", len(raw)) + raw


def begin_message(user, service="login", phase="authenticate", flags=0, tty="tty1", rhost="", seat="", session="", asker=None):
    """As a module of 0.4.0 sends it; with an asker (uid, login uid, login session, PAM_RUSER) as one of today does."""
    names = b"".join(map(string, (user, service, tty, rhost, seat, session)))
    message = bytes([1, 4 if asker else 1, PHASES[phase], flags]) + names
    return message + struct.pack("<III", *asker[:3]) + string(asker[3]) if asker else message


def connected(path, seconds=15):
    """As the module does: where too many wait to be heard, it waits too, and the kernel ends that."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", seconds, 0))
    s.connect(path)
    s.settimeout(seconds)
    return s


class Conversation:
    """The module's end of auth.sock."""

    def __init__(self, path, *arguments, **keywords):
        self.socket = connected(path)
        self.socket.send(begin_message(*arguments, **keywords))
        self.heard = []

    def hear(self):
        """The next question or verdict; tells and warnings are kept in `heard`."""
        while True:
            raw = self.socket.recv(4096)
            if not raw:
                return "closed", ""
            what, text = SAYINGS[raw[2]], raw[8:].decode()
            self.kept = struct.unpack_from("<H", raw, 4)[0]
            if what not in ("tell", "warn"):
                return what, text
            self.heard.append(text)

    def answer(self, text):
        self.socket.send(bytes([1, 2]) + string(text))

    def close(self):
        self.socket.close()

    def finish(self, answers):
        """Answer what is asked, in this order; the verdict."""
        answers = list(answers)
        while True:
            what, text = self.hear()
            if not what.startswith("ask"):
                self.close()
                return what
            self.heard.append(text)
            if not answers:
                self.close()
                return "asked for more: " + text
            self.answer(answers.pop(0))


class LoginBed:
    def __init__(self, login=WITHOUT_CARDS, people=PEOPLE, groups=GROUPS, environment=None, preload=(), private=False):
        """`private`: the agent sees these people and stacks as /etc (root, a mount namespace) and not through wrappers: what
        root's card helper reads, and who else asks there, take that."""
        if private and os.geteuid() != 0:
            print("only root can give the agent an /etc of its own")
            raise SystemExit(77)
        self.private = private
        self.login, self.people, self.groups = login, dict(people), dict(groups)
        self.more, self.preload = dict(environment or {}), list(preload)
        self.programs = None    # where the agent and its helpers are, if not among what was built
        self.serial = 0
        self.agent = None

    def __enter__(self):
        self.place = tempfile.mkdtemp(prefix="sekimori-login.")
        os.chmod(self.place, 0o755)
        for folder in ("config", "pam.d", "run"):
            os.mkdir(f"{self.place}/{folder}", 0o755)
        self.write_people()
        self.write_stacks()
        self.make_signer()
        self.prepare()
        try:
            self.start()
            self.push(self.login)
        except BaseException:
            self.__exit__()
            raise
        return self

    def prepare(self):
        """What else must be there before the agent starts."""

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.place, ignore_errors=True)

    def write(self, name, text, mode=0o644):
        with open(f"{self.place}/{name}", "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(f"{self.place}/{name}", mode)

    def write_people(self):
        secret = crypt(PASSWORD, "$6$rounds=1000$sekimoritests$")  # nss_wrapper has no getspnam_r
        self.write("passwd", "".join(f"{n}:{secret}:{i}:{i}:{n}:/:/bin/sh\n" for n, i in self.people.items())
                   + "nobody:*:65534:65534::/:/usr/sbin/nologin\n")     # whom the helpers become
        self.write("group", "".join(f"{n}:x:{i}:\n" for n, i in self.people.items())
                   + "".join(f"{g}:x:{3000 + i}:{','.join(m)}\n" for i, (g, m) in enumerate(self.groups.items())))

    def write_stacks(self, timeout=20):
        module = f"{BUILD}/pam_sekimori.so socket={self.place}/run/auth.sock timeout={timeout}"
        stack = "".join(f"{kind} required {module}\n" for kind in ("auth", "account", "session"))
        for service in ("login", "sudo", "swaylock", "lightdm"):
            self.write(f"pam.d/{service}", stack)
        self.write("pam.d/sekimori-password", "auth required pam_unix.so nodelay\naccount required pam_permit.so\n")
        self.write("pam.d/other", "".join(f"{k} required pam_deny.so\n" for k in ("auth", "account", "session", "password")))

    def environment(self, wrapped=True):
        wrappers = ["libnss_wrapper.so", f"{BUILD}/pam_elsewhere.so"] if wrapped else []
        return {**os.environ, "LD_PRELOAD": ":".join([*sanitizers(), *self.preload, *wrappers]),
                "PAM_ELSEWHERE": f"{self.place}/pam.d", "NSS_WRAPPER_PASSWD": f"{self.place}/passwd",
                "NSS_WRAPPER_GROUP": f"{self.place}/group",
                "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0", **self.more}

    def run(self, *command, **keywords):
        keywords = {"stdin": subprocess.DEVNULL, "env": self.environment(), "timeout": 120, **keywords}
        return subprocess.run(list(command), capture_output=True, text=True, cwd=self.place, **keywords)

    def sekimori(self, *arguments, **keywords):
        return self.run(f"{BUILD}/sekimori", *arguments, **keywords)

    def make_signer(self):
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                 "3650", "-subj", "/CN=signer", "-addext", "keyUsage=digitalSignature", "-keyout", "signer.key", "-out",
                 "signer.pem").check_returncode()
        shutil.copy(f"{self.place}/signer.pem", f"{self.place}/config/trust.pem")

    def namespace(self):
        if not self.private:
            return []
        places = {"pam.d": "/etc/pam.d", "passwd": "/etc/passwd", "group": "/etc/group"}
        if os.path.isdir(f"{self.place}/softhsm"):
            places["softhsm"] = "/etc/softhsm"
        binds = " && ".join(f"mount --bind {self.place}/{name} {there}" for name, there in places.items())
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", f'{binds} && exec "$@"', "sh"]

    def start(self):
        """As systemd does it: one that was killed a moment ago may still have a child that holds its state's lock."""
        for _ in range(50):
            self.launch()
            if select.select([self.agent.stdout], [], [], 60)[0] and self.agent.stdout.readline() == b"ready\n":
                return
            if self.agent.wait(10) == 0 or "another agent uses" not in self.agent_log():
                break
            time.sleep(0.1)     # the unit's RestartSec
        raise AssertionError("the agent did not start: " + self.agent_log())

    def launch(self):
        arguments = [f"{self.programs or BUILD}/sekimorid", "--config-dir", f"{self.place}/config", "--state-dir", f"{self.place}/state",
                     "--runtime-dir", f"{self.place}/run", "--foreground"]
        self.agent_says = open(f"{self.place}/agent.log", "ab")
        self.agent = subprocess.Popen([*self.namespace(), *arguments], env=self.environment(not self.private),
                                      stdout=subprocess.PIPE, stderr=self.agent_says, cwd=self.place)

    def agent_log(self):
        with open(f"{self.place}/agent.log", encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self, kill=False):
        if not self.agent:
            return
        (self.agent.kill if kill else self.agent.terminate)()
        self.agent.wait(30)
        self.agent.stdout.close()
        self.agent_says.close()
        self.agent = None
        log = self.agent_log()
        assert "Sanitizer" not in log and "runtime error" not in log, log

    def policy(self, login, **keys):
        self.serial += 1
        with open(f"{self.place}/signer.pem", encoding="ascii") as f:
            certificate = "".join("      " + line for line in f)
        issued = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(keys.get("issued", time.time())))
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86400))
        return (f"sekimori: 1\nserial: {self.serial}\ntitle: 試験\nissued: {issued}\nvalid: {{from: {day}, until: 2099-03-31}}\n"
                f"language: {keys.get('language', 'ja')}\ncontact: 内線 1234\nsigners:\n  threshold: 1\n  certificates:\n    - |\n"
                f"{certificate}devices:\n  - {{name: 入力, match: {{bus: usb, interfaces: [hid]}}, action: allow}}\n{login}")

    def sign(self, login, **keys):
        """policy.cms"""
        self.write("policy.yaml", self.policy(login, **keys))
        self.run("openssl", "cms", "-sign", "-binary", "-nodetach", "-in", "policy.yaml", "-signer", "signer.pem", "-inkey",
                 "signer.key", "-outform", "PEM", "-out", "policy.cms").check_returncode()

    def try_push(self, login, *words, **keys):
        """However it ends."""
        self.sign(login, **keys)
        return self.sekimori("push", "policy.cms", *words, "--runtime-dir", f"{self.place}/run")

    def push(self, login, **keys):
        done = self.try_push(login, **keys)
        assert done.returncode == 0, done.stderr

    def import_token(self, user, seed, **columns):
        names, values = ",".join(columns), ",".join(map(str, columns.values()))
        sheet = f"user,serial,secret{',' + names if names else ''}\n{user},T-1,{seed}{',' + values if values else ''}\n"
        self.write("tokens.csv", sheet, 0o600)
        done = self.sekimori("enrol", user, "totp", "--import", "tokens.csv", "--runtime-dir", f"{self.place}/run")
        assert done.returncode == 0, done.stderr

    def pam(self, user, answers, *what, service="login", items=(), **keywords):
        """The real stack: pamtester types the answers, a line each. `items`: "tty=tty1" and the like."""
        raw = b"".join((a.encode("utf-8", "surrogateescape") if isinstance(a, str) else a) + b"\n" for a in answers)
        command = ["pamtester", *(f"-I{i}" for i in items), service, user, *(what or ("authenticate",))]
        return subprocess.run(command, input=raw, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120, cwd=self.place, **keywords)

    def talk(self, *arguments, **keywords):
        return Conversation(f"{self.place}/run/auth.sock", *arguments, **keywords)

    def ask(self, user, answers, **keywords):
        return self.talk(user, **keywords).finish(answers)

    def audit(self, kind=None):
        import json
        with open(f"{self.place}/state/audit/audit.jsonl", encoding="utf-8") as f:
            records = [json.loads(line) for line in f]
        return [r for r in records if kind is None or r["type"].startswith(kind)]
