# SPDX-License-Identifier: MIT
"""sekimori-card with OpenSC and pcscd, and cards in software that have retry counters and are pulled at every step.
Needs root for network and mounts of its own. Started by test_card."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import card_helper as helper  # noqa: E402
import reader as readers  # noqa: E402
from card_desk import AUTHORITY, DER, KEYS, MODULE, NONCE, ONE_PIN_MODULE, Desk, a_jpki_card, a_piv_card, main, verifies  # noqa: E402
from card_helper import Helper  # noqa: E402
from programs import BUILD  # noqa: E402
from smartcard import PivCard  # noqa: E402


class Piv(Desk):
    def test_every_kind_of_key_signs(self):
        for kind in ("rsa", "p256", "p384"):
            with self.subTest(kind):
                self.reader.insert(a_piv_card(kind))
                with Helper(MODULE) as one:
                    self.assertEqual([c.certificate for c in one.found], [DER[kind]])
                    self.assertEqual((one.found[0].least, one.found[0].most), (4, 8))
                    self.assertEqual(one.found[0].reader, self.reader.name)
                    self.expect_signed(one, one.found[0], "123456")
                self.reader.remove()

    def test_tries_are_counted_by_the_card_and_the_last_is_seen_before_it_is_spent(self):
        card = a_piv_card()
        self.reader.insert(card)
        one = self.helper()
        self.assertEqual(one.found[0].pin, helper.FRESH)
        self.assertEqual(one.sign(one.found[0], "111111").result, helper.PIN_WRONG)
        self.assertEqual(card.pin.left, 2)
        self.expect(one.sign(one.found[0], "222222"), helper.PIN_WRONG, helper.LAST_TRY)
        self.assertEqual(self.helper().found[0].pin, helper.LAST_TRY)
        self.expect_signed(one, one.found[0], "123456")
        self.assertEqual(card.pin.left, 3)
        self.assertEqual(self.helper().found[0].pin, helper.FRESH)

    def test_a_locked_pin_is_seen_and_not_tried(self):
        card = a_piv_card()
        card.pin.left = 1
        self.reader.insert(card)
        one = self.helper()
        self.expect(one.sign(one.found[0], "111111"), helper.PIN_IS_LOCKED, helper.LOCKED)
        tried = len(self.reader.commands)
        self.expect(one.sign(one.found[0], "123456"), helper.PIN_IS_LOCKED, helper.LOCKED)
        self.assertFalse([c for c in self.reader.commands[tried:] if c[1] == 0x20 and len(c) > 5], "no PIN was sent")
        self.assertEqual(self.helper().found[0].pin, helper.LOCKED)

    def test_pins_that_no_such_card_has_never_reach_it(self):
        card = a_piv_card()
        self.reader.insert(card)
        one = self.helper()
        self.reader.commands.clear()
        for pin in ("", "1", "123", "123456789", "1" * 64):
            self.expect(one.sign(one.found[0], pin), helper.PIN_MALFORMED, helper.FRESH)
        self.assertEqual(card.pin.left, 3)
        self.assertFalse([c for c in self.reader.commands if c[1] == 0x20 and len(c) > 5])

    def test_a_card_on_which_somebody_is_verified_still_asks(self):
        """CVE-2023-40660: OpenSC then took an empty PIN; and many cards cannot be told to forget."""
        card = a_piv_card()
        self.reader.insert(card)
        one = self.helper()
        self.expect_signed(one, one.found[0], "123456")
        card.pin.verified = True
        self.expect(one.sign(one.found[0], ""), helper.PIN_MALFORMED, helper.FRESH)
        self.assertEqual(one.sign(one.found[0], "654321").result, helper.PIN_WRONG)

    def test_a_key_that_asks_for_no_pin_is_no_key(self):
        card = a_piv_card()
        card.put("9E", KEYS["other"], DER["other"])
        self.reader.insert(card)
        one = self.helper()
        self.assertEqual([c.certificate for c in one.found], [DER["rsa"]])
        self.expect(one.sign(one.found[0]._replace(id=b"\x04"), "123456"), helper.GONE, helper.UNKNOWN)

    def test_a_cloned_certificate_without_the_key_gets_nowhere(self):
        for stolen_with in (None, KEYS["other"]):
            card = PivCard()
            card.put("9A", stolen_with, DER["rsa"])
            self.reader.insert(card)
            with Helper(MODULE) as one:
                signed = one.sign(one.found[0], "123456", NONCE)
                self.assertFalse(verifies(DER["rsa"], NONCE, signed.signature))
                if not stolen_with:
                    self.assertEqual((signed.result, signed.signature), (helper.UNABLE, b""))
            self.reader.remove()

    def test_two_cards_are_two(self):
        first, second = a_piv_card(), PivCard(pin="87654321")
        second.put("9A", KEYS["p256"], DER["p256"])
        self.reader.insert(first)
        self.service.reader(1).insert(second)
        one = self.helper()
        self.assertEqual([c.certificate for c in one.found], [DER["rsa"], DER["p256"]])
        self.expect_signed(one, one.found[1], "87654321")
        self.expect_signed(one, one.found[0], "123456")
        self.assertEqual(one.sign(one.found[0], "87654321").result, helper.PIN_WRONG)
        self.assertEqual((first.pin.left, second.pin.left), (2, 3))


class ManyReaders(unittest.TestCase):
    def test_a_card_in_the_fifth_reader_is_said_to_be_out_of_reach(self):
        """OpenSC has 16 slots and gives each reader four, whatever is in it."""
        with readers.Service(drivers=3) as service:
            for i in (3, 4):
                service.reader(i).insert(a_piv_card())
                with Helper(MODULE) as one:
                    self.assertEqual((len(one.found), one.unreached), (i < 4, i >= 4))
                    self.assertEqual(one.ask_service(), (0, 6))
                service.reader(i).remove()


class Jpki(Desk):
    def test_it_signs_with_its_authentication_key(self):
        for module in (MODULE, ONE_PIN_MODULE):
            self.reader.insert(a_jpki_card())
            with Helper(module) as one:
                self.assertEqual([c.certificate for c in one.found], [DER["rsa"]], "neither its authorities nor a sealed one")
                # The module for one PIN left the authority out until OpenSC 0.26.
                self.assertIn(set(one.authorities), ({AUTHORITY}, set())[: 1 if module == MODULE else 2])
                self.assertEqual((one.found[0].least, one.found[0].most, one.found[0].serial), (4, 4, "00000000"))
                self.expect_signed(one, one.found[0], "1234")
            self.reader.remove()

    def test_three_tries_and_the_last_is_seen(self):
        card = a_jpki_card()
        self.reader.insert(card)
        one = self.helper()
        self.expect(one.sign(one.found[0], "0000"), helper.PIN_WRONG, helper.COUNT_LOW)
        self.expect(one.sign(one.found[0], "0000"), helper.PIN_WRONG, helper.LAST_TRY)
        self.assertEqual(card.pin.left, 1)
        self.expect_signed(one, one.found[0], "1234")
        self.assertEqual(card.pin.left, 3)

    def test_a_locked_pin_is_told_whatever_the_module_calls_it(self):
        """6983 is CKR_PIN_LOCKED in OpenSC, 6984 CKR_GENERAL_ERROR."""
        for status in (b"\x69\x83", b"\x69\x84"):
            card = a_jpki_card(blocked=status)
            card.pin.left = 1
            self.reader.insert(card)
            with Helper(MODULE) as one:
                self.expect(one.sign(one.found[0], "0000"), helper.PIN_IS_LOCKED, helper.LOCKED)
                self.expect(one.sign(one.found[0], "1234"), helper.PIN_IS_LOCKED, helper.LOCKED)
            self.reader.remove()

    def test_other_lengths_than_four_never_reach_it(self):
        card = a_jpki_card()
        self.reader.insert(card)
        one = self.helper()
        for pin in ("", "123", "12345"):
            self.expect(one.sign(one.found[0], pin), helper.PIN_MALFORMED, helper.FRESH)
        self.assertEqual(card.pin.left, 3)


class Gone(Desk):
    def test_no_card_is_no_card(self):
        one = self.helper()
        self.assertEqual((one.result, one.found), (helper.GONE, []))

    def test_no_service_is_no_card(self):
        self.service.stop()
        one = self.helper()
        self.assertEqual((one.result, one.found), (helper.GONE, []))

    def test_a_card_that_nobody_knows_is_none_of_ours(self):
        self.reader.insert(PivCard())
        one = self.helper()
        self.assertEqual(one.found, [])

    def test_pulled_while_it_is_read(self):
        for make in (a_piv_card, a_jpki_card):
            self.reader.insert(make())
            with Helper(MODULE):
                steps = len(self.reader.commands)
            self.reader.remove()
            for step in range(1, steps + 1, 4):
                with self.subTest(make.__name__, step=step):
                    self.reader.insert(make())
                    self.reader.commands.clear()
                    self.reader.pull_at = step
                    with Helper(MODULE) as one:
                        self.assertIsNone(self.reader.pull_at, "it was pulled")
                        if one.found:
                            self.expect(one.sign(one.found[0], "1234"), helper.GONE, helper.UNKNOWN)
                        else:
                            self.assertEqual(one.result, helper.GONE, one.text)
                    self.reader.remove()
            self.reader.commands.clear()

    def test_pulled_while_it_signs(self):
        for make, pin in ((a_piv_card, "123456"), (a_jpki_card, "1234")):
            step, done = 0, False
            while not done:
                step += 1
                self.reader.insert(make())
                with self.subTest(make.__name__, step=step), Helper(MODULE) as one:
                    self.reader.pull_at = step
                    signed = one.sign(one.found[0], pin, NONCE)
                    done = self.reader.pull_at is not None  # there are no more steps
                    if done or signed.result == helper.OK:  # pulled when only logging out was left
                        self.assertTrue(verifies(one.found[0].certificate, NONCE, signed.signature))
                    else:
                        self.expect(signed, helper.GONE, helper.UNKNOWN)
                self.reader.pull_at = None
                self.reader.remove()
            self.assertGreater(step, 3)

    def test_pulled_and_another_put_in(self):
        """The PIN was for the card that was listed."""
        self.reader.insert(a_piv_card())
        one = self.helper()
        self.reader.remove()
        other = a_piv_card("p256")
        self.reader.insert(other)
        self.expect(one.sign(one.found[0], "111111"), helper.GONE, helper.UNKNOWN)
        self.assertEqual(other.pin.left, 3, "it was not shown to the other")


class Secrets(Desk):
    @unittest.skipIf("asan" in os.path.basename(BUILD), "under AddressSanitizer freed memory is kept as it was")
    def test_its_memory_forgets_the_pin(self):
        card = PivCard(pin="Kx7#qW9z")
        card.put("9A", KEYS["rsa"], DER["rsa"])
        self.reader.insert(card)
        one = self.helper()
        self.assertGreater(one.remembers(b"C_GetFunctionList"), 0, "what is there is found")
        self.expect_signed(one, one.found[0], "Kx7#qW9z")
        self.assertEqual(one.remembers(b"Kx7#qW9z"), 0)
        self.assertEqual(one.sign(one.found[0], "Kx7#qW9y").result, helper.PIN_WRONG)
        self.assertEqual(one.remembers(b"Kx7#qW9y"), 0)

    def test_it_has_nothing_to_lose(self):
        self.reader.insert(a_piv_card())
        one = self.helper()
        self.expect_signed(one, one.found[0], "123456")
        one.watch(one.found[0])
        self.assertFalse(one.removed(0.1))
        for key in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
            self.assertEqual(int(one.status(key), 16), 0, key)
        self.assertNotIn("0", one.status("Uid").split())
        self.assertNotIn("0", one.status("Gid").split())
        self.assertEqual((one.status("Groups"), one.status("Seccomp"), one.status("NoNewPrivs")), ("", "2", "1"))


main()
