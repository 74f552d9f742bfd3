# The words people try. The build itself is CMake's: see CMakeLists.txt and CMakePresets.json.

PREFIX ?= /usr/local

BUILD_PACKAGES = gcc libc6-dev cmake ninja-build pkg-config libcjson-dev libmd4c-dev libinih-dev libxxhash-dev \
                 libmd-dev uthash-dev libncurses-dev libuv1-dev libsystemd-dev scdoc
CHECK_PACKAGES = libcriterion-dev git tmux python3-jsonschema graphviz zsh fish
BENCH_PACKAGES = watchman taskwarrior
CI_PACKAGES    = clang clang-format clang-tidy gcovr libclang-rt-14-dev dpkg-dev
SYSTEMD_PACKAGES = mmdebstrap systemd-container
PACKAGE_PACKAGES = debhelper dpkg-dev fakeroot lintian

.PHONY: package package-check first-steps man systemd-deps systemd-check all deps build-deps ci-deps demo check install uninstall coverage format \
        format-check tidy asan tsan bench scaling fault forged soak fuzz clean

all: build-deps
	@cmake --preset release >build-log.tmp 2>&1 || { cat build-log.tmp; rm -f build-log.tmp; exit 1; }; rm -f build-log.tmp
	@cmake --build --preset release

# Installs the Debian packages that are missing, and says which.
define install_packages
	@missing=; for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "Installing with apt:$$missing"; \
	    root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	    $$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

deps: build-deps
	$(call install_packages,$(CHECK_PACKAGES))

build-deps:
	$(call install_packages,$(BUILD_PACKAGES))

ci-deps: deps
	$(call install_packages,$(CI_PACKAGES))

# The main job on a sample workspace of our own, every command shown with its output.
demo: all
	@docs/example/demo build/release/client/batchctl

check: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev
	@ctest --preset dev

# Manual pages and config/batchd.conf, made anew from the tables of the program.
man: build-deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl
	@docs/man/renew build/dev/client/batchctl

systemd-deps:
ifeq ($(shell id -u),0)
	$(call install_packages,$(SYSTEMD_PACKAGES))
endif

# The units under a real systemd in a container: the sandbox, hangs, kills, reload, stop. Needs root; elsewhere it says
# loudly that nothing was checked.
systemd-check: deps systemd-deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd batchd-generator systemd_probe
	@tests/systemd/check build/dev || [ $$? = 77 ]

# Debian packages in build/package, which lintian accepts; and, where a container can be had, their installation, use,
# upgrade and removal.
package: build-deps
	$(call install_packages,$(PACKAGE_PACKAGES))
	@config/package
	@lintian --fail-on error,warning build/package/*.changes

package-check: package systemd-deps
	@tests/systemd/first-steps build/package/batchd_*.deb || [ $$? = 77 ]
	@config/package as 99.0
	@tests/systemd/package-check build/package/batchd_*.deb || [ $$? = 77 ]

# The transcript of docs/first-steps.md once more, in a fresh container. "make package-check" does that, too.
first-steps: package systemd-deps
	@tests/systemd/first-steps build/package/batchd_*.deb || [ $$? = 77 ]

install: build-deps
	@cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX) >/dev/null
	@cmake --build --preset release
	@cmake --install build/release

# What "make install" has put there, and the folders of its own that are empty then.
uninstall:
	@test -f build/release/install_manifest.txt || { echo "nothing was installed from here"; exit 1; }
	@xargs -d '\n' rm -fv <build/release/install_manifest.txt
	@xargs -d '\n' -n 1 dirname <build/release/install_manifest.txt | sort -ru | grep batch | \
	    xargs -d '\n' rmdir --ignore-fail-on-non-empty -p 2>/dev/null || true

# At least 90 % of the lines of core, client and daemon, by tests of behaviour.
coverage: ci-deps
	@cmake --preset coverage >/dev/null
	@cmake --build --preset coverage
	@find build/coverage -name '*.gcda' -delete
	@ctest --preset coverage -E '/dying/|hostile_many|daemon/load|storm/trials|^(search|layers|words|completion)'
	@gcovr --root . --filter core/ --filter client/ --filter daemon/ --exclude-throw-branches --print-summary --sort-uncovered \
	    --fail-under-line 90 build/coverage

format: ci-deps
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

format-check: ci-deps
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run --Werror

tidy: ci-deps
	@cmake --preset tidy >/dev/null
	@cmake --build --preset tidy -- -k 0

# Without what is long, and shows nothing here that the same tests do not show in "make check".
asan tsan: deps
	@cmake --preset $@ >/dev/null
	@cmake --build --preset $@
	@ctest --preset $@ -E '/dying/|hostile_many|daemon/load|storm/|^(search|layers|words|completion)'

# Timings, as ratios against other programs measured in the same run; no tests. See docs/performance.md.
bench: deps
	$(call install_packages,$(BENCH_PACKAGES))
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target bench
	@tests/bench/run build/dev

# Each verb on n and on 4 n: what grows faster than its input fails. Some minutes, on a machine that does nothing else.
scaling: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl
	@tests/bench/scaling build/dev

# Every forged state folder, by every verb, with and without a daemon. Some minutes.
forged: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd trap system_forged
	@for mode in direct daemon; do \
	    BATCHD_FORGED=all BATCHD_TEST_MODE=$$mode nice build/dev/tests/system_forged --jobs 2 || exit 1; \
	done

# Faults injected into the real program: every disk operation in every way, planted bugs that the loops must find, and a
# short soak. About five minutes on two processors; mounts and power cuts need root.
fault: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl fault_loop fault_soak
	@build/dev/tests/fault/fault_loop build/dev/client/batchctl build/dev/tests/fault/libfault_shim.so --jobs 2
	@tests/fault/planted
	@tests/fault/soak build/dev kills 50 races 5000 swaps 1000 cuts 200 disks

# The same for long: 500 kills, 100,000 races, 20,000 rounds of swaps, power cuts at every operation, also while it
# recovers, full disks. Before them 50,000 random changes under a daemon's eyes, and all it has to survive. Power cuts and
# mounts need root.
soak: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd fault_soak storm_storm storm_trials
	@build/dev/tests/storm/storm_storm build/dev/daemon/batchd build/dev/client/batchctl 50000
	@build/dev/tests/storm/storm_trials build/dev/daemon/batchd build/dev/client/batchctl --long
	@tests/storm/planted
	@tests/fault/soak build/dev

# The parsers, fed with what libFuzzer makes up, for SECONDS each; then with bugs planted, which have to be found.
SECONDS ?= 60
fuzz: ci-deps
	@tests/fuzz/fetch-cjson build/fuzz/cjson
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz
	@tests/fuzz/run $(SECONDS)
	@tests/fuzz/planted

clean:
	rm -rf build
