# SPDX-License-Identifier: MIT
# Sekimori. `make help` lists what there is.

ifeq ($(MAKELEVEL),0) # every core, unless somebody says how many (make 4.3 does not tell its Makefile)
MAKEFLAGS += $(shell grep -qzE '^(-[A-Za-z]*j|--jobs)' /proc/$$PPID/cmdline || echo -j$$(nproc))
endif

# ---- What there is ----------------------------------------------------------
VERSION := 0.4.0 # install/debian/changelog says the same, and lint sees to it
FLAVOUR ?= release
O       := build/$(FLAVOUR)

# A folder beneath agent/ is a program; lib/ is what they share.
POLICY    := $(wildcard policy/*/*.c)
LIB       := $(wildcard agent/lib/*/*.c)
DAEMON    := $(wildcard agent/daemon/*/*.c)
OBSERVER  := $(wildcard agent/observer/*.c)
CLI       := $(wildcard agent/cli/*.c agent/cli/*/*.c)
CARD      := $(wildcard agent/card/*.c)
PERSON    := $(wildcard agent/person/*.c)
NOTIFIER  := $(wildcard agent/notifier/*.c)
HID       := $(wildcard agent/hid/*.c)
EMERGENCY := $(wildcard agent/emergency/*.c)
SEEDS     := $(wildcard agent/seeds/*.c)
STACKS    := $(wildcard agent/stacks/*.c)
KEEPER    := $(wildcard agent/keeper/*.c agent/keeper/*/*.c)
NETWORK   := $(wildcard agent/network/*.c agent/network/*/*.c)
PAM       := $(wildcard pam_module/*.c)

PROGRAMS := $(addprefix $(O)/,sekimorid sekimori sekimori-observer sekimori-card sekimori-person sekimori-hid sekimori-emergency sekimori-keeper sekimori-seeds sekimori-stacks \
                              sekimori-firewall sekimori-notify pam_sekimori.so)
UNIT     := tests/unit/policy/ $(wildcard tests/unit/agent/*/) tests/unit/pam_module/
TESTS    := $(addprefix $(O)/check-,$(notdir $(UNIT:/=))) # one program for each
BENCHES  := $(patsubst tests/bench/%.c,$(O)/bench-%,$(wildcard tests/bench/*.c))

all: $(PROGRAMS)  ## build the programs into build/release/
.DEFAULT_GOAL := all

# ---- Flags: ours are composed, a user's CFLAGS come on top -------------------
warnings  := -std=gnu17 -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
             -Wformat=2 -Wno-missing-field-initializers $(if $(CI),-Werror)
hardening := -fPIE -fstack-protector-strong -fcf-protection -fstack-clash-protection -fvisibility=hidden
sections  := -ffunction-sections -fdata-sections
linking   := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed,--gc-sections

flags_release := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
flags_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
flags_fuzz    := $(flags_asan) -fsanitize-coverage=trace-pc
flags := $(warnings) $(hardening) $(sections) $(flags_$(FLAVOUR)) -D_GNU_SOURCE -MMD -MP \
         -DSEKIMORI_VERSION='"$(strip $(VERSION))"' '-ffile-prefix-map=$(CURDIR)=.'
links := $(linking) $(filter -fsanitize=%,$(flags_$(FLAVOUR)))

# ---- Who may see whom: the include path is the layering law -------------------
# (What it does not tell apart, tests/lint/layers.py does: the folders of one program, and what of the agent's others may know.)
pkcs11 = $(shell pkg-config --cflags p11-kit-1 libpcsclite 2>/dev/null)
xml = $(shell pkg-config --cflags libpskc libxml-2.0 2>/dev/null)
shared := -Ipolicy -Iagent/lib
$(O)/policy/%.o:          sees := -Ipolicy
$(O)/agent/lib/%.o:       sees := $(shared)
$(O)/agent/daemon/%.o:    sees := $(shared) -Iagent/daemon
$(O)/agent/observer/%.o:  sees := $(shared) -Iagent
$(O)/agent/notifier/%.o:  sees := $(shared) -Iagent
$(O)/agent/person/%.o:    sees := $(shared) -Iagent
$(O)/agent/card/%.o:      sees  = $(shared) -Iagent $(pkcs11)
$(O)/agent/hid/%.o:       sees := $(shared) -Iagent -Iagent/daemon
$(O)/agent/keeper/%.o:    sees := $(shared) -Iagent -Iagent/daemon
$(O)/agent/emergency/%.o: sees := $(shared) -Iagent -Iagent/daemon
$(O)/agent/seeds/%.o:     sees  = $(shared) -Iagent $(xml)
$(O)/agent/stacks/%.o:    sees := $(shared) -Iagent
$(O)/agent/network/%.o:   sees := $(shared) -Iagent
$(O)/agent/cli/%.o:       sees := $(shared) -Iagent -Iagent/daemon
$(O)/pic/%.o:             sees := $(shared) -Ipam_module -fPIC
$(O)/tests/%.o:           sees  = $(shared) -Iagent -Iagent/daemon -Ipam_module -Itests $(shell pkg-config --cflags umockdev-1.0 2>/dev/null) $(pkcs11) $(xml)

libs_agent    := -lcyaml -lyaml -lcrypto -lsystemd -ljansson
libs_card     := -lpcsclite -lseccomp -lcrypto
libs_person   := -lpam
libs_notifier := -lsystemd -lseccomp
libs_hid      := -lseccomp
libs_keeper   := -lbpf -ludev -lsystemd -lblkid -lseccomp -lnettle -ljansson
libs_seeds    := -lpskc -lxml2 -lcrypto -lseccomp
libs_stacks   := -lpam -lseccomp
libs_network  := -lnftables -lmnl -lsystemd -lseccomp -ljansson
libs_observer := -ludev -lusb-1.0 -lkmod -lseccomp -lnettle
libs_cli      := -lcyaml -lyaml -lcrypto -lnettle -ljansson -lsystemd -lqrencode
libs_test     := -lcriterion -lblkid -lpam $(libs_agent) $(libs_observer) -lqrencode -lumockdev -lgobject-2.0 -lglib-2.0 -lpskc -lxml2

# ---- How: V=1 shows the commands -----------------------------------------------
Q := $(if $(V),,@)
objects = $(patsubst %.c,$(O)/%.o,$(1))

$(O)/libpolicy.a:   $(call objects,$(POLICY))
$(O)/libagent.a:    $(call objects,$(LIB) $(DAEMON))
$(O)/libobserver.a: $(call objects,$(filter-out %/main.c,$(OBSERVER) $(HID)))
$(O)/%.a:
	@rm -f $@ && $(AR) rcs $@ $^

$(O)/%.o: %.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(flags) $(sees) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

# What goes into a login program: libc, libpam, what crosses the socket, and the table of such programs. Ours is position-independent by itself.
$(O)/pic/%.o: %.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $< (PIC)"
	$(Q)$(CC) $(filter-out -fPIE,$(flags)) $(sees) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(O)/pam_sekimori.so: $(patsubst %.c,$(O)/pic/%.o,$(PAM) agent/lib/wire/login.c agent/lib/wire/socket.c policy/decision/pam_service.c \
                                             $(wildcard policy/base/*.c)) \
                      pam_module/export.map
	@echo "  LD   $@"
	$(Q)$(CC) -shared $(filter-out -pie,$(links)) -Wl,-z,defs -Wl,--version-script=pam_module/export.map $(LDFLAGS) \
	        -o $@ $(filter %.o,$^) -lpam

# $(call program,NAME,SOURCES,LIBRARIES): what main.c stands in, with the archives it may draw from.
define program
$(O)/$(1): $(call objects,$(2)) $(4) $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $$@"
	$(Q)$$(CC) $(links) $$(LDFLAGS) -o $$@ $$^ $(3)
endef
$(eval $(call program,sekimorid,agent/daemon/main.c,$(libs_agent)))
$(eval $(call program,sekimori,$(CLI),$(libs_cli)))
$(eval $(call program,sekimori-observer,agent/observer/main.c,$(libs_observer),$(O)/libobserver.a))
$(eval $(call program,sekimori-card,$(CARD),$(libs_card)))
$(eval $(call program,sekimori-person,$(PERSON),$(libs_person)))
$(eval $(call program,sekimori-notify,$(NOTIFIER),$(libs_notifier)))
$(eval $(call program,sekimori-emergency,$(EMERGENCY),$(libs_agent)))
$(eval $(call program,sekimori-keeper,$(KEEPER),$(libs_keeper)))
$(eval $(call program,sekimori-seeds,$(SEEDS),$(libs_seeds)))
$(eval $(call program,sekimori-firewall,$(NETWORK),$(libs_network)))
# Into the initramfs: without libcrypto, libudev and libusb.
$(eval $(call program,sekimori-hid,agent/hid/main.c,$(libs_hid),$(O)/libobserver.a))

# Its dlsym(3) is its own, and a sanitizer's runtime needs the real one: never with a sanitizer.
$(O)/plain/%.o: %.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $< (plain)"
	$(Q)$(CC) $(filter-out $(flags_$(FLAVOUR)),$(flags)) $(flags_release) $(shared) -Iagent $(CFLAGS) $(CPPFLAGS) -c -o $@ $<
$(O)/sekimori-stacks: $(patsubst %.c,$(O)/plain/%.o,$(STACKS) $(addprefix agent/lib/,helper/begin.c host/helper_user.c host/privileges.c host/sandbox.c wire/socket.c wire/stacks.c) $(wildcard policy/base/*.c))
	@echo "  LD   $@"
	$(Q)$(CC) $(linking) $(LDFLAGS) -o $@ $^ $(libs_stacks)

# What of a program can be tested by itself.
$(O)/check-cli: $(call objects,$(addprefix agent/cli/,complain.c language.c options.c typed.c unbroken.c verb_usage.c factors/qr.c \
                  $(addprefix media/,ledger.c ledger_text.c media_token.c medium.c) $(addprefix network/,cut_off.c interfaces.c probes.c servers.c socket_owner.c sockets.c suggest.c) $(addprefix policy/,policy_edit.c usbguard_fault.c usbguard_import.c usbguard_rule.c usbguard_value.c yaml_quoted.c) status/card_service.c status/cares.c) \
                  $(filter-out $(addprefix %/,setup.c setup_look.c setup_move.c setup_trial.c setup_words.c),$(wildcard agent/cli/setup/*.c)))
$(O)/check-stacks: $(call objects,agent/stacks/answers.c agent/stacks/succeed_if.c)
$(O)/check-seeds: $(call objects,$(filter-out %/main.c,$(SEEDS)))
$(O)/check-network: $(call objects,$(filter-out %/main.c,$(NETWORK)))
$(O)/check-keeper: $(call objects,$(filter-out %/main.c %/plane.c %/program.c %/service.c,$(KEEPER)))
$(O)/check-daemon: $(call objects,agent/keeper/orders.c agent/keeper/grants.c) # what a keeper makes of the gate's orders
$(O)/check-notifier: $(call objects,agent/notifier/markup.c)
$(O)/check-daemon $(O)/check-lib: $(O)/tests/unit/clock_set.o
$(O)/check-network: libs_test += $(libs_network)

# A program's tests: what mirrors it beneath tests/unit/.
.SECONDEXPANSION:
$(O)/check-%: $$(call objects,$$(foreach top,tests/unit/$$* tests/unit/agent/$$*,$$(wildcard $$(top)/*.c $$(top)/*/*.c)) $$(wildcard tests/support/*.c)) \
              $(O)/libobserver.a $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) -Wl,--no-gc-sections $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libs_test) # Criterion finds tests by their section

$(O)/check-pam_module: | $(O)/pam_sekimori.so $(O)/pam_odd.so # through libpam, as it will be
$(O)/check-hid: | $(O)/sekimori-hid
$(O)/check-observer: | $(O)/sekimori-observer $(O)/modules/lib/modules/6.1.0-test/modules.alias.bin
$(O)/demo: | $(O)/pam_elsewhere.so
$(O)/check-card: | $(O)/sekimori-card $(O)/pkcs11_odd.so

$(O)/demo: $(call objects,agent/lib/wire/notice.c agent/lib/wire/socket.c $(wildcard tests/demo/*.c) $(filter-out $(addprefix tests/support/,ceremony.c authority.c softcard.c),$(wildcard tests/support/*.c)))
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ -ljansson -lcrypt -lumockdev -lgobject-2.0 -lglib-2.0

$(O)/fault.so: tests/fault/fault.c | deps
	@echo "  LD   $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(warnings) -O2 -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE -o $@ $<

$(O)/pam_floor.so: tests/bench/floor/pam_floor.c | deps
	@echo "  LD   $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(warnings) -O2 -fPIC -shared -D_GNU_SOURCE -o $@ $< -lpam -lnettle

$(O)/pam_odd.so $(O)/pam_elsewhere.so: $(O)/%.so: tests/odd/%.c | deps
	@echo "  LD   $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(warnings) -O2 -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE -o $@ $< -lpam

# A kernel's tables of modules, as depmod makes them: for the tests of whoever reads them.
modules := $(O)/modules/lib/modules/6.1.0-test
$(modules)/modules.alias.bin: $(wildcard tests/odd/modules/*) | deps
	@echo "  MOD  $@"
	@rm -rf $(O)/modules && mkdir -p $(modules)/kernel && touch $(modules)/modules.order $(modules)/modules.builtin $(modules)/modules.builtin.modinfo
	$(Q)for c in $(filter %.c,$^); do $(CC) $(warnings) -c -o $(modules)/kernel/$$(basename $$c .c).ko $$c || exit; done
	$(Q)PATH="$$PATH:/usr/sbin:/sbin" depmod -b $(O)/modules 6.1.0-test

$(O)/pkcs11_odd.so: tests/odd/pkcs11_odd.c | deps
	@echo "  LD   $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(warnings) -O2 -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE $$(pkg-config --cflags p11-kit-1) -o $@ $< -lcrypto

$(O)/%-once: $(O)/tests/fault/%_once.o $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent)

tables := $(call objects,$(addprefix agent/network/,nft.c ruleset.c ruleset_map.c ruleset_refused.c))
$(O)/bench-opening: $(call objects,agent/keeper/program.c)
$(O)/bench-opening: libs_agent += -lbpf
$(O)/bench-loading: $(tables)
$(O)/bench-loading: libs_agent += -lnftables
$(O)/bench-%: $(O)/tests/bench/%.o $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent)

# What a network's flows watch, without the service and its packet filter.
$(O)/exits-watch: $(call objects,tests/network/exits_watch.c $(filter-out %/main.c %/nft.c %/firewall.c %/firewall_words.c %/report.c,$(NETWORK))) $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent) -lmnl

# The tables alone, of a policy without a signature; and such a policy's plan.
$(O)/network-apply: $(O)/tests/network/network_apply.o $(tables) $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent) -lnftables
$(O)/network-plan: $(O)/tests/network/network_plan.o $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent)

$(O)/paths-judge: $(O)/tests/paths/judge.o $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $^ $(libs_agent)

$(O)/fuzz-usbguard: $(call objects,$(addprefix agent/cli/policy/,usbguard_fault.c usbguard_import.c usbguard_rule.c usbguard_value.c yaml_quoted.c))
$(O)/fuzz-seeds: $(call objects,$(filter-out %/main.c,$(SEEDS)))
$(O)/fuzz-%: $(O)/tests/fuzz/%.o $(O)/tests/fuzz/loop.o $(call objects,$(wildcard tests/support/*.c)) \
             $(O)/libobserver.a $(O)/libagent.a $(O)/libpolicy.a
	@echo "  LD   $@"
	$(Q)$(CC) $(links) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libs_test)

-include $(shell find build/$(FLAVOUR) -name '*.d' 2>/dev/null)
.SECONDARY: $(call objects,$(shell find tests -name '*.c')) # else make removes what a pattern asked for, and makes it anew

# ---- Debian packages: install/packages.d/ has a list for each kind of work ----------
# Asked for once, for all that was typed, before the first compiler line (ADR 0150).
needs_demo := demo
needs_demo-often := demo
needs_check := test
needs_check-asan := test
needs_check-fleet := test fleet
needs_fuzz := test
needs_check-vm := vm
needs_check-screens := vm
needs_deb := deb
needs_check-deb := deb
needs_check-stranger := stranger
needs_bench := bench
needs_picture := picture demo
needs_lint := lint
needs_format := lint
deps:
	@install/dependencies build $(sort $(foreach goal,$(MAKECMDGOALS),$(needs_$(goal))))

lists := $(patsubst install/packages.d/%.txt,deps-%,$(wildcard install/packages.d/*.txt))
$(lists): deps-%:
	@install/dependencies build $*

# ---- What people type -----------------------------------------------------------
demo: deps all $(O)/demo $(O)/network-apply  ## the real agent and a real signed policy on a simulated bus; needs no root
	@umockdev-wrapper $(O)/demo $(O)

demo-often: deps all $(O)/demo $(O)/network-apply  ## the same N (5) times beside two busy loops; may not fail once
	@tests/demo/often $(O) $(or $(N),5)

check: deps all $(TESTS) $(O)/fault.so $(O)/pam_odd.so $(O)/pam_elsewhere.so $(O)/demo $(O)/push-once $(O)/login-once $(O)/paths-judge $(O)/exits-watch $(O)/network-apply $(O)/network-plan  ## every test that needs no virtual machine; T=policy/decision or T=flow/test_stick: those only
	@tests/run $(O) $(if $(T),--only '$(T)') $(TESTS)

check-vm: deps  ## the product in a real Debian in QEMU, kernel and all (root): VM_FLAGS="--debian 13"
	@tests/vm/run $(VM_FLAGS)

check-screens: deps  ## login screens and lockers as Debian has them, and what stands on them (root): SCREENS_FLAGS="--debian 12"
	@tests/screens/run $(SCREENS_FLAGS)

check-deb: deb all  ## the packages of `make deb`: what is in them, and how they come and go (root)
	@tests/deb/run

check-stranger: deps  ## what README says, typed by a new user in a bare Debian 13 and a bare Debian 12 (root)
	@tests/stranger 13 12

check-fleet: deps all  ## the flows that reach other terminals: ansible over ssh, a second journal (root); none may be skipped
	@tests/run $(O) tests/flow/test_fleet_ansible
	@tests/run $(O) tests/flow/test_journal_remote

check-asan: deps  ## `make check` under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory FLAVOUR=asan check

fuzz: deps  ## feed mutated descriptors, reports, sightings and envelopes to the parsers for FUZZ_SECONDS (60)
	@tests/fuzz/run $(or $(FUZZ_SECONDS),60)

bench: deps all $(BENCHES) $(O)/pam_floor.so $(O)/network-apply $(O)/network-plan  ## side by side with Debian's usbguard and PAM modules, as ratios
	@tests/bench/run $(O)

picture: deps all $(O)/demo $(O)/network-apply  ## make the README's picture anew, on a real desktop under Xvfb, and quote the demo anew
	@SEKIMORI_BUILD=$(O) tests/picture/run docs/img/refusal.png
	@/usr/bin/python3 tests/picture/scenes.py $(O)/demo $(O)

compile_commands.json: deps  ## what each file is compiled with, for editors and clangd
	@MAKEFLAGS= make -Bn --no-print-directory V=1 CC='$(CC)' FLAVOUR=$(FLAVOUR) all $(TESTS) | awk -v top='$(CURDIR)' '/ -c -o /{file = $$NF; gsub(/[\\"]/, "\\\\&"); \
	        printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", n++ ? ",\n" : "[\n", top, file, $$0} END{print "\n]"}' >$@

lint: deps  ## layering, sizes, format, licence lines, docs against --help
	@tests/lint/run

generate: all  ## rewrite what is made from tables and includes: completions, the options in the manual pages, the picture of the rooms
	@tests/lint/generated $(O)/sekimori --write
	@tests/lint/rooms.py --write

format: deps  ## rewrite the sources in the one format
	@clang-format -i $$(git ls-files '*.c' '*.h')

PREFIX ?= /usr
libdir := $(DESTDIR)$(PREFIX)/lib
share  := $(DESTDIR)$(PREFIX)/share
pam_modules = $(libdir)/$(shell $(CC) -print-multiarch 2>/dev/null)/security
units  := $(DESTDIR)$(or $(UNITDIR),$(PREFIX)/lib/systemd/system)
install: all  ## install into DESTDIR (root: see README)
	install -D -m 755 -t "$(libdir)/sekimori" $(O)/sekimorid $(O)/sekimori-observer $(O)/sekimori-person \
	        $(O)/sekimori-card $(O)/sekimori-hid $(O)/sekimori-emergency $(O)/sekimori-keeper \
	        $(O)/sekimori-firewall $(O)/sekimori-seeds $(O)/sekimori-stacks
	install -D -m 644 -t "$(pam_modules)" $(O)/pam_sekimori.so
	install -D -m 755 -t "$(DESTDIR)$(PREFIX)/bin" $(O)/sekimori $(O)/sekimori-notify
	install -D -m 644 -t "$(DESTDIR)/etc/xdg/autostart" install/autostart/sekimori-notify.desktop
	install -d "$(DESTDIR)$(PREFIX)/sbin"
	ln -sfn ../lib/sekimori/sekimorid "$(DESTDIR)$(PREFIX)/sbin/sekimorid"
	install -D -m 644 -t "$(units)" install/systemd/*.service install/systemd/*.timer
	install -D -m 644 -t "$(libdir)/systemd/system-preset" install/systemd/*.preset
	install -D -m 644 -t "$(libdir)/tmpfiles.d" install/tmpfiles.d/sekimori.conf
	install -D -m 644 -t "$(libdir)/systemd/catalog" install/journal/sekimori.catalog install/journal/sekimori.ja.catalog
	install -D -m 755 -t "$(libdir)/sekimori/initramfs" install/initramfs/wanted install/initramfs/deny \
	        install/initramfs/unread
	install -D -m 644 -t "$(libdir)/sekimori/initramfs" install/initramfs/59-sekimori-names.rules install/initramfs/60-sekimori-hid.rules
	install -D -m 755 -t "$(share)/initramfs-tools/hooks" install/initramfs-tools/hooks/sekimori
	for each in init-top local-block init-bottom; do \
	        install -D -m 755 -t "$(share)/initramfs-tools/scripts/$$each" install/initramfs-tools/scripts/$$each/sekimori || exit; done
	install -D -m 755 -t "$(libdir)/dracut/modules.d/90sekimori" install/dracut/90sekimori/module-setup.sh install/dracut/90sekimori/deny.sh
	install -D -m 644 -t "$(libdir)/udev/rules.d" install/udev/*.rules
	install -D -m 644 -t "$(libdir)/sysusers.d" install/sysusers.d/sekimori.conf
	install -D -m 644 -t "$(share)/pam-configs" install/pam-configs/sekimori install/pam-configs/sekimori-session
	install -D -m 644 -t "$(share)/polkit-1/rules.d" install/polkit/50-sekimori.rules
	install -d -m 755 "$(DESTDIR)/etc/sekimori"
	[ -e "$(DESTDIR)/etc/pam.d/sekimori-password" ] || \
	        install -D -m 644 -t "$(DESTDIR)/etc/pam.d" install/pam.d/sekimori-password # an administrator's own stays
	install -D -m 644 -t "$(share)/man/man5" docs/man/*.5
	install -D -m 644 -t "$(share)/man/man8" docs/man/*.8
	install -D -m 644 -t "$(share)/man/ja/man5" docs/man/ja/*.5
	install -D -m 644 -t "$(share)/man/ja/man8" docs/man/ja/*.8
	install -D -m 644 install/completions/sekimori.bash "$(share)/bash-completion/completions/sekimori"
	install -D -m 644 -t "$(share)/zsh/vendor-completions" install/completions/_sekimori
	install -D -m 644 -t "$(share)/fish/vendor_completions.d" install/completions/sekimori.fish

deb: deps  ## Debian packages, into build/deb/
	@install/deb $(strip $(VERSION))

clean:  ## remove build/
	rm -rf build

help:  ## this list
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## /{printf "  make %-21s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: all deps $(lists) demo demo-often check check-vm check-screens check-deb check-stranger check-fleet check-asan fuzz bench picture compile_commands.json lint generate format install deb clean help
