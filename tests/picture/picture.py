# SPDX-License-Identifier: MIT
"""A picture of a refusal, for the README: Xfce under Xvfb, a stick that no rule allows, what sekimori-notify shows of it,
and what an administrator reads in a terminal. Fails when no notification appears. Started by run."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import bed as beds  # noqa: E402
from agent import Agent  # noqa: E402
from desktop import SERVER, Session, until  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import program  # noqa: E402

WIDTH, HEIGHT = 1200, 622
CONTACT = "情報システム担当（内線 1234）"
XFCE = f"/usr/lib/{os.uname().machine}-linux-gnu/xfce4"
LARGEST = 200_000
FONT = "Noto Sans CJK JP"
BLUE = ("array", [("double", value) for value in (0.16, 0.29, 0.40, 1.0)])
PLUGINS = ("applicationsmenu", "tasklist", "separator", "clock")
# Each channel of Xfce's settings: {path: (type, value)}.
SETTINGS = {
    "xsettings": {"Net/ThemeName": ("string", "Greybird"), "Net/IconThemeName": ("string", "elementary-xfce"),
                  "Gtk/FontName": ("string", f"{FONT} 11"), "Xft/Antialias": ("int", 1), "Xft/RGBA": ("string", "none"),
                  "Xft/HintStyle": ("string", "hintslight"), "Xft/DPI": ("int", 96)},
    "xfwm4": {"general/theme": ("string", "Greybird"), "general/title_font": ("string", f"{FONT} Bold 10"),
              "general/use_compositing": ("bool", "false")},
    "xfce4-notifyd": {"theme": ("string", "Greybird"), "initial-opacity": ("double", 1.0), "do-fadeout": ("bool", "false"),
                      "do-slideout": ("bool", "false"), "notify-location": ("uint", 2)},
    "xfce4-desktop": {"desktop-icons/icon-size": ("uint", 56), "desktop-icons/file-icons/show-filesystem": ("bool", "false"),
                      "backdrop/screen0/monitorscreen/workspace0/image-style": ("int", 0),
                      "backdrop/screen0/monitorscreen/workspace0/color-style": ("int", 0),
                      "backdrop/screen0/monitorscreen/workspace0/rgba1": BLUE},
    "xfce4-panel": {"panels": ("array", [("int", 1)]), "panels/dark-mode": ("bool", "false"),
                    "panels/panel-1/position": ("string", "p=10;x=0;y=0"), "panels/panel-1/position-locked": ("bool", "true"),
                    "panels/panel-1/length": ("uint", 100), "panels/panel-1/size": ("uint", 30),
                    "panels/panel-1/plugin-ids": ("array", [("int", n) for n, _ in enumerate(PLUGINS, 1)]),
                    **{f"plugins/plugin-{n}": ("string", name) for n, name in enumerate(PLUGINS, 1)},
                    "plugins/plugin-3/expand": ("bool", "true"), "plugins/plugin-3/style": ("uint", 0),
                    "plugins/plugin-4/digital-layout": ("uint", 3), "plugins/plugin-4/mode": ("uint", 2),
                    "plugins/plugin-4/digital-format": ("string", "%-m月%-d日 %H:%M")},
}


def settings_written(folder):
    for channel, values in SETTINGS.items():
        with open(f"{folder}/{channel}.xml", "w", encoding="utf-8") as f:
            f.write(f'<channel name="{channel}" version="1.0">{properties(values)}</channel>\n')


def properties(values):
    """Paths become properties within properties; one may have a value as well."""
    text, names = "", dict.fromkeys(path.split("/")[0] for path in values)
    for name in names:
        kind, value = values.get(name, ("empty", ""))
        items = "".join(f'<value type="{k}" value="{v}"/>' for k, v in value) if kind == "array" else ""
        beneath = {path[len(name) + 1:]: v for path, v in values.items() if path.startswith(f"{name}/")}
        attribute = "" if kind in ("array", "empty") else f' value="{value}"'
        text += f'<property name="{name}" type="{kind}"{attribute}>{items}{properties(beneath)}</property>'
    return text


class Desktop(Session):
    """A session whose screen is Xvfb's and whose programs are Xfce's, with settings and a home of its own, in Japanese."""

    def __enter__(self):
        home = f"{self.folder}/home"
        settings = f"{home}/.config/xfce4/xfconf/xfce-perchannel-xml"
        os.makedirs(settings)
        settings_written(settings)
        subprocess.run(["localedef", "-i", "ja_JP", "-f", "UTF-8", f"{self.folder}/ja_JP.UTF-8"], check=True)
        self.environment |= {"HOME": home, "XDG_RUNTIME_DIR": home, "LOCPATH": self.folder, "LANG": "ja_JP.UTF-8", "LANGUAGE": "ja",
                             "LC_ALL": "ja_JP.UTF-8", "XDG_CURRENT_DESKTOP": "XFCE", "GTK_A11Y": "none",
                             "NO_AT_BRIDGE": "1"}
        self.complaints = open(f"{self.folder}/complaints", "w+", encoding="utf-8")  # of Xfce there are many
        self.environment["DISPLAY"] = self.screen()
        return super().__enter__()

    def __exit__(self, kind, *_):
        super().__exit__()
        with self.complaints as f:
            f.seek(0)
            print(f.read() if kind else "", end="", file=sys.stderr)

    def screen(self):
        reading, writing = os.pipe()
        self.programs.append(subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"],
            env=self.environment, pass_fds=(writing,), stdin=subprocess.DEVNULL, stderr=self.complaints))
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as numbers:
            return f":{int(numbers.readline())}"

    def asks(self, *words):
        """What a program of this session prints, or nothing."""
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False).stdout

    def windows(self, name):
        return self.asks("xdotool", "search", "--onlyvisible", "--class", name).split()

    def desktop(self):
        self.start(f"{XFCE}/xfconf/xfconfd")
        until(lambda: self.bus.name_has_owner("org.xfce.Xfconf"), "xfconfd did not start")
        self.start("xfsettingsd", "--no-daemon", "--replace")
        until(lambda: self.bus.name_has_owner("org.xfce.SettingsDaemon"), "xfsettingsd did not start")
        self.start("xfwm4")
        self.start("xfdesktop")
        self.start("xfce4-panel", "--disable-wm-check")
        for name in ("xfdesktop", "xfce4-panel"):
            until(lambda wanted=name: self.windows(wanted), f"no {name} appeared", 60)
        self.start(f"{XFCE}/notifyd/xfce4-notifyd")
        until(lambda: self.bus.name_has_owner(SERVER), "the notification server did not start")

    def terminal(self):
        self.start("xfce4-terminal", "--disable-server", "--hide-menubar", "--hide-scrollbar", 
                   "--title=端末", "--geometry=145x14+8+222", "--font=Noto Sans Mono CJK JP 12",
                   f"--command={HERE}/typed {program('sekimori')} {self.folder}/typed")
        until(lambda: os.path.exists(f"{self.folder}/typed"), "nothing was typed in the terminal", 60)

    def still(self, path):
        """A picture of the screen, once it is the same twice."""
        def taken():
            subprocess.run(["scrot", "--overwrite", path], env=self.environment, check=True)
            with open(path, "rb") as f:
                return f.read()

        last = [b""]

        def same():
            before, last[0] = last[0], taken()
            return before == last[0]
        until(same, "the screen does not come to rest", 60)


def picture(bed, session, path):
    session.desktop()
    with Agent() as agent:
        assert agent.push("1.cms")[0] == 0
        session.notifier()
        for known in (beds.a_keyboard(), beds.a_mouse()):
            bed.plug(known)
        bed.plug(beds.a_stick())
        until(lambda: session.windows("xfce4-notifyd"), "no notification appeared")
        shutil.copy("state/audit/terminal.pub", "madoguchi-03.pub")  # as it was put aside when the terminal was installed
        session.terminal()
        session.still(path)
        assert session.windows("xfce4-notifyd"), "the notification went away"
        agent.stop()


def main(target):
    make_kit([1], CONTACT)
    with beds.Bed() as bed, Desktop() as session:
        picture(bed, session, "screen.png")
    subprocess.run(["pngquant", "--force", "--speed", "1", "--output", "small.png", "64", "screen.png"], check=True)
    size = os.path.getsize("small.png")
    assert size <= LARGEST, f"{size} bytes"
    shutil.copy("small.png", target)
    print(f"{target}: {size} bytes")


TARGET = os.path.abspath(sys.argv[1])
with tempfile.TemporaryDirectory() as scratch:
    os.chmod(scratch, 0o755)
    os.chdir(scratch)
    main(TARGET)
    os.chdir("/")
