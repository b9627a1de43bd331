# SPDX-License-Identifier: MIT
"""sekimori setup from observing to both factors and back: unconfirmed it undoes itself, by the timer and by a boot."""

from harness import devices, keeper
from harness.desk import PASSWORD, Desk, unseen

STATE = "/var/lib/sekimori"
PARAMETER = "/sys/module/usbcore/parameters/authorized_default"
LOGIN = {"exempt": ["systemd-user", "cron"],
         "rules": [{"name": "administrators", "users": ["root", "group:sudo"], "require": ["password+totp"]}]}
# Ten minutes are long in emulation.
SHORT = "[Timer]\nOnActiveSec=\nOnActiveSec=45s\n"


def setup(vm, words, status=0):
    reply = vm.run(f"sekimori setup {words} --lang en", timeout=240)
    assert reply.status == status, reply.text
    return reply.text


def stage(vm):
    return vm.sh(f"cat {STATE}/stage").strip()


def logs_in_as_before(desk):
    """At login(1), with the password alone."""
    status, screen = desk.types([["login: ", "hanako"], unseen("assword", PASSWORD), ["$ ", "id -un; exit"]], "login", seconds=60)
    assert status == 0 and "\nhanako\r" in screen, (status, screen)


def logs_in_with_both(desk):
    status, screen = desk.logs_in("hanako")
    assert status == 0 and "code" in screen and "\nhanako\r" in screen, (status, screen)


def given_a_terminal_that_observes(vm):
    vm.sh(f"install -d -m 755 {STATE} && echo observe >{STATE}/stage && echo 'root:{PASSWORD}' | chpasswd")
    desk = Desk(vm, login=LOGIN, services=())
    desk.person("hanako", groups="sudo")
    desk.token("root")
    return desk


def the_stick_is_cut_off(vm):
    stick = devices.stick()
    vm.plug(stick)
    vm.await_disk(stick)
    assert stick.id in setup(vm, "check")
    said = setup(vm, "devices", status=2)      # nobody there to ask
    assert "would have been refused" in said and stage(vm) == "observe", said
    vm.await_disk(stick)
    setup(vm, "devices --yes")
    vm.assert_denied_by_kernel(stick)
    vm.sh(f"[ -e {keeper.LINK} ] && systemctl is-enabled {keeper.UNIT}")
    assert "refused unless needed" in vm.sh("sekimori status --lang en")
    assert stage(vm) == "devices"
    return stick


def nobody_confirms(vm, desk):
    """Whoever knows only the password is not an administrator who has logged in with both."""
    before = vm.sh("cat /etc/pam.d/common-*")
    vm.sh("mkdir /etc/systemd/system/sekimori-trial.timer.d")
    vm.put("/etc/systemd/system/sekimori-trial.timer.d/short.conf", SHORT)
    vm.sh("systemctl daemon-reload")
    setup(vm, "login --yes --no-wait")
    assert stage(vm) == "trial" and "pam_sekimori.so" in vm.sh("cat /etc/pam.d/common-auth")
    status, screen = desk.types([unseen("assword", PASSWORD), unseen("code", "000000")], "runuser", "-u", "nobody", "--", "su", "-c", "id", "hanako")
    assert status != 0 and "uid=" not in screen, screen
    vm.wait(f"grep -qx devices {STATE}/stage", timeout=180, what="the trial undone by the timer")
    vm.wait("systemctl show -P ActiveState sekimori-trial.service | grep -qx inactive")
    assert vm.sh("cat /etc/pam.d/common-*") == before
    logs_in_as_before(desk)
    vm.sh("rm -r /etc/systemd/system/sekimori-trial.timer.d && systemctl daemon-reload")


def the_power_is_cut_on_trial(vm, desk):
    setup(vm, "login --yes --no-wait")
    vm.reboot()
    vm.wait("systemctl is-active --quiet systemd-user-sessions.service", timeout=240)
    assert stage(vm) == "devices", "undone before anybody could be asked"
    logs_in_as_before(desk)


def an_administrator_confirms(vm, desk):
    vm.sh("(sekimori setup login --yes --lang en >/run/said 2>&1; echo $? >/run/code) </dev/null >/dev/null 2>&1 &")
    vm.wait("grep -q Ctrl+C /run/said", timeout=240, what="the trial")
    logs_in_with_both(desk)
    vm.wait("[ -s /run/code ]", what="the end of the waiting")
    assert vm.sh("cat /run/code").strip() == "0", vm.sh("cat /run/said")
    assert stage(vm) == "login" and vm.run("systemctl is-enabled sekimori-trial.service").text.strip() == "disabled"
    setup(vm, "--undo --unless-confirmed --yes")
    assert stage(vm) == "login"


def back_without_an_agent(vm, desk, stick):
    """Killed and masked, as after an upgrade that went wrong."""
    vm.sh("systemctl --runtime mask sekimorid.service && systemctl kill -s KILL sekimorid.service;"
          " systemctl stop sekimorid.service 2>/dev/null; ! pgrep -x sekimorid")
    said = setup(vm, "--undo --yes")
    assert "sekimorid --early" in said and stage(vm) == "devices", said
    logs_in_as_before(desk)
    vm.assert_denied_by_kernel(stick)
    setup(vm, "--undo --yes")
    assert stage(vm) == "observe" and vm.sh(f"cat {PARAMETER}").strip() in ("1", "-1")
    vm.sh(f"[ ! -e {keeper.LINK} ]")
    vm.unplug(stick)
    again = devices.stick()
    vm.plug(again)
    vm.await_disk(again)


def run(vm):
    desk = given_a_terminal_that_observes(vm)
    logs_in_as_before(desk)
    stick = the_stick_is_cut_off(vm)
    nobody_confirms(vm, desk)
    the_power_is_cut_on_trial(vm, desk)
    an_administrator_confirms(vm, desk)
    logs_in_with_both(desk)
    changes = [(r["before"], r["stage"]) for r in vm.audit("stage-changed")]
    assert changes == [("observe", "devices")] + 2 * [("devices", "trial"), ("trial", "devices")] + [("devices", "trial")], changes
    assert [r["user"] for r in vm.audit("stage-confirmed")] == ["hanako"]
    back_without_an_agent(vm, desk, stick)
