# SPDX-License-Identifier: MIT
"""Other uids, for tests that run as root."""
import multiprocessing
import os


class Acting:
    """what(*arguments, **keywords) in a process of that uid, which ends with this one. `borrowed`: it has root's rights, as su has
    that this uid started."""

    def __init__(self, uid, what, *arguments, borrowed=False, **keywords):
        self.here, there = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=self.act, args=(there, uid, 0 if borrowed else uid, what, arguments, keywords),
                                               daemon=True)
        self.process.start()

    @staticmethod
    def act(there, uid, effective, what, arguments, keywords):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, effective, effective)
        try:
            there.send((True, what(*arguments, **keywords)))
        except BaseException as trouble:  # pylint: disable=broad-except
            there.send((False, repr(trouble)))

    def result(self):
        """What it returned."""
        assert self.here.poll(60), "nothing came back"
        fine, result = self.here.recv()
        self.process.join(10)
        assert fine, result
        return result


def as_user(*arguments, **keywords):
    return Acting(*arguments, **keywords).result()
