# SPDX-License-Identifier: MIT
"""The devices of a real desk under the starter policy, as `policy init` writes it. Started by test_desk."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from bed import BULK_PAIR, HID, Hardware  # noqa: E402
from programs import program  # noqa: E402

CCID = bytes([0x21, 0x10, 1, 0, 7, 3]) + bytes(47)
VENDOR = (0xFF, 0, 0)


def run(*args):
    return subprocess.run([program("sekimori"), *args], capture_output=True, text=True, timeout=30, env=beds.environment(),
                          check=False)


def a_felica_reader():
    return (Hardware(0x054C, 0x0DC8, name="FeliCa Port/PaSoRi 4.0", manufacturer="SONY", serial="0000002").configuration()
            .interface(0, (0x0B, 0, 0), CCID, endpoints=BULK_PAIR)
            .interface(1, VENDOR, endpoints=((0x84, 2, 512, 0), (0x05, 2, 512, 0))))


def a_vendor_reader():
    return (Hardware(0x04E6, 0x511A, name="Contact Reader", manufacturer="SCM").configuration()
            .interface(0, VENDOR, CCID, endpoints=BULK_PAIR))


def a_card_keyboard():
    return (Hardware(0x046A, 0x0010, name="Keyboard with a card slot", manufacturer="Cherry").configuration()
            .interface(0, (3, 1, 1), HID, endpoints=((0x81, 3, 8, 10),))
            .interface(1, (0x0B, 0, 0), CCID, endpoints=((0x82, 2, 64, 0), (0x02, 2, 64, 0))))


def a_label_printer():
    return (Hardware(0x0922, 0x1001, name="LabelManager PnP", manufacturer="Dymo", serial="00000000000002").configuration()
            .interface(0, (3, 0, 0), HID, endpoints=((0x83, 3, 64, 10),))
            .interface(1, (8, 6, 0x50), endpoints=BULK_PAIR))


def a_printer_that_scans():
    return (Hardware(0x04B8, 0x1186, name="ET-2820 Series", manufacturer="EPSON", serial="58385").configuration()
            .interface(0, (0xFF, 0xFF, 0xFF), endpoints=BULK_PAIR)
            .interface(1, (7, 1, 2), endpoints=((0x84, 2, 512, 0), (0x04, 2, 512, 0)))
            .interface(1, (7, 1, 4), setting=1, endpoints=((0x84, 2, 512, 0), (0x04, 2, 512, 0))))


def a_desk_device(ids, *classes, serial=None, name="desk device"):
    hardware = Hardware(*ids, name=name, serial=serial).configuration()
    for number, klass in enumerate(classes):
        hardware.interface(number, klass)
    return hardware


# Each example of the starter policy, and the device that it is for. Classes: usb.org, and the makers' manuals.
EXAMPLES = {
    "ドッキングステーション": lambda: a_desk_device((0x17EF, 0x30B4), (1, 1, 0), (1, 2, 0), (3, 0, 0), (0x11, 0, 0)),
    "LANアダプター（ドック内蔵も）": lambda: a_desk_device((0x0BDA, 0x8153), (0xFF, 0xFF, 0)).configuration(2)
    .interface(0, (2, 6, 0)).interface(1, (10, 0, 0)),
    "レシートプリンター": lambda: a_desk_device((0x04B8, 0x0202), (7, 1, 2)),
    "プリンター（複合機は印刷だけ）": a_printer_that_scans,
    "ラベルプリンター": lambda: a_desk_device((0x04F9, 0x209B), (7, 1, 2)),
    "ラベルプリンター（ディスク内蔵のもの）": a_label_printer,
    "文書スキャナー 1号": lambda: a_desk_device((0x04C5, 0x132E), VENDOR, serial="A00000"),
    "バーコードリーダー（シリアル方式）": lambda: a_desk_device((0x05E0, 0x1701), (2, 2, 1), (10, 0, 0)),
    "暗証番号入力装置（シリアル方式）": lambda: a_desk_device((0x11CA, 0x0300), (2, 2, 1), (10, 0, 0)),
    "ICカードリーダー RC-S380 1号": lambda: a_desk_device((0x054C, 0x06C3), VENDOR, serial="0000001"),
    "セキュリティキー": lambda: a_desk_device((0x1050, 0x0120), (3, 0, 0), name="security key"),
    "電子署名パッド": lambda: a_desk_device((0x056A, 0x00A4), (3, 0, 0)),
    "無停電電源装置（UPS）": lambda: a_desk_device((0x051D, 0x0002), (3, 0, 0)),
    "納税課 USBメモリ 1号": beds.a_stick,
}
# The report descriptor of a FIDO key (FIDO U2F HID Protocol 1.2, §2.4), as the kernel shows it once it has read it.
READ = {"security key": bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")}
NODES = {"文書スキャナー 1号": ["usbfs"], "電子署名パッド": ["hidraw"], "無停電電源装置（UPS）": ["usbfs"]}
IN_PART = {"プリンター（複合機は印刷だけ）", "ラベルプリンター（ディスク内蔵のもの）"}


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.policy = os.path.join(cls.folder.name, "kit", "policy.yaml")
        made = run("policy", "init", os.path.dirname(cls.policy))
        assert made.returncode == 0, made.stderr
        cls.bed = beds.Bed().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.bed.__exit__()
        cls.folder.cleanup()

    def setUp(self):
        self.plugged = []

    def tearDown(self):
        for path in self.plugged:
            self.bed.unplug(path)

    def judged(self, hardware, policy=None):
        """What `devices` says of it, and the words in its row of the table."""
        self.plugged.append(self.bed.plug(hardware))
        if hardware.strings["product"] in READ:
            self.bed.hid(self.plugged[-1], 0, READ[hardware.strings["product"]])
        answer = run("devices", "--policy", policy or self.policy, "--json")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        table = run("devices", "--policy", policy or self.policy).stdout.splitlines()
        name = hardware.strings["product"]
        row, = [line for line in table if name in line]
        element, = [e for e in json.loads(answer.stdout) if e["path"] == self.plugged[-1]]
        return element, row

    def test_readers_work_and_only_the_reader_of_them(self):
        for build, partial in ((a_felica_reader, True), (a_vendor_reader, False), (beds.a_card_reader, False),
                               (a_card_keyboard, False)):
            element, row = self.judged(build())
            self.assertEqual((element["verdict"], element["partial"]), ("allow", partial), build.__name__)
            self.assertIn("ICカードリーダー", row)
            self.assertNotIn("専用", row)

    def test_a_label_printer_is_refused_for_its_disk(self):
        element, row = self.judged(a_label_printer())
        self.assertEqual((element["verdict"], element["reason"]), ("deny", "no-rule"))
        self.assertTrue(row.startswith("USBメモリなどの電磁的記録媒体  "), row)

    def test_a_printer_is_called_a_printer(self):
        element, row = self.judged(a_printer_that_scans())
        self.assertEqual((element["verdict"], set(element["kinds"])), ("deny", {"printer", "vendor"}))
        self.assertTrue(row.startswith("プリンター  "), row)

    def plug_a_mouse_that_linux_mends(self):
        """Its configuration announces 25 bytes more than it has."""
        mouse = (Hardware(0x0B05, 0x181A, name="ROG GLADIUS", manufacturer="ASUS").configuration()
                 .interface(0, (3, 1, 2), HID, endpoints=((0x81, 3, 8, 10),))
                 .interface(1, (3, 1, 1), HID, endpoints=((0x82, 3, 8, 10),)))
        plain = mouse.descriptors
        mouse.descriptors = lambda: plain()[:20] + bytes([plain()[20] + 25]) + plain()[21:]
        return mouse

    def test_what_linux_mends_is_named_and_can_be_accepted(self):
        element, row = self.judged(self.plug_a_mouse_that_linux_mends())
        self.assertEqual((element["verdict"], element["reason"], element["malformed"]),
                         ("deny", "malformed", "total-length"))
        self.assertIn("キーボード、マウス", row)
        self.assertTrue(row.endswith("記述子が、名乗る全長（wTotalLength）より短い"), row)
        self.bed.unplug(self.plugged.pop())

        match = "{bus: usb, id: \"0b05:181a\", fingerprint: " + element["fingerprint"] + "}"
        accepting = self.with_rule(f"  - name: 承知のうえ\n    match: {match}\n    malformed: accept\n    action: allow\n")
        self.assertEqual(run("policy", "check", accepting).returncode, 0)
        element, row = self.judged(self.plug_a_mouse_that_linux_mends(), accepting)
        self.assertEqual((element["verdict"], element["rule"], element["malformed"]), ("allow", "承知のうえ", "total-length"))

    def test_accepting_needs_the_very_device(self):
        wrong = self.with_rule("  - name: a\n    match: {bus: usb, id: \"0b05:181a\"}\n    malformed: accept\n    action: allow\n")
        answer = run("policy", "check", wrong)
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stderr, rf"^{wrong}:\d+:16: .*fingerprint")

    def examples(self):
        """The text of each rule that is commented out, by the rule's name."""
        with open(self.policy, encoding="utf-8") as f:
            lines = f.read().splitlines()
        found, name = {}, None
        for line in lines:
            begins = re.match(r"  # - name: (.*?) *(?: # .*)?$", line)
            name = begins[1] if begins else name if line.startswith("  #   ") else None
            if name:
                found[name] = found.get(name, "") + line.replace("  # ", "  ", 1) + "\n"
        return found

    def check(self, policy):
        answer = run("policy", "check", policy)
        self.assertEqual((answer.returncode, answer.stderr, answer.stdout.count("\n")), (0, "", 1), answer.stdout)

    def test_each_example_is_a_rule_and_lets_in_what_it_is_for(self):
        examples = self.examples()
        self.assertEqual(set(examples), set(EXAMPLES))
        for name, rule in examples.items():
            policy = self.with_rule(rule)
            self.check(policy)
            element, _ = self.judged(EXAMPLES[name](), policy)
            hours = " hours: " in rule or " until: " in rule
            self.assertIn((element["verdict"], element["rule"]), [("allow", name)] + [("deny", name)] * hours, name)
            self.assertEqual(element.get("nodes"), NODES.get(name), name)
            self.assertEqual(element["partial"], name in IN_PART and element["verdict"] == "allow", name)
            self.bed.unplug(self.plugged.pop())

    def test_all_examples_together_leave_none_unreached(self):
        self.check(self.with_rule("".join(self.examples().values())))

    def with_rule(self, rule):
        """The starter policy with one more rule in front."""
        with open(self.policy, encoding="utf-8") as f:
            text = f.read()
        path = os.path.join(self.folder.name, "more.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace("\ndevices:\n", "\ndevices:\n" + rule, 1))
        return path

    def test_a_stick_in_the_shape_of_a_reader_is_no_stick(self):
        element, _ = self.judged(a_felica_reader().interface(2, (8, 6, 0x50)))
        self.assertEqual((element["verdict"], element["partial"]), ("allow", True))
        self.assertIn("storage", element["kinds"], "known, recorded, and never bound")


if __name__ == "__main__":
    unittest.main()
