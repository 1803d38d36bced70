# GpuContainers: the one door. `make help` lists the targets.
SHELL := /bin/bash
PREFIX ?= /usr
DESTDIR ?=
BIN := artifacts/bin
BUILD_PACKAGES := gcc libc6-dev zlib1g-dev
RUN_PACKAGES := runc busybox-static
TEST_PACKAGES := $(RUN_PACKAGES) crun podman uidmap containerd docker.io strace python3 python3-yaml
PACKAGE_PACKAGES := rpm lintian xz-utils debootstrap
# Cross compilers that this machine's architecture has; the packages of the other architecture are left out where there is none.
CROSS_PACKAGES := $(if $(filter x86_64,$(shell uname -m)),gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static,\
    gcc-x86-64-linux-gnu libc6-dev-amd64-cross)
PROGRAMS := nvidia-container-runtime nvidia-ctk-cli nvidia-ctk-installer
LINKS := nvidia-container-runtime.cdi nvidia-container-runtime.legacy nvidia-cdi-hook nvidia-container-runtime-hook nvidia-ctk

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help build simulator engines debian-root demo test test-slow test-races fuzz-boundary test-mutations conformance coverage man packages image \
    release-check check bench install install-simulator uninstall clean

help: ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the programs and their links into artifacts/bin.
	@eng/install-packages.sh $(BUILD_PACKAGES)
	@eng/publish.sh $(BIN)
	@ls -l $(BIN)

simulator: ## Build the GPU host simulator into artifacts/simulator.
	@eng/install-packages.sh $(BUILD_PACKAGES)
	@eng/publish-simulator.sh artifacts/simulator

demo: build simulator ## Run a real container with (simulated or real) GPUs through our runtime.
	@eng/install-packages.sh $(RUN_PACKAGES)
	@eng/demo.sh $(BIN)

test: build simulator engines ## Install what the tests need and run all that is functional; no test of these depends on time.
	@eng/install-packages.sh $(TEST_PACKAGES)
	@eng/test.sh

engines: ## Extract engines, shells, kubectl and an old glibc of other Debian suites beside the system; tests that need one are skipped where it cannot be had.
	-@eng/extract-packages.sh sid artifacts/debian/containerd-2 containerd
	-@eng/extract-packages.sh trixie artifacts/debian/containerd-1.7 containerd
	-@eng/extract-packages.sh trixie artifacts/debian/kubectl kubectl
	-@eng/extract-packages.sh trixie artifacts/debian/compose docker-compose
	-@eng/extract-packages.sh sid artifacts/debian/crun crun libc6 libcap2 libseccomp2 libjson-c5 libblake3-0 libsystemd0
	-@eng/extract-packages.sh bullseye artifacts/debian/glibc-2.31 libc6
	-@eng/extract-packages.sh bookworm artifacts/debian/zsh zsh zsh-common libcap2 libtinfo6
	-@eng/extract-packages.sh bookworm artifacts/debian/fish fish fish-common libpcre2-32-0 libtinfo6
	-@eng/extract-packages.sh trixie artifacts/debian/docker docker.io docker-cli

debian-root: ## Make clean Debian roots, without and with systemd and Docker, in which tests install the packages; skipped where they cannot be had.
	-@eng/install-packages.sh $(PACKAGE_PACKAGES) && eng/debian-root.sh bookworm artifacts/debian/root-bookworm
	-@eng/debian-root.sh bookworm artifacts/debian/machine-bookworm systemd systemd-sysv udev kmod docker.io

test-slow: build simulator engines debian-root ## What takes minutes by its nature: endurance, deadlines, races (short form), a million names, guides, packages.
	@eng/install-packages.sh $(TEST_PACKAGES)
	@eng/test.sh slow

test-races: build simulator ## The long run of the races: every hook ten thousand times, at all components of its paths.
	@eng/install-packages.sh $(TEST_PACKAGES)
	@eng/test-races.sh

fuzz-boundary: build simulator ## Start the built programs with hostile arguments, variables, inputs and files for SECONDS seconds (60), from SEED on.
	@eng/install-packages.sh $(RUN_PACKAGES) gcc libc6-dev
	@eng/fuzz-boundary.sh $(or $(SECONDS),60) $(SEED)

test-mutations: build simulator ## Take each guard of the hooks out and show that its test fails; writes docs/security-proofs.md.
	@eng/install-packages.sh $(TEST_PACKAGES)
	@eng/mutate.py

conformance: build ## Run the conformance cases of tests/conformance against the built programs.
	@eng/install-packages.sh $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@eng/conformance.sh $(BIN)

coverage: build simulator ## Run the unit tests and measure what they reach; artifacts/coverage holds a Cobertura file for each project.
	@eng/coverage.sh

man: build ## Write the manual pages into artifacts/man.
	$(BIN)/nvidia-ctk-cli man-pages --output=artifacts/man

packages: build simulator ## Build deb, rpm and tar.gz of both architectures with bill of materials and checksums into artifacts/packages.
	@eng/install-packages.sh $(PACKAGE_PACKAGES)
	-@eng/install-packages.sh $(CROSS_PACKAGES)
	@eng/packages.sh artifacts/packages

image: build ## Build the installer's image without a container engine; that of the other architecture too, where make packages has built its programs.
	@eng/install-packages.sh busybox-static python3 binutils
	@eng/image.sh artifacts/image

release-check: ## All that can be run here before a release: rules, tests, conformance, packages, images.
	$(MAKE) check
	$(MAKE) test
	$(MAKE) test-slow
	$(MAKE) conformance
	$(MAKE) packages
	$(MAKE) image
	lintian --fail-on error --allow-root artifacts/packages/*.deb

check: ## Formatting, analyzers, and the rules for source and documents.
	dotnet build GpuContainers.slnx --nologo -v quiet
	dotnet format GpuContainers.slnx --verify-no-changes --no-restore
	tests/Repository/bin/Debug/net10.0/GpuContainers.Repository.Tests --no-ansi --filter-class '*RulesTests' '*DocumentationTests'

bench: build simulator ## Time the programs beside a static C program and the bare low-level runtime; CHECK=1 fails when a budget is missed.
	@eng/install-packages.sh $(RUN_PACKAGES) gcc libc6-dev python3
	@eng/bench.sh $(BIN) $(if $(CHECK),--check)

install: ## Install the programs below DESTDIR/PREFIX/bin (build them first).
	@test -x $(BIN)/nvidia-container-runtime || { echo "nothing to install yet: run 'make build' first" >&2; exit 1; }
	install -d -m 0755 "$(DESTDIR)$(PREFIX)/bin"
	install -m 0755 $(addprefix $(BIN)/,$(PROGRAMS)) "$(DESTDIR)$(PREFIX)/bin/"
	for name in $(LINKS); do ln -sfn nvidia-container-runtime "$(DESTDIR)$(PREFIX)/bin/$$name"; done
	ln -f "$(DESTDIR)$(PREFIX)/bin/nvidia-container-runtime" "$(DESTDIR)$(PREFIX)/bin/nvidia-container-cli"
	ln -sfn nvidia-ctk-installer "$(DESTDIR)$(PREFIX)/bin/nvidia-toolkit"

install-simulator: ## Install the GPU host simulator below DESTDIR/PREFIX (build it first: make simulator).
	@test -x artifacts/simulator/gpu-host-simulator || { echo "nothing to install yet: run 'make simulator' first" >&2; exit 1; }
	install -d -m 0755 "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/lib/gpu-host-simulator"
	install -m 0755 artifacts/simulator/gpu-host-simulator artifacts/simulator/libnvidia-ml.so.1 "$(DESTDIR)$(PREFIX)/lib/gpu-host-simulator/"
	ln -sfn ../lib/gpu-host-simulator/gpu-host-simulator "$(DESTDIR)$(PREFIX)/bin/gpu-host-simulator"

uninstall: ## Remove what install put there; the configuration stays. UNDO=1 takes the engines' configuration back first.
	$(if $(UNDO),"$(DESTDIR)$(PREFIX)/bin/nvidia-ctk" runtime configure --undo --all)
	for name in $(PROGRAMS) $(LINKS) nvidia-container-cli nvidia-toolkit; do rm -f "$(DESTDIR)$(PREFIX)/bin/$$name"; done

clean: ## Remove everything that was built.
	rm -rf artifacts
	find src tests simulator -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true
