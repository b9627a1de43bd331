# SPDX-License-Identifier: MIT
"""A session that was opened with a card, with the real helper, OpenSC and pcscd: the service is restarted, stopped and
killed, the reader unplugged, the card pulled and exchanged. Started by test_session_readers."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import logind  # noqa: E402
import reader as readers  # noqa: E402
from card_sessions import PivDesk, Session, enter_or_skip  # noqa: E402
from login_bed import needs  # noqa: E402

RESTARTS = 20
needs("openssl", "pcscd")


class Reader:
    """Ours, with tanaka's card in it."""

    def __init__(self, desk, service):
        self.service, self.reader, self.card = service, service.reader(0), desk.a_card("tanaka")

    def insert(self, card=None):
        self.reader.insert(card or self.card)

    def pull(self):
        self.reader.leave()

    def restart(self, end):
        end()
        self.service.start()
        self.insert()


def the_service_restarts_and_nothing_happened(desk, manager, reader):
    reader.insert()
    with Session(desk, manager) as session:
        helpers = desk.is_watched_by()
        for i in range(RESTARTS):
            reader.restart(reader.service.stop if i % 2 else reader.service.kill)
            helpers = desk.is_watched_by(*helpers)
            session.nothing_happened()
        session.is_watched(reader.pull)


def both_are_restarted(desk, manager, reader):
    reader.insert()
    with Session(desk, manager) as session:
        desk.stop()
        reader.restart(reader.service.stop)
        desk.start()
        desk.is_watched_by()
        session.is_watched(reader.pull)


def the_service_stays_away(desk, manager, reader):
    desk.push(desk.plane("logout", grace="3s"))
    reader.insert()
    with Session(desk, manager) as session:
        desk.is_watched_by()
        reader.service.stop()
        session.is_acted_on(kind="card-lost")
    desk.push(desk.plane())
    reader.service.start()


def another_card_is_not_it(desk, manager, reader):
    reader.insert()
    with Session(desk, manager) as session:
        desk.is_watched_by()
        reader.card, ours = desk.a_card("another"), reader.card
        reader.restart(reader.service.stop)
        session.is_acted_on()
        reader.card = ours
    reader.pull()


enter_or_skip()
with logind.Manager() as login_manager, readers.Service() as smart_cards, PivDesk(private=True) as terminal:
    terminal.push(terminal.plane())
    the_reader = Reader(terminal, smart_cards)
    for claim in (the_service_restarts_and_nothing_happened, both_are_restarted, the_service_stays_away, another_card_is_not_it):
        claim(terminal, login_manager, the_reader)
        print(claim.__name__, flush=True)
