#!/usr/bin/env python3
"""Writes the order in which the code of the core lies, by what runs when a container starts:

  eng/aot/order.txt   compiled methods (ilc --order)
  eng/aot/start.ld    functions of the runtime and the C library, by the sections of their object files (ld -T)

  order.py [PROGRAMS]     PROGRAMS: the built programs, artifacts/bin by default (make build simulator)

A probe of the kernel (uprobes) stands at each of them during a round of the benchmark (eng/bench/host.sh): verbs, edits, containers and each hook by
itself. What the most processes run comes first, so that a hook does not meet the code of an edit between what both have in common; of equals, what runs first.
Needs root, runc and tracefs; probes that others have set on this machine are taken away.
"""

import bisect
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
TRACING = "/sys/kernel/tracing"
CALL = re.compile(r"-\d+\s+\(\s*(\d+|-+)\)\s.* m([0-9a-f]+): \(")
def functions(program, symbols, pattern):
    """The names of all functions in sections of that name, by their place in the file, and how addresses are moved there."""
    sections = subprocess.run(["readelf", "-SW", program], capture_output=True, text=True, check=True).stdout
    places = [[int(word, 16) for word in place] for place in re.findall(rf"{pattern}\s+PROGBITS\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)", sections)]
    found = {}
    for line in subprocess.run(["nm", symbols], capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[1] in "tTwWi" and any(start <= int(words[0], 16) < start + size for start, _, size in places):
            found.setdefault(int(words[0], 16), []).append(words[2])
    return found, places[0][0] - places[0][1]


def input_sections(link_map):
    """What the linker put where: address, size, name of the section, and the pattern of its file, in the order of addresses."""
    found, name = [], None
    with open(link_map, errors="replace") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 1 and words[0].startswith(".text"):
                name = words[0]
                continue
            if words and words[0].startswith(".text") and line.startswith(" "):
                name, words = words[0], words[1:]
            if name and len(words) == 3 and words[0].startswith("0x") and words[1].startswith("0x") and int(words[1], 16) > 0:
                file = os.path.basename(words[2]).rstrip(")").replace("(", ":")
                found.append((int(words[0], 16), int(words[1], 16), name, "*" + file))
            name = None
    return sorted(found)


def script(sections, addresses):
    """The linker script that puts the sections of these functions in front of all others."""
    starts = [section[0] for section in sections]
    wanted = {}
    for address in addresses:
        start, size, name, file = sections[bisect.bisect_right(starts, address) - 1]
        # The program's own object file is ilc's to order.
        if address < start + size and not file.startswith("*nvidia-"):
            wanted[f"    {file}({name})\n"] = size
    body = "".join(wanted)
    return f"""/* Code of the runtime and the C library that runs when a container starts, side by side. Written by eng/aot/order.py; what a machine's
   libraries do not have is passed over. */
SECTIONS
{{
  .text.start :
  {{
{body}  }}
  .fini : {{ KEEP (*(SORT_NONE(.fini))) }}
}}
INSERT BEFORE .text;
""", sum(wanted.values())


def tell(name, text):
    """Writes to a file of the tracer, as one piece that the kernel adds to what it has."""
    descriptor = os.open(os.path.join(TRACING, name), os.O_WRONLY | (os.O_APPEND if text else os.O_TRUNC))
    try:
        left = text.encode()
        while left:
            left = left[os.write(descriptor, left):]
    finally:
        os.close(descriptor)


def work(programs):
    """A round of the benchmark."""
    simulator = os.path.join(ROOT, "artifacts", "simulator", "gpu-host-simulator")
    with tempfile.TemporaryDirectory() as folder:
        rootfs = os.path.join(folder, "rootfs")
        subprocess.run([os.path.join(ROOT, "eng", "demo", "rootfs.sh"), rootfs], check=True)
        for tool in ("timer", "quick"):
            subprocess.run(["gcc", "-O2", "-static", "-o", os.path.join(folder, tool), os.path.join(ROOT, "eng", "bench", tool + ".c")], check=True)
        host = os.path.join(ROOT, "eng", "bench", "host.sh")
        subprocess.run([simulator, "run", "--programs", programs, "rtx-graphics", "--", host, programs, rootfs, folder, "1"],
                       env={**os.environ, "REFERENCE": ""}, stdout=subprocess.DEVNULL, check=True)


def in_order(calls):
    """The addresses, those that the most processes have called first; of equals, the one that was called first. Calls are pairs of a process and an address."""
    callers = {}
    for process, address in calls:
        callers.setdefault(address, set()).add(process)
    return sorted(callers, key=lambda address: -len(callers[address]))


def main():
    programs = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "artifacts", "bin"))
    program = os.path.join(programs, "nvidia-container-runtime")
    machine = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}[os.uname().machine]
    symbols = os.path.join(ROOT, "artifacts", "publish", machine, "Runtime", "nvidia-container-runtime.dbg")
    managed, moved = functions(program, symbols, "__managedcode")
    native, _ = functions(program, symbols, r"\.text(?:\.start)?")
    sections = input_sections(os.path.join(ROOT, "src", "Runtime", "obj", "Release", "net10.0", machine, "link.map"))
    # A section begins with its function, which need not have a name in the table of symbols.
    native = {*native, *(start for start, _, _, _ in sections if start)}
    if not os.path.exists(os.path.join(TRACING, "uprobe_events")):
        subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACING], check=True)
    tell("uprobe_events", "")
    tell("uprobe_events", "".join(f"p:start/m{address:x} {program}:{address - moved:#x}\n" for address in sorted([*managed, *native])))
    try:
        tell("buffer_size_kb", "1048576")
        tell("options/record-tgid", "1")
        tell("trace", "")
        tell("tracing_on", "1")
        tell("events/start/enable", "1")
        work(programs)
        tell("tracing_on", "0")
        with open(os.path.join(TRACING, "trace"), errors="replace") as trace:
            calls = dict.fromkeys(CALL.search(line).groups() for line in trace if not line.startswith("#"))
    finally:
        tell("events/start/enable", "0")
        tell("uprobe_events", "")
        tell("buffer_size_kb", "1024")
    called = in_order((process, int(address, 16)) for process, address in calls)
    order = dict.fromkeys(name for address in called if address in managed for name in managed[address])
    text, size = script(sections, (address for address in called if address in native))
    if not order or not size:
        sys.exit("nothing was traced; nothing is written")
    with open(os.path.join(HERE, "order.txt"), "w") as file:
        file.writelines(name + "\n" for name in order)
    with open(os.path.join(HERE, "start.ld"), "w") as file:
        file.write(text)
    print(f"{len(order)} of {sum(map(len, managed.values()))} methods and {size >> 10} KiB of other code run when a container starts")


if __name__ == "__main__":
    main()
