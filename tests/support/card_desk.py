# SPDX-License-Identifier: MIT
"""Cards in software in the readers of a real pcscd, and sekimori-card asked over its socket: what test_card and
test_card_watch have in common. Needs root for network and mounts of its own."""

import datetime
import sys
import unittest

import card_helper as helper
import reader as readers
from card_helper import Helper
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID
from smartcard import JpkiCard, PivCard

MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
ONE_PIN_MODULE = "/usr/lib/x86_64-linux-gnu/onepin-opensc-pkcs11.so"
NONCE = bytes(range(32))


def certificate(key, name="alice", authority=False):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(1).not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2040, 1, 1))
            .add_extension(x509.BasicConstraints(authority, None), True)
            .add_extension(x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False), True)
            .sign(key, hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.DER)


KEYS = {"rsa": rsa.generate_private_key(65537, 2048), "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()), "other": rsa.generate_private_key(65537, 2048)}
AUTHORITY = certificate(KEYS["other"], "authority", authority=True)
DER = {name: certificate(key) for name, key in KEYS.items()}


def a_piv_card(kind="rsa"):
    card = PivCard()
    card.put("9A", KEYS[kind], DER[kind])
    return card


def a_jpki_card(**changes):
    return JpkiCard(KEYS["rsa"], DER["rsa"], AUTHORITY, **changes)


def verifies(der, nonce, signature):
    key, message = x509.load_der_x509_certificate(der).public_key(), helper.CHALLENGE + nonce
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            half = len(signature) // 2
            pair = utils.encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
            key.verify(pair, message, ec.ECDSA(hashes.SHA384() if half == 48 else hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


class Desk(unittest.TestCase):
    def setUp(self):
        self.service = readers.Service()
        self.service.__enter__()
        self.addCleanup(self.service.__exit__)
        self.reader = self.service.reader(0)

    def helper(self, module=MODULE):
        one = Helper(module)
        self.addCleanup(one.__exit__)
        return one

    def expect_signed(self, one, card, pin, nonce=NONCE):
        signed = one.sign(card, pin, nonce)
        self.assertEqual((signed.result, signed.pin, signed.text), (helper.OK, helper.FRESH, ""))
        self.assertTrue(verifies(card.certificate, nonce, signed.signature))
        self.assertFalse(verifies(card.certificate, bytes(32), signed.signature))

    def expect(self, signed, result, pin):
        self.assertEqual((signed.result, signed.pin), (result, pin), signed.text)
        self.assertEqual(signed.signature, b"")


def main():
    try:
        readers.enter()
    except OSError as e:
        print(f"no network and mounts of our own without root: {e.strerror}")
        sys.exit(77)
    unittest.main()
