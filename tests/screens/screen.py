# SPDX-License-Identifier: MIT
"""What stands on a screen, as a picture and as words, and who types there."""

import difflib
import os
import subprocess

from terminal import await_that, sh

PICTURES = "/srv/pictures"
ACQUAINTED = "-s", "700"    # ms that a compositor has for a keyboard that wtype brings; what comes before is lost, and nothing tells
LIKE = 0.6      # of the characters, as they are read back: kanji of 10 points are often read as their like


class Screen:
    def picture(self, name):
        """PICTURES/NAME.png"""
        path = f"{PICTURES}/{name}.png"
        self.take(path)
        return path

    def digest(self):
        self.take("/tmp/now.png")
        return sh("convert /tmp/now.png rgb:- | md5sum")

    def await_stillness(self):
        """Until it has shown the same for a while, with a cursor that blinks or without: all that is shown then."""
        seen = []

        def still():
            seen.append(self.digest())
            return len(seen) >= 8 and len(set(seen[-8:])) <= 2
        await_that("a still screen", still)
        return set(seen[-8:])

    def enters(self, text):
        """Once something is shown of it: a program that is not yet listening gets it once more."""
        before = self.await_stillness()
        for _ in range(5):
            self.types(text)
            if self.await_change(before):
                self.presses("Return")
                return
        raise AssertionError(f"nothing is shown of what was typed: {self.read()}")

    def await_change(self, before, seconds=15):
        try:
            return await_that("a change", lambda: self.digest() not in before, seconds)
        except AssertionError:
            return False

    def read(self):
        """What stands there, without blanks; read twice, as a column and as words here and there."""
        self.take("/tmp/read.png")
        sh("convert /tmp/read.png -colorspace gray -filter Lanczos -resize 300% -normalize /tmp/large.png")
        said = [subprocess.run(["tesseract", "/tmp/large.png", "-", "-l", "jpn", "--psm", way], text=True, capture_output=True).stdout
                for way in ("4", "12")]
        return "".join("".join(said).split())

    def await_words(self, sentence):
        """A picture of what is there instead is left, and what was read of it."""
        try:
            await_that(sentence, lambda: self.shows(sentence))
        except AssertionError as late:
            raise AssertionError(f"{late}; but, in {self.picture('instead')}: {self.read()}") from None

    def shows(self, sentence):
        """Is the sentence there, or enough of it?"""
        sentence, said = "".join(sentence.split()), self.read()
        blocks = difflib.SequenceMatcher(None, said, sentence, autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks if block.size > 1) >= LIKE * len(sentence)


class X(Screen):
    """An X display: of a program that started one, or our own."""

    def __init__(self, display=None, authority=None):
        self.environment = {**os.environ, "DISPLAY": display or ":9"}
        if authority:
            self.environment["XAUTHORITY"] = authority
        if not display:
            self.server = subprocess.Popen(["Xvfb", ":9", "-screen", "0", "800x600x24"], stderr=subprocess.DEVNULL)
            await_that("an X server", lambda: os.path.exists("/tmp/.X11-unix/X9"))

    def take(self, path):
        sh(f"import -window root {path}", env=self.environment)

    def types(self, text):
        sh(f"xdotool type --delay 60 '{text}'", env=self.environment)

    def presses(self, key):
        sh(f"xdotool key {key}", env=self.environment)

    def nudges(self):
        """The mouse."""
        for step in ("5", "-5"):
            sh(f"xdotool mousemove_relative -- {step} {step}", env=self.environment)


class Sway(Screen):
    """A Wayland compositor without a monitor, run by the clerk."""

    def __init__(self, terminal):
        self.terminal, self.place = terminal, "/run/user/1000"
        sh(f"install -d -m 700 -o {terminal.clerk} {self.place} && echo 'output HEADLESS-1 mode 800x600' >/tmp/sway")
        self.server = self.runs("env", "-u", "WAYLAND_DISPLAY", "WLR_BACKENDS=headless", "WLR_RENDERER=pixman",
                                "WLR_LIBINPUT_NO_DEVICES=1", "sway", "-c", "/tmp/sway")
        await_that("a compositor", lambda: os.path.exists(f"{self.place}/wayland-1"))

    def runs(self, *command):
        return self.terminal.begins(self.as_the_clerk(*command), stderr=open("/tmp/wayland.txt", "ab"))

    def as_the_clerk(self, *command):
        return ["runuser", "-u", self.terminal.clerk, "--", "env", f"XDG_RUNTIME_DIR={self.place}", "WAYLAND_DISPLAY=wayland-1",
                *command]

    def take(self, path):
        subprocess.run(self.as_the_clerk("grim", "/tmp/grim.png"), check=True)
        sh(f"cp /tmp/grim.png {path}")

    def types(self, text):
        subprocess.run(self.as_the_clerk("wtype", *ACQUAINTED, "-d", "20", text), check=True)

    def presses(self, key):
        subprocess.run(self.as_the_clerk("wtype", *ACQUAINTED, "-k", key), check=True)
