# SPDX-License-Identifier: MIT
"""A login begun while the agent is away, killed or stopped for seconds, waits and succeeds; nobody has to begin again."""

from harness.desk import PASSWORD, Desk, unseen

AWAY = {"killed": "systemctl kill -s KILL sekimorid",
        "restarted": "systemctl --no-block restart sekimorid",
        "stopped": "systemctl stop sekimorid; (sleep 5; systemctl start sekimorid) >/dev/null 2>&1 &"}


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    for how, command in AWAY.items():
        agent = vm.agent_pid()
        status, screen = desk.types([unseen("assword", PASSWORD), unseen("code", desk.code("tanaka"))], "sh", "-c",
                                    f"{command}\nexec runuser -u nobody -- su -c 'id -un' tanaka")
        assert status == 0 and "\ntanaka\r" in screen, (how, status, screen)
        assert vm.agent_pid() != agent, how
