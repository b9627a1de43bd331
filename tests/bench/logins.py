#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whole logins through the real libpam beside Debian's modules: one TOTP code, one card, 100 at once. Prints one JSON object of milliseconds.
usage: unshare --mount --propagation private tests/bench/logins.py BUILD [totp|pause|password|card|crowd ...]      root: it lays its own /etc/pam.d over this machine's

One login is one pamtester, from its start to its end, which opens the stack, says what is asked and hears the verdict:
the same program and the same files for everybody. The modules take turns, so that a noisy moment falls on all of them."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

os.environ["SEKIMORI_BUILD"] = sys.argv[1]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.login_bed import BUILD, PASSWORD, LoginBed, crypt  # noqa: E402

ROUNDS = 41
AT_ONCE = 100
MANY = 10_000
PAUSE_S = 0.01  # before each: what the one before left to do is not the next one's; people come one by one
SHEET = 2000    # rows that one file of tokens may have
PIN = "123456"
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
LOGIN = "login:\n  rules:\n    - {name: 職員, users: [\"group:staff\"], require: [password+totp]}\n"
CARD_LOGIN = """login:
  card:
    module: %s
    authorities:
      - |
%s  rules:
    - {name: 職員, users: ["group:staff"], require: [card+pin]}
"""
PKCS11 = """pam_pkcs11 {
  use_pkcs11_module = soft;
  pkcs11_module soft {
    module = %(module)s;
    description = "SoftHSM";
    slot_num = 0;
    ca_dir = %(hsm)s/ca;
    crl_dir = %(hsm)s/ca;
    cert_policy = ca, signature;
  }
  use_mappers = digest;
  mapper digest { debug = false; module = internal; algorithm = "sha1"; mapfile = file://%(digests)s; }
}
"""
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def seed_of(user):
    return hashlib.sha256(user.encode()).digest()[:20]


def code(user, steps_back=0):
    mac = hmac.new(seed_of(user), struct.pack(">Q", int(time.time()) // 30 - steps_back), "sha1").digest()
    start = mac[-1] & 15
    return f"{(struct.unpack_from('>I', mac, start)[0] & 0x7fffffff) % 10 ** 6:06}"


def start(service, user, answers):
    r, w = os.pipe()
    os.write(w, "".join(f"{a}\n" for a in answers).encode())
    os.close(w)
    pid = os.posix_spawn("/usr/bin/pamtester", ["pamtester", service, user, "authenticate"], ENVIRONMENT,
                         file_actions=[(os.POSIX_SPAWN_DUP2, r, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    os.close(r)
    return pid


def ended_well(status, service, user):
    if status != 0:
        raise RuntimeError(f"{service}: {user} was refused")


def one(service, user, answers):
    time.sleep(PAUSE_S)
    began = time.monotonic()
    pid = start(service, user, answers)
    status = os.waitpid(pid, 0)[1]
    took = (time.monotonic() - began) * 1e3
    ended_well(status, service, user)
    return took


def leave(service, user):
    """Not timed: whoever was let in with a card holds a place until their session has come and gone (ADR 0200)."""
    subprocess.run(["pamtester", service, user, "open_session", "close_session"], env=ENVIRONMENT, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def at_once(service, people, answers_of):
    """All are started as fast as one process can; each one's time is its own."""
    began, took = {}, []
    for user in people:
        at = time.monotonic()
        began[start(service, user, answers_of(user))] = (at, user)
    while began:
        pid, status = os.waitpid(-1, 0)
        at, user = began.pop(pid)
        took.append((time.monotonic() - at) * 1e3)
        ended_well(status, service, user)
    return took


class Bed(LoginBed):
    """An agent whose people have only their second factor to show: the nested password service takes any password."""

    def __init__(self, login, names):
        super().__init__(login, people={n: 5000 + i for i, n in enumerate(names)}, groups={}, private=True)

    def prepare(self):
        """/run is in memory: what is kept there for the next agent is synced for nothing."""
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "none", f"{self.place}/run"], check=True)

    def __exit__(self, *_):
        self.stop()
        subprocess.run(["umount", f"{self.place}/run"], check=True)
        super().__exit__()

    def write_people(self):
        secret = crypt(PASSWORD, "$y$j9T$sekimoribench......$")
        os.mkdir(f"{self.place}/home", 0o755)
        self.write("passwd", "root:*:0:0::/root:/bin/sh\nnobody:*:65534:65534::/:/usr/sbin/nologin\n"
                   + "".join(f"{n}:{secret}:{i}:5000::{self.place}/home:/bin/sh\n" for n, i in self.people.items()))
        self.write("group", "root:x:0:\nstaff:x:5000:\n")

    def write_stacks(self):
        self.write("pam.d/sekimori-password", "auth required pam_permit.so\naccount required pam_permit.so\n")
        self.write("pam.d/other", "auth required pam_deny.so\n")

    def stack(self):
        return f"{BUILD}/pam_sekimori.so socket={self.place}/run/auth.sock"

    def enrol(self, people):
        for first in range(0, len(people), SHEET):
            self.write("tokens.csv", "user,serial,secret\n" + "".join(
                f"{p},T,{base64.b32encode(seed_of(p)).decode()}\n" for p in people[first:first + SHEET]), 0o600)
            done = self.sekimori("enrol", "totp", "--import", "tokens.csv", "--force", "--runtime-dir", f"{self.place}/run")
            assert done.returncode == 0, done.stderr


def mount(what, where):
    subprocess.run(["mount", "--bind", what, where], check=True)


class Stage:
    """What every module finds as /etc: the people of `bed`, and a stack for each module."""

    def __init__(self, bed):
        self.bed = bed
        mount(f"{bed.place}/passwd", "/etc/passwd")
        mount(f"{bed.place}/group", "/etc/group")
        os.mkdir(f"{bed.place}/stacks")
        self.stack("other", "pam_deny.so")
        mount(f"{bed.place}/stacks", "/etc/pam.d")

    def leave(self):
        for place in ("/etc/pam.d", "/etc/group", "/etc/passwd"):
            subprocess.run(["umount", place], check=True)

    def stack(self, service, module):
        self.bed.write(f"stacks/{service}", f"auth required {module}\n")

    def tokens_of_others(self, people):
        self.bed.write("users.oath", "".join(f"HOTP/T30 {p} - {seed_of(p).hex()}\n" for p in people), 0o600)
        self.stack("pam_oath", f"pam_oath.so usersfile={self.bed.place}/users.oath window=3")
        os.mkdir(f"{self.bed.place}/google", 0o700)
        for p in people:
            secret = base64.b32encode(seed_of(p)).decode()
            self.bed.write(f"google/{p}", f"{secret}\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n", 0o600)
        self.stack("google", f"pam_google_authenticator.so secret={self.bed.place}/google/${{USER}} user=root")


    def others_for_a_card(self, hsm, user):
        """pam_p11 compares public keys. pam_pkcs11 looks at the chain too, as we do."""
        home = f"{self.bed.place}/home/.eid"
        os.mkdir(home, 0o755)
        shutil.copy(f"{hsm}/card.pem", f"{home}/authorized_certificates")
        self.stack("pam_p11", f"pam_p11.so {SOFTHSM}")
        self.bed.write("digests", f"{hsm.digest()} -> {user}\n")
        self.bed.write("pkcs11.conf", PKCS11 % {"module": SOFTHSM, "hsm": hsm, "digests": f"{self.bed.place}/digests"})
        self.stack("pam_pkcs11", f"pam_pkcs11.so config_file={self.bed.place}/pkcs11.conf")


class SoftCard(str):
    """A folder for /etc/softhsm with one RSA-2048 card, and the authority that issued its certificate."""

    def run(self, command):
        subprocess.run(command.split(), check=True, capture_output=True, cwd=self,
                       env={**ENVIRONMENT, "SOFTHSM2_CONF": f"{self}/softhsm2.conf"})

    def make(self, user):
        os.makedirs(f"{self}/tokens", 0o755)
        os.mkdir(f"{self}/ca")
        for name, text in (("softhsm2.conf", f"directories.tokendir = {self}/tokens\nobjectstore.backend = file\n"),
                           ("leaf.cnf", "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n")):
            with open(f"{self}/{name}", "w", encoding="ascii") as f:
                f.write(text)
        for command in (
                "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=authority -keyout ca.key -out ca/ca.pem -days 30",
                f"openssl req -new -newkey rsa:2048 -nodes -subj /CN={user} -keyout card.key -out card.csr",
                "openssl x509 -req -in card.csr -CA ca/ca.pem -CAkey ca.key -days 30 -extfile leaf.cnf -out card.pem",
                "openssl x509 -in card.pem -outform DER -out card.der", "openssl rehash ca",
                "openssl pkcs8 -topk8 -nocrypt -in card.key -out card.p8",
                f"softhsm2-util --init-token --free --label card --pin {PIN} --so-pin 87654321",
                f"softhsm2-util --import card.p8 --token card --pin {PIN} --label card --id 01",
                f"pkcs11-tool --module {SOFTHSM} --token-label card --login --pin {PIN} --write-object card.der --type cert "
                "--id 01 --label card", "chown -R nobody ."):
            self.run(command)

    def digest(self):
        with open(f"{self}/card.der", "rb") as f:
            return ":".join(f"{b:02X}" for b in hashlib.sha1(f.read()).digest())

    def authority(self):
        with open(f"{self}/ca/ca.pem", encoding="ascii") as f:
            return "".join(" " * 8 + line for line in f)


def floor_of(stage, people):
    """The least that it can cost: everything in the caller's process; and one message to a resident service and back."""
    folder = f"{stage.bed.place}/floor"
    os.mkdir(folder, 0o700)
    for p in people:
        with open(f"{folder}/{p}", "wb") as f:
            f.write(seed_of(p))
    stage.stack("floor", f"{BUILD}/pam_floor.so {folder}")
    stage.stack("floor_and_back", f"{BUILD}/pam_floor.so {folder} {folder}/echo")
    service = subprocess.Popen([f"{BUILD}/bench-echo", f"{folder}/echo"], stdout=subprocess.PIPE)
    assert service.stdout.readline() == b"ready\n"
    return service


def totp():
    """`few` is the stage's own agent, with as many enrolled as log in; `many` has 10,000."""
    people = [f"shokuin{i:05}" for i in range(ROUNDS)]
    crowd = [f"shokuin{i:05}" for i in range(MANY)]
    found = {name: [] for name in ("pam_permit", "pam_oath", "google", "floor", "floor_and_back", "few", "many", "pam_unix")}
    with Bed(LOGIN, people) as few, Bed(LOGIN, people) as many:
        stage = Stage(few)
        stage.tokens_of_others(people)
        stage.stack("pam_permit", "pam_permit.so")
        stage.stack("pam_unix", "pam_unix.so nodelay")
        stage.stack("few", few.stack())
        stage.stack("many", many.stack())
        service = floor_of(stage, people)
        few.enrol(people)
        many.enrol(crowd)
        answers = {"pam_permit": lambda p, _: [], "pam_unix": lambda p, _: [PASSWORD],
                   "pam_oath": lambda p, back: [code(p, back)], "google": lambda p, back: [code(p, back)],
                   **dict.fromkeys(("floor", "floor_and_back", "few", "many"), lambda p, back: ["x", code(p, back)])}
        for back, counts in ((1, False), (0, True)):    # everybody has logged in once before; a code counts once
            for person in people:
                for name, taken in found.items():
                    took = one(name, person, answers[name](person, back))
                    if counts:
                        taken.append(took)
        service.kill()
        service.wait()
        stage.leave()
    return found


def is_person(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe").endswith("sekimori-person")
    except FileNotFoundError:   # it has ended
        return False


def helpers_of(bed):
    """Those that are kept ready: children of the agent."""
    pid = bed.agent.pid
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        children = f.read().split()
    return [int(c) for c in children if is_person(c)]


def pause_is_over(bed):
    """As ten minutes without a login: none is ready, and its program is on the disk alone. Killed, it is found to be gone at
    the next login, as one that was let go of is."""
    for pid in helpers_of(bed):
        os.kill(pid, signal.SIGKILL)
    with open(f"{BUILD}/sekimori-person", "rb") as f:
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def pause():
    """The first login after a pause, and the next one, of another person."""
    people, found = [f"shokuin{i:05}" for i in range(2 * ROUNDS)], {"first": [], "next": []}
    with Bed(LOGIN, people) as bed:
        stage = Stage(bed)
        stage.stack("few", bed.stack())
        bed.enrol(people)
        for i, person in enumerate(people):
            if i % 2 == 0:
                pause_is_over(bed)
            took = one("few", person, ["x", code(person)])
            while not helpers_of(bed):
                time.sleep(PAUSE_S)
            found["next" if i % 2 else "first"].append(took)
        stage.leave()
    return found


class PasswordBed(Bed):
    """The nested password service is pam_unix."""

    def write_stacks(self):
        self.write("pam.d/sekimori-password", "auth required pam_unix.so nodelay\naccount required pam_permit.so\n")
        self.write("pam.d/other", "auth required pam_deny.so\n")


def password():
    """A password by pam_unix, and a code: through us, and by pam_unix with the bare program behind it."""
    people, found = [f"shokuin{i:05}" for i in range(ROUNDS)], {"pam_unix": [], "few": []}
    with PasswordBed(LOGIN, people) as bed:
        stage = Stage(bed)
        service = floor_of(stage, people)
        stage.stack("pam_unix", f"pam_unix.so nodelay\nauth required {BUILD}/pam_floor.so {bed.place}/floor")
        stage.stack("few", bed.stack())
        bed.enrol(people)
        for person in people:
            found["pam_unix"].append(one("pam_unix", person, [PASSWORD, "x", code(person)]))
            found["few"].append(one("few", person, [PASSWORD, code(person)]))
        service.kill()
        service.wait()
        stage.leave()
    return found


def card():
    user, found = "hanako", {name: [] for name in ("pam_permit", "pam_p11", "pam_pkcs11", "few", "many")}
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        hsm = SoftCard(f"{scratch}/softhsm")
        hsm.make(user)
        mount(hsm, "/etc/softhsm")
        login = CARD_LOGIN % (SOFTHSM, hsm.authority())
        with Bed(login, [user]) as few, Bed(login, [user]) as many:
            stage = Stage(few)
            stage.stack("pam_permit", "pam_permit.so")
            stage.others_for_a_card(hsm, user)
            many.enrol([f"shokuin{i:05}" for i in range(MANY)])
            for bed in (few, many):
                stage.stack("few" if bed is few else "many", f"{bed.stack()}\nsession required {bed.stack()}")
                done = bed.sekimori("enrol", user, "card", "--certificate", f"{hsm}/card.pem", "--force", "--runtime-dir",
                                    f"{bed.place}/run")
                assert done.returncode == 0, done.stderr
            for round_ in range(ROUNDS + 1):
                for name, taken in found.items():
                    took = one(name, user, [] if name == "pam_permit" else [PIN])
                    if name in ("few", "many"):
                        leave(name, user)
                    if round_ > 0:
                        taken.append(took)
            stage.leave()
        subprocess.run(["umount", "/etc/softhsm"], check=True)
    return found


def crowd():
    """100 people at one agent at once, and as many through pam_permit: what 100 processes take by themselves."""
    people = [f"shokuin{i:05}" for i in range(AT_ONCE)]
    with Bed(LOGIN, people) as bed:
        stage = Stage(bed)
        stage.stack("pam_permit", "pam_permit.so")
        stage.stack("few", bed.stack())
        bed.enrol(people)
        found = {"pam_permit": at_once("pam_permit", people, lambda p: []),
                 "sekimori": at_once("few", people, lambda p: ["x", code(p)])}
        stage.leave()
    return found


if __name__ == "__main__":
    print(json.dumps({measured.__name__: measured() for measured in (totp, pause, password, card, crowd)
                      if not sys.argv[2:] or measured.__name__ in sys.argv[2:]}))
