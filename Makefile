# The short commands: "make help" lists them. The build itself is CMake's: see CMakeLists.txt and CMakePresets.json.

PREFIX ?= /usr/local

BUILD_PACKAGES = gcc libc6-dev cmake ninja-build pkg-config libcjson-dev libmd4c-dev libinih-dev libxxhash-dev \
                 libmd-dev uthash-dev libncurses-dev libuv1-dev libsystemd-dev libpq-dev musl-tools scdoc
CHECK_PACKAGES = libcriterion-dev git tmux python3-jsonschema graphviz zsh fish jq socat postgresql openssl iproute2
BENCH_PACKAGES = watchman taskwarrior
CI_PACKAGES    = chromium clang clang-format clang-tidy gcovr libclang-rt-14-dev dpkg-dev
SYSTEMD_PACKAGES = mmdebstrap systemd-container
PACKAGE_PACKAGES = debhelper dpkg-dev fakeroot lintian

.PHONY: all asan bench build-deps check ci-deps clean coverage demo deps examples fault first-steps forged format format-check fuzz help \
        install man mcp-check musl-check old-check package package-check scaling sizes soak systemd-check systemd-deps team-check tidy trixie-check tsan uninstall

## build the programs in build/release (the default)
all: build-deps
	@cmake --preset release >build-log.tmp 2>&1 || { cat build-log.tmp; rm -f build-log.tmp; exit 1; }; rm -f build-log.tmp
	@echo "Building batchctl and batchd in build/release"
	@cmake --build --preset release -- --quiet

## list the targets
help:
	@awk '/^## / { text = substr($$0, 4); next } text && /^[a-z]/ { printf "make %-14s %s\n", $$1, text } { text = "" }' FS=: $(MAKEFILE_LIST)

# Installs the Debian packages that are missing, and prints their names.
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

## install what the tests need
deps: build-deps
	$(call install_packages,$(CHECK_PACKAGES))

## install what the build needs
build-deps:
	$(call install_packages,$(BUILD_PACKAGES))

## install what .ci/run needs
ci-deps: deps
	$(call install_packages,$(CI_PACKAGES))

## show a level of a sample plan from start to end
demo: all
	@docs/example/demo build/release/client/batchctl

## build with -Werror and run all tests
check: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev
	@ctest --preset dev

## renew the outputs of the examples on the pages
examples: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd
	@tests/examples --renew build/dev/client/batchctl build/dev/daemon/batchd

## renew the manual pages and config/batchd.conf
man: build-deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl
	@docs/man/renew build/dev/client/batchctl

## install what systemd-check needs (root only)
systemd-deps:
ifeq ($(shell id -u),0)
	$(call install_packages,$(SYSTEMD_PACKAGES))
endif

# The sandbox, hangs, kills, reload, stop. Without root it prints that nothing was checked.
## test the units under systemd in a container (root)
systemd-check: deps systemd-deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev
	@tests/systemd/check build/dev || [ $$? = 77 ]

## build the Debian packages in build/package
package: build-deps
	$(call install_packages,$(PACKAGE_PACKAGES))
	@config/package
	@lintian --fail-on error,warning build/package/*.changes

## test package, upgrade and first steps in a container (root)
package-check: package systemd-deps
	@tests/systemd/first-steps build/package/batchd_*.deb || [ $$? = 77 ]
	@config/package as 99.0
	@tests/systemd/package-check build/package/batchd_*.deb || [ $$? = 77 ]

# The package, its lintian, and the tests, in a throw-away copy of a root file system that is made once; then the units.
## build and test on Debian 13 in a container (root)
trixie-check: deps systemd-deps
	@tests/trixie || [ $$? = 77 ]
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev
	@CONTAINER_RELEASE=trixie tests/systemd/check build/dev || [ $$? = 77 ]

# With the libraries built from Debian's sources, which are fetched once. Without the units and the helper for PostgreSQL.
## build with musl, and run quick suites on that
musl-check: deps
	@tests/musl

# "make package-check" includes it.
## run docs/first-steps.md in a container (root)
first-steps: package systemd-deps
	@tests/systemd/first-steps build/package/batchd_*.deb || [ $$? = 77 ]

## install in PREFIX (/usr/local)
install: build-deps
	@cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX) >/dev/null
	@cmake --build --preset release
	@cmake --install build/release

# Also the project's folders that are empty then.
## remove what "make install" installed
uninstall:
	@test -f build/release/install_manifest.txt || { echo "nothing was installed from here"; exit 1; }
	@xargs -d '\n' rm -fv <build/release/install_manifest.txt
	@xargs -d '\n' -n 1 dirname <build/release/install_manifest.txt | sort -ru | grep batch | \
	    xargs -d '\n' rmdir --ignore-fail-on-non-empty -p 2>/dev/null || true

## format the sources
format: ci-deps
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

## check the format of the sources
format-check: ci-deps
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run --Werror

## run clang and clang-tidy
tidy: ci-deps
	@cmake --preset tidy >/dev/null
	@cmake --build --preset tidy -- -k 0

# "make check" uses the disk; these runs use memory, where a sync costs nothing. They leave out long tests that show no more under
# a sanitizer than in "make check", and of the longest suites the mode in which only one of the programs takes part.
IN_MEMORY = TMPDIR=$$([ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 1000000 ] && echo /dev/shm || echo /tmp)
LONG = '/dying/|(mcp|schema)/dying|^schema$$|hostile_many|daemon/load|daemon/same|storm/|system/(daemon/)?(hints|parallel)$$|^system/(claims|conflict|forged|hostile)$$|^(search|layers|words|completion|examples|links|make-help)'

## run the tests under AddressSanitizer and UBSan
asan: deps
	@cmake --preset asan >/dev/null
	@find build/asan -name '*.gcda' -delete
	@cmake --build --preset asan
	@$(IN_MEMORY) ctest --preset asan -E $(LONG)

# The tests of behaviour, in the run of "make asan", reach at least 90 % of the lines of core, client and daemon.
## the same tests, and the coverage of the lines
coverage: ci-deps asan
	@gcovr --root . --filter core/ --filter client/ --filter daemon/ --exclude-throw-branches --print-summary --sort-uncovered \
	    --gcov-ignore-parse-errors -j "$$(nproc)" --fail-under-line 90 build/asan

## run the tests under ThreadSanitizer
tsan: deps
	@cmake --preset tsan >/dev/null
	@cmake --build --preset tsan
	@$(IN_MEMORY) ctest --preset tsan -E $(LONG)

# Ratios against other programs in the same run; no tests. See docs/performance.md.
## measure everything
bench: deps
	$(call install_packages,$(BENCH_PACKAGES))
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target bench
	@tests/bench/run build/dev

## print the bytes of the programs without symbols
sizes: all
	@tests/sizes build/release

# Each verb on n and on 4 n. Some minutes, on an idle machine.
## find what grows faster than its input
scaling: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl
	@tests/bench/scaling build/dev

# By every verb, with and without a daemon. Some minutes.
## try every forged state folder
forged: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd trap system_forged
	@for mode in direct daemon; do \
	    BATCHD_FORGED=all BATCHD_TEST_MODE=$$mode nice build/dev/tests/system_forged --jobs 2 || exit 1; \
	done

# Builds 0.1.0 from the history of the repository.
## try the programs of 0.1.0 with these
old-check: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd
	@tests/old-check build/dev || [ $$? = 77 ]

# The official SDK, its inspector and the conformance suite, from npm, which are kept in ~/.cache.
## try batchctl mcp with clients of other authors
mcp-check: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl
	@tests/mcp/check build/dev/client/batchctl

# 10 x 100 agents on 10,000 achievements among others, with figures, and planted bugs. About ten minutes.
## many agents on a team's PostgreSQL server
team-check: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchd-claims-postgres
	@tests/team/postgres --long build/dev/client/batchd-claims-postgres
	@tests/team/postgres --planted build/dev/client/batchd-claims-postgres

# Every disk operation in every way, planted bugs that the loops must find, and a short soak. About five minutes on two
# processors; mounts and power cuts need root.
## inject faults into the real program
fault: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl fault_loop fault_soak
	@build/dev/tests/fault/fault_loop build/dev/client/batchctl build/dev/tests/fault/libfault_shim.so --jobs 2
	@tests/fault/exchange build/dev/client/batchctl build/dev/tests/fault/libfault_shim.so
	@tests/fault/planted
	@tests/fault/soak build/dev kills 50 races 5000 swaps 1000 cuts 200 disks

# 500 kills, 100,000 races, 20,000 rounds of swaps, power cuts at every operation, also during the recovery, full disks.
# Before them 50,000 random changes under a daemon, and all its trials. Power cuts and mounts need root.
## the same for long, and the storms
soak: deps
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target batchctl batchd fault_soak storm_storm storm_trials claims_exclusion
	@build/dev/tests/storm/storm_storm build/dev/daemon/batchd build/dev/client/batchctl 50000
	@build/dev/tests/storm/storm_trials build/dev/daemon/batchd build/dev/client/batchctl --long
	@tests/storm/planted
	@tests/claims/soak build/dev
	@tests/fault/soak build/dev

# Then again with planted bugs, which it must find.
SECONDS ?= 60
## fuzz each parser for SECONDS (60)
fuzz: ci-deps
	@tests/fuzz/fetch-cjson build/fuzz/cjson
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz
	@tests/fuzz/run $(SECONDS)
	@tests/fuzz/planted

## remove build
clean:
	rm -rf build
