# SPDX-License-Identifier: MIT
"""A maker's file is read as it came: oathtool says which code the token shows, and the agent takes it. Started by test_token_files."""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import subprocess
import sys
import time
import unittest

from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from enrol_desk import KNOWN, KNOWN_TOO, OTHER, RFC, Terminal, code_of, log, soon_stale  # noqa: E402
from programs import CLEAN  # noqa: E402

HEX = "3132333435363738393031323334353637383930"  # RFC, in hexadecimal
EITHER = "A2B3C4D5E6F7A2B3C4D5E6F7A2B3C4D5E6F7A2B3"  # base32, too
ENTRA = "upn,serial number,secret key,time interval,manufacturer,model\n"


XENC, DSIG = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2001/04/xmldsig-more#"


def base64_of(raw):
    return base64.b64encode(raw).decode()


def encrypted(cipher, key, secret):
    """<EncryptedValue> and <ValueMAC> as the cryptography module makes them: padded as XML Encryption may be, with anything."""
    if cipher.startswith("kw-"):
        secret = secret[:16]
        raw = keywrap.aes_key_wrap(key, secret)
    else:
        iv, n = os.urandom(16), 16 - len(secret) % 16
        worker = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        raw = iv + worker.update(secret + os.urandom(n - 1) + bytes([n])) + worker.finalize()
    mac = "" if cipher.startswith("kw-") else f"<ValueMAC>{base64_of(hmac.digest(key, raw, 'sha256'))}</ValueMAC>"
    return (f'<EncryptedValue><xenc:EncryptionMethod Algorithm="{XENC}{cipher}"/><xenc:CipherData><xenc:CipherValue>{base64_of(raw)}'
            f"</xenc:CipherValue></xenc:CipherData></EncryptedValue>{mac}")


def pskc(cipher=None, key=None, password=None, secret=b"12345678901234567890"):
    """A container with one token; with a password its key comes from PBKDF2 with HMAC-SHA-256."""
    how = ""
    if password:
        salt, rounds = os.urandom(16), 5000
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds, 32)
        how = ('<xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">'
               f"<pkcs5:PBKDF2-params><Salt><Specified>{base64_of(salt)}</Specified></Salt><IterationCount>{rounds}</IterationCount>"
               f'<KeyLength>32</KeyLength><PRF Algorithm="{DSIG}hmac-sha256"/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey>')
    head = f'<EncryptionKey>{how or "<ds:KeyName>key-1</ds:KeyName>"}</EncryptionKey><MACMethod Algorithm="{DSIG}hmac-sha256"/>' if cipher else ""
    value = encrypted(cipher, key, secret) if cipher else f"<PlainValue>{base64_of(secret)}</PlainValue>"
    return (f"""<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="{XENC}"
  xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#">{head}
  <KeyPackage><DeviceInfo><Manufacturer>Feitian</Manufacturer><SerialNo>2600000000001</SerialNo></DeviceInfo>
    <Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
      <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
      <Data><Secret>{value}</Secret><TimeInterval><PlainValue>60</PlainValue></TimeInterval></Data></Key></KeyPackage>
</KeyContainer>
""")


class TokenFiles(Terminal):
    def written(self, name, content):
        path = self.file(name, "")
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def shown(self, content, *more, code=0):
        return self.tool("enrol", "totp", "--import", self.written("tokens", content), "--check", "--lang", "en", *more, code=code)

    def proves(self, content, *more, secret=RFC, algorithm="sha1", digits=6, period=60):
        """The one token of the file shows what oathtool says, and the agent stores it."""
        path = self.written("tokens", content)
        while True:
            soon_stale()
            code = code_of(secret, "-d", str(digits), "-s", f"{period}s", algorithm=algorithm)
            done = self.run_tool("enrol", "totp", "--import", path, "--code", code, *more)
            if done.returncode == 0 or code == code_of(secret, "-d", str(digits), "-s", f"{period}s", algorithm=algorithm):
                break
        self.assertEqual(done.returncode, 0, done.stderr)
        token, = self.factors(KNOWN)["tokens"]
        self.assertEqual((token["algorithm"], token["digits"], token["period"]), (algorithm, digits, period))
        self.assertNotIn(secret, log())
        self.tool("forget", KNOWN, "all")
        return token["label"]

    # ---- the code that the token shows -------------------------------------------------------------------------
    def test_a_token_of_each_maker_shows_what_oathtool_says(self):
        owners = self.written("owners", f"user,serial\n{KNOWN},2600000000001\n")
        row = f"{KNOWN}@example.lg.jp,1000001,{RFC},60,Contoso,HardwareKey\n"
        self.assertEqual(self.proves(ENTRA + row), "1000001")
        self.proves((ENTRA + row).replace(",", ";").encode("utf-16"))
        self.proves(f"upn,serial number,secret key,timeinterval,manufacturer,model\n{KNOWN}@example.lg.jp,1000001,{HEX},60,Token2,c202\n")
        self.proves(f"user\tserial\tsecret\tperiod\n{KNOWN}\t1\t{HEX}\t60\n")
        self.proves(f"利用者,製造番号,秘密の値,周期\n{KNOWN},窓口１番,{RFC},60\n".encode("cp932"))
        self.assertEqual(self.proves(f"2600000000001\t{HEX}\n2600000000002\t{EITHER}\n", "--assign", owners, "--period", "60"), "2600000000001")
        self.proves(f"2600000000001 {HEX}\n2600000000002 {EITHER}\n", "--assign", owners, "--period", "60")
        self.proves(f"2600000000001,{HEX},totp,8,60,sha256\n", "--assign", owners, digits=8, algorithm="sha256")
        self.proves(f"otpauth://totp/Town:{KNOWN}?secret={RFC}&algorithm=SHA512&digits=8&period=60\n", digits=8, algorithm="sha512")

    def test_what_is_both_is_decided_by_its_column(self):
        owner = self.file("owners", f"user,serial\n{KNOWN},FT-2\n")
        self.proves(f"serial,secret\nFT-1,{HEX}\nFT-2,{EITHER}\n", "--assign", owner, secret=EITHER.lower(), period=30)
        self.proves(f"serial,secret\nFT-1,{RFC}\nFT-2,{EITHER}\n", "--assign", owner, secret=EITHER, period=30)

    # ---- PSKC ----------------------------------------------------------------------------------------------------
    def test_pskc_plain_and_encrypted_by_another_program(self):
        owner = self.file("owners", f"user,serial\n{KNOWN},2600000000001\n")
        key = self.written("key", "00112233445566778899aabbccddeeff\n")
        password = self.written("password", "あいことば 7\n")
        self.assertEqual(self.proves(pskc(), "--assign", owner), "2600000000001")
        self.proves(pskc(cipher="aes128-cbc", key=bytes.fromhex("00112233445566778899aabbccddeeff")), "--assign", owner, "--transport-key", key)
        self.proves(pskc(cipher="kw-aes128", key=bytes.fromhex("00112233445566778899aabbccddeeff")), "--assign", owner, "--transport-key", key,
                    secret=base64.b32encode(b"1234567890123456").decode())
        self.proves(pskc(cipher="aes256-cbc", password="あいことば 7"), "--assign", owner, "--transport-key", password)
        typist = self.at_terminal("enrol", "totp", "--import", self.written("sealed", pskc(cipher="aes256-cbc", password="x")), "--check",
                                  "--lang", "en")
        typist.read_until("The file's password: ")
        typist.type("x\n")
        typist.read_until("(nobody's)  2600000000001")
        self.assertEqual(typist.process.wait(20), 0)
        sealed = pskc(cipher="aes256-cbc", password="x")
        self.assertIn("--transport-key", self.shown(sealed, code=1))
        self.assertIn("not the right one", self.shown(sealed, "--transport-key", password, code=1))

    # ---- --check ---------------------------------------------------------------------------------------------------
    def test_check_says_what_would_be_enrolled_and_asks_nobody(self):
        self.agent.stop()
        self.agent = None
        said = self.shown(ENTRA + f"hanako@example.lg.jp,1000001,{RFC},60,Contoso,HardwareKey\n")
        self.assertIn("hanako  1000001  sha1, 6 digits, 60 seconds, a secret of 20 bytes\n", said)
        self.assertIn("a table as Entra ID takes it, UTF-8, base32, 1 tokens", said)
        self.assertNotIn(RFC, said)
        said = self.shown(f"2600000000001\t{HEX}\n2600000000002\t{HEX[::-1]}\n")
        self.assertEqual(said.count("(nobody's)  260000000000"), 2)
        self.assertIn("hexadecimal, 2 tokens", said)
        said = self.shown(f"user,serial,secret\nhanako,窓口１番,{RFC}\n".encode("cp932"))
        self.assertIn("窓口１番  the policy's algorithm, the policy's digits, the policy's period", said)
        self.assertIn("Shift_JIS", said)
        self.assertIn("8 digits", self.shown(f"user,serial,secret\nhanako,1,{RFC}\n", "--digits", "8"))
        self.shown(f"user,serial,secret\nhanako,1,{EITHER}\n", code=1)
        self.tool("enrol", KNOWN, "totp", "--check", code=2)

    def test_the_part_before_the_at_may_not_be_two_people(self):
        two = ENTRA + f"hanako@a.lg.jp,1,{RFC},60,C,H\nhanako@b.lg.jp,2,{OTHER},60,C,H\n"
        self.assertIn(":3:1: an earlier line has somebody else", self.shown(two, code=1))
        self.assertIn("2 tokens", self.shown(two.replace("@b", "@a")))
        self.shown(ENTRA + f"@a.lg.jp,1,{RFC},60,C,H\n", code=1)

    # ---- whose -----------------------------------------------------------------------------------------------------
    def test_a_list_without_people_asks_whose_each_is(self):
        path = self.file("list", f"2600000000001\t{HEX}\n2600000000002\t{EITHER}\n")
        self.assertIn("--assign", self.tool("enrol", "totp", "--import", path, code=2))
        typist = self.at_terminal("enrol", "totp", "--import", path, "--lang", "en")
        typist.read_until("Whose is 2600000000001? (Enter: leave it out) ")
        typist.type("\n")
        typist.read_until("Whose is 2600000000002? (Enter: leave it out) ")
        typist.type(KNOWN + "\n")
        typist.read_until("1 tokens enrolled")
        self.assertEqual(typist.process.wait(20), 0)
        self.assertEqual([t["label"] for t in self.factors(KNOWN)["tokens"]], ["2600000000002"])

    def test_a_user_who_is_typed_gets_all_of_a_list(self):
        self.tool("enrol", KNOWN, "totp", "--import", self.file("list", f"1\t{HEX}\n2\t{EITHER}\n"))
        self.assertEqual(len(self.factors(KNOWN)["tokens"]), 2)
        self.tool("enrol", KNOWN, "totp", "--import", self.file("table", f"user,secret\n{KNOWN_TOO},{OTHER}\n"), code=1)

    def test_owners_must_fit_the_file(self):
        path = self.file("list", f"1\t{HEX}\n2\t{EITHER}\n")
        for owners, place in ((f"user,serial\n{KNOWN},3\n", ":2:"), (f"user,serial\n{KNOWN},1\n{KNOWN_TOO},1\n", ":3:"),
                              (f"user,serial,secret\n{KNOWN},1,{RFC}\n", ":1:1:"), ("user,serial\n../x,1\n", ":2:1:")):
            said = self.tool("enrol", "totp", "--import", path, "--assign", self.file("owners", owners), code=1)
            self.assertTrue(said.startswith(os.path.join(self.folder, "owners") + place), said)
        self.assert_nothing_enrolled()

    # ---- refused ---------------------------------------------------------------------------------------------------
    def test_each_fault_has_its_line_and_nothing_is_enrolled(self):
        head = f"user,serial,secret,type\n{KNOWN},1,{RFC},totp\n"
        for rows, said in ((f"{KNOWN},2,{OTHER},hotp\n{KNOWN},3,{OTHER},hotp\n", ("3:", "4:", "HOTP")),
                           (f"{KNOWN},2.6E+12,{OTHER},totp\n", ("3:8:", "spreadsheet")),
                           (f"{KNOWN},2,{RFC},totp\n", ("3:", "the same secret")),
                           (f"{KNOWN},1,{OTHER},totp\n", ("3:8:", "the same serial")),
                           (f"{KNOWN},\u202e2,{OTHER},totp\n", ("3:8:", "characters")),
                           (f"-x,2,{OTHER},totp\n", ("3:1:", "name of a user"))):
            out = self.tool("enrol", "totp", "--import", self.file("bad", head + rows), "--lang", "en", code=1)
            for each in said:
                self.assertIn(each, out)
            self.assertNotIn(OTHER, out)
            self.assertNotIn("\u202e", out)
            self.assert_nothing_enrolled()

    def test_the_first_twenty_faults_are_told_and_the_rest_are_counted(self):
        out = self.shown("serial,secret,type\n" + f"1,{RFC},hotp\n" * 25, code=1)
        self.assertEqual(out.count("a token that counts"), 20)
        self.assertIn("and 5 more", out)

    # ---- without privileges ------------------------------------------------------------------------------------------
    def test_the_file_is_read_by_somebody_who_can_do_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("only root has something to give up")
        slow = pskc(cipher="aes256-cbc", password="x").replace("<IterationCount>5000<", "<IterationCount>8000000<")
        tool = subprocess.Popen([self.tool_path, "enrol", "totp", "--import", self.written("slow", slow), "--check", "--transport-key",
                                 self.written("key", "x\n")], stderr=subprocess.DEVNULL, env=CLEAN)
        self.addCleanup(tool.wait)
        status, until = {}, time.monotonic() + 20
        while status.get("Seccomp") != "2":
            self.assertIsNone(tool.poll(), "it ended before anybody looked")
            self.assertLess(time.monotonic(), until)
            with contextlib.suppress(OSError, IndexError), open(f"/proc/{tool.pid}/task/{tool.pid}/children", encoding="ascii") as children:
                with open(f"/proc/{children.read().split()[0]}/status", encoding="utf-8") as f:
                    status = dict(re.findall(r"^(\w+):[ \t]*(.*)$", f.read(), re.M))
        self.assertEqual(status["Name"], "sekimori-seeds")
        self.assertNotIn("0", status["Uid"].split())
        self.assertNotIn("0", status["Gid"].split())
        self.assertEqual(status["Groups"].strip(), "")
        self.assertEqual({int(status[each], 16) for each in ("CapPrm", "CapEff", "CapInh", "CapBnd", "CapAmb")}, {0})
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertLessEqual(set(os.listdir(f"/proc/{status['Pid']}/fd")), {"0", "1", "2", "3", "4"})


if __name__ == "__main__":
    with beds.Bed():
        unittest.main()
