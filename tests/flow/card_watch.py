# SPDX-License-Identifier: MIT
"""A card that is watched: its reader says that it left, its reader says nothing, and nobody can say anything any more.
Needs root for network and mounts of its own. Started by test_card_watch."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import card_helper as helper  # noqa: E402
from card_desk import Desk, a_piv_card, main  # noqa: E402


class Watch(Desk):
    def signed_in(self):
        self.card = a_piv_card()
        self.reader.insert(self.card)
        one = self.helper()
        self.expect_signed(one, one.found[0], "123456")
        self.card.was_reset.clear()
        return one

    def test_removal_is_told_once(self):
        one = self.signed_in()
        one.watch(one.found[0])
        self.assertFalse(one.removed(0.6), "it is there")
        self.reader.leave()
        self.assertTrue(one.removed(5))
        self.assertEqual(one.process.wait(5), 0)

    def test_the_card_may_be_used_by_others_meanwhile(self):
        one = self.signed_in()
        one.watch(one.found[0])
        other = self.helper()
        self.expect_signed(other, other.found[0], "123456")
        other.__exit__()
        self.assertFalse(one.removed(0.6))
        self.reader.leave()
        self.assertTrue(one.removed(5))

    def test_a_card_that_left_and_came_back_before_is_another(self):
        one = self.signed_in()
        self.reader.remove()
        self.reader.insert(self.card)
        one.watch(one.found[0])
        self.assertTrue(one.removed(5))

    def test_another_readers_card_does_not_matter(self):
        one = self.signed_in()
        one.watch(one.found[0])
        self.service.reader(1).insert(a_piv_card("p256"))
        self.service.reader(1).remove()
        self.assertFalse(one.removed(0.1))
        self.reader.leave()
        self.assertTrue(one.removed(5))

    def test_what_no_reader_says_is_no_removal(self):
        """A service that is stopped or killed, and one that forgot the reader: the helper ends without a word."""
        for ends in (self.service.stop, self.service.kill):
            one = self.signed_in()
            one.watch(one.found[0])
            self.assertFalse(one.removed(0.1))
            ends()
            self.assertEqual(one.ends_with(), None)
            self.service.start()

    def test_a_reader_says_what_it_holds(self):
        self.reader.insert(a_piv_card())
        one = self.helper()
        self.assertEqual(one.look(self.reader.name), helper.READER_HOLDS)
        self.assertEqual(one.look(self.reader.name + "x"), helper.READER_UNKNOWN)
        self.assertEqual(one.look(self.service.reader(1).name), helper.READER_EMPTY)
        self.reader.remove()
        self.assertEqual(one.look(self.reader.name), helper.READER_EMPTY)
        self.service.stop()
        self.assertEqual(one.look(self.reader.name), helper.READER_UNKNOWN)
        self.assertEqual(self.helper().look(self.reader.name), helper.READER_UNKNOWN)

    def test_the_card_forgets_the_pin(self):
        """Else whoever comes next to the reader signs without one."""
        one = self.signed_in()
        one.watch(one.found[0])
        self.assertTrue(self.card.was_reset.wait(5))
        self.assertFalse(self.card.pin.verified)

    def test_the_card_forgets_the_pin_where_nobody_watches(self):
        """pcscd resets what a program that was ended had open."""
        one = self.signed_in()
        self.assertTrue(self.card.pin.verified)
        one.__exit__()
        self.assertTrue(self.card.was_reset.wait(5))
        self.assertFalse(self.card.pin.verified)

    def test_it_ends_with_the_agent(self):
        one = self.signed_in()
        one.watch(one.found[0])
        one.socket.close()
        self.assertEqual(one.process.wait(5), 0)


main()
