#!/usr/bin/env python3
"""Writes eng/aot/order.txt: the methods of the core that run when a container starts, in the order in which each runs first.

  order.py [PROGRAMS]     PROGRAMS: the built programs, artifacts/bin by default (make build simulator)

A probe of the kernel (uprobes) stands at each method while the core passes on a verb, edits a specification and works as each hook. Needs root and tracefs;
probes that others have set on this machine are taken away.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
TRACING = "/sys/kernel/tracing"
HOOKS = [
    ["create-symlinks", "--link", "libx.so.1::/usr/lib/libx.so"],
    ["update-ldcache", "--folder", "/opt/driver"],
    ["enable-cuda-compat", "--host-driver-version=570.133.20"],
    ["disable-device-node-modification"],
    ["update-application-profile"],
    ["chmod", "--mode", "755", "--path", "/opt/driver"],
]
EDIT = """
set -e
mkdir -p /run/edit/rootfs && cd /run/edit
printf '[nvidia-container-runtime]\\nruntimes = ["/bin/true"]\\n' >config.toml
printf '%s' '{"ociVersion":"1.0.2","process":{"args":["true"],"cwd":"/","env":["PATH=/bin","NVIDIA_VISIBLE_DEVICES=all",
"NVIDIA_DRIVER_CAPABILITIES=all"]},"root":{"path":"rootfs"},"linux":{}}' >config.json
export NVIDIA_CTK_CONFIG_FILE_PATH=/run/edit/config.toml
"$1/nvidia-container-runtime" state c
"$1/nvidia-container-runtime" create --bundle /run/edit c
"""


def methods(program, symbols):
    """The names of all compiled methods, by address."""
    sections = subprocess.run(["readelf", "-SW", program], capture_output=True, text=True, check=True).stdout
    place = re.search(r"__managedcode\s+PROGBITS\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)", sections)
    start, size = int(place[1], 16), int(place[3], 16)
    found = {}
    for line in subprocess.run(["nm", symbols], capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[1] in "tTwW" and start <= int(words[0], 16) < start + size:
            found.setdefault(int(words[0], 16), []).append(words[2])
    return found, start - int(place[2], 16)


def tell(name, text):
    """Writes to a file of the tracer, as one piece that the kernel adds to what it has."""
    descriptor = os.open(os.path.join(TRACING, name), os.O_WRONLY | (os.O_APPEND if text else os.O_TRUNC))
    try:
        if text:
            os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def work(programs):
    """Does once what is done for each container."""
    simulator = os.path.join(ROOT, "artifacts", "simulator", "gpu-host-simulator")
    subprocess.run([simulator, "run", "--programs", programs, "rtx-graphics", "--", "sh", "-c", EDIT, "sh", programs], check=True)
    with tempfile.TemporaryDirectory() as folder:
        for path in ("etc", "usr/lib", "opt/driver", "proc/driver/nvidia"):
            os.makedirs(os.path.join(folder, "rootfs", path))
        library = subprocess.run(["gcc", "-print-file-name=libm.so.6"], capture_output=True, text=True, check=True).stdout.strip()
        subprocess.run(["cp", library, os.path.join(folder, "rootfs/opt/driver/libm.so.6")], check=True)
        state = json.dumps({"bundle": folder, "root": "rootfs"})
        for hook in HOOKS:
            subprocess.run(["unshare", "--mount", os.path.join(programs, "nvidia-cdi-hook"), *hook], input=state, text=True, check=True)


def main():
    programs = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "artifacts", "bin"))
    program = os.path.join(programs, "nvidia-container-runtime")
    machine = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}[os.uname().machine]
    names, moved = methods(program, os.path.join(ROOT, "artifacts", "publish", machine, "Runtime", "nvidia-container-runtime.dbg"))
    if not os.path.exists(os.path.join(TRACING, "uprobe_events")):
        subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACING], check=True)
    tell("uprobe_events", "")
    for address in sorted(names):
        tell("uprobe_events", f"p:start/m{address:x} {program}:{address - moved:#x}\n")
    try:
        tell("buffer_size_kb", "65536")
        tell("trace", "")
        tell("events/start/enable", "1")
        work(programs)
        with open(os.path.join(TRACING, "trace"), errors="replace") as trace:
            calls = re.findall(r" m([0-9a-f]+): \(", trace.read())
    finally:
        tell("events/start/enable", "0")
        tell("uprobe_events", "")
    order = dict.fromkeys(name for address in calls for name in names[int(address, 16)])
    with open(os.path.join(HERE, "order.txt"), "w") as file:
        file.writelines(name + "\n" for name in order)
    print(f"{len(order)} of {sum(map(len, names.values()))} methods run when a container starts")


if __name__ == "__main__":
    main()
