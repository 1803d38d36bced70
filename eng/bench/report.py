#!/usr/bin/env python3
"""Shows what bench.sh measured beside the budgets, and writes it to a file; the same as a Markdown table (.md) and as a plot (.svg) beside it.

usage: report.py [--check] SAMPLES OUTPUT

SAMPLES has lines "ROW bare|ours|theirs MICROSECONDS PEAK-KIB"; theirs are the programs in the folder REFERENCE. With --check
the status is 1 when a budget is missed. The budgets of times hold on a machine where a
static C program starts in half a millisecond; on a slower one they grow as its own start does, in turns with the programs and by the same timer: among
other processes, and not again and again by itself, which is faster.
"""
import collections
import json
import os
import statistics
import subprocess
import sys

import figures

QUIET_START = 0.5

# Row, title, what is compared with the budget, budget. "added": milliseconds above those of the bare row; "whole": milliseconds;
# "times ROW": how often as long as the bare or our median of that row; "bytes": megabytes.
ROWS = [
    ("core-start", "a start of the core", "times bare core-start", 2.2),
    ("hook-start", "a start of a hook", "times bare hook-start", 2.5),
    ("core-start-2000-mounts", "the same beside 2000 mounts", "times ours core-start", 1.25),
    ("exec", "a verb that is passed on (state)", "added", 0.8),
    ("plan", "create: the edit alone", "added", 2.8),
    ("gpus-16", "the edit with 16 GPUs in the host, not 1", "times ours gpus-1", 1.1),
    ("cdi", "create, mode cdi", "added", None),
    ("create", "create: with runc and all hooks", "added", 14),
    ("create-again", "the same with a library cache in the container", "whole", None),
    ("create-floor", "runc alone with that specification, empty hooks", "whole", None),
    ("start", "start, with runc", "added", None),
    ("state", "state, with runc", "added", None),
    ("delete", "delete, with runc", "added", None),
    ("generate", "nvidia-ctk cdi generate", "whole", 5),
    ("doctor", "nvidia-ctk doctor, all checks", "whole", 1000),
    ("doctor-check", "the slowest check of doctor", "whole", 200),
    ("cli-list", "nvidia-container-cli list", "whole", None),
    ("cli-info", "nvidia-container-cli info", "whole", None),
    ("cli-configure", "nvidia-container-cli configure, 2 GPUs", "whole", 12),
    ("hook-create-symlinks", "hook create-symlinks, 30 links", "whole", 1.5),
] + [
    (f"hook-{name}", f"hook {name}", "whole", 1.5) for name in (
        "update-ldcache", "enable-cuda-compat", "update-application-profile", "chmod", "disable-device-node-modification")
] + [("hook-sequence", "hook sequence, all of these in one process", "whole", 5)]
CORE = ["exec", "plan"] + [row for row, *_ in ROWS if row.startswith("hook-") and row != "hook-start"]
MOST_MEMORY, MOST_INSTALLED = 4.5, 13
# What grows, and with what; each row is NAME-COUNT.
GROWTH = [
    ("gpus", "the edit, by GPUs of the host", [1, 2, 8, 16]),
    ("libraries", "hook update-ldcache, by libraries", [50, 200, 600, 2000]),
    ("specifications", "create in mode cdi, by specification files", [1, 20, 200]),
    ("together", "containers created at once, for all of them", [1, 4, 16, 64]),
]


def read(path):
    """The times in milliseconds and the peaks in MiB, by row and kind."""
    times, peaks = collections.defaultdict(list), collections.defaultdict(list)
    with open(path) as samples:
        for row, kind, micros, kib in map(str.split, samples):
            times[row, kind].append(float(micros) / 1000)
            peaks[row, kind].append(float(kib) / 1024)
    return times, peaks


def line(row, title, measure, budget, median, scale):
    bare, ours, theirs = median.get((row, "bare")), median[row, "ours"], median.get((row, "theirs"))
    result = {"row": row, "title": title, "bare_ms": bare, "median_ms": ours, "measure": measure}
    if theirs is not None:
        result |= {"theirs_ms": theirs, "theirs_value": theirs - bare if measure == "added" else theirs}
    if measure.startswith("times"):
        _, kind, other = measure.split()
        return result | {"value": ours / median[other, kind], "unit": "times", "budget": budget}
    return result | {"value": ours - bare if measure == "added" else ours, "unit": "ms", "budget": budget and budget * scale}


def judge(samples):
    times, peaks = read(samples)
    median = {key: statistics.median(values) for key, values in times.items()}
    c = statistics.median(times["exec", "bare"] + times["plan", "bare"])
    scale = max(1, c / QUIET_START)
    rows = [line(*row, median, scale) for row in ROWS]
    for row in rows:
        row["ratio"] = row["median_ms"] / c
        row["peak_mib"] = statistics.median(peaks[row["row"], "ours"]) or None
    growth = [grown(name, title, counts, median) for name, title, counts in GROWTH]
    each = {count: percentile(times[f"each-{count}", "ours"], 99) for count in GROWTH[3][2]}
    memory = max(statistics.median(peaks[row, "ours"]) for row in CORE)
    rows.append({"row": "memory", "title": "peak memory of the core, the most of the rows", "value": memory, "unit": "MiB", "budget": MOST_MEMORY})
    rows.append({"row": "installed", "title": "installed, core and tools", "value": times["installed", "ours"][0] / 1000,
                 "unit": "MB", "budget": MOST_INSTALLED})
    for row in rows:
        row["met"] = row["value"] <= row["budget"] if row["budget"] else None
    return {"static_c_start_ms": c, "scale": scale, "rows": rows, "growth": growth, "together_p99_ms": each, "together_added": added_together(median)}


def grown(name, title, counts, median):
    kinds = {kind: [median.get((f"{name}-{count}", kind)) for count in counts] for kind in ("bare", "ours", "theirs")}
    return {"row": name, "title": title, "counts": counts, "ms": {kind: values for kind, values in kinds.items() if None not in values}}


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def added_together(median):
    """How often as much as for one container by itself 64 at once add, divided by 64: 1 is linear."""
    added = {row: median[row, "ours"] - median[row, "bare"] for row in ("create", "together-64")}
    return added["together-64"] / (64 * added["create"])


def show(result):
    def number(value, form):
        return "" if value is None else format(value, form)

    print(f"a static C program starts in {result['static_c_start_ms']:.2f} ms: budgets of times are those of a quiet machine times {result['scale']:.2f}")
    print(f"{'':50}{'bare ms':>9}{'median ms':>11}{'/ C start':>11}{'peak MiB':>10}{'counts':>9}{'':7}{'budget':>9}")
    for row in result["rows"]:
        met = {True: "met", False: "MISSED", None: ""}[row["met"]]
        print(f"{row['title']:50}{number(row.get('bare_ms'), '.2f'):>9}{number(row.get('median_ms'), '.2f'):>11}{number(row.get('ratio'), '.1f'):>11}"
              f"{number(row.get('peak_mib'), '.1f'):>10}{row['value']:>9.2f} {row['unit']:6}{number(row['budget'], '.2f'):>9} {met}".rstrip())


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    result = judge(arguments[0])
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    with open(arguments[1], "w") as output:
        json.dump({"commit": commit, "processors": os.cpu_count(), **result}, output, indent=1)
        output.write("\n")
    show(result)
    figures.write(result, arguments[1].removesuffix(".json"))
    for line in result["growth"]:
        print(f"{line['title']}: " + ", ".join(f"{count}: {value:.2f} ms" for count, value in zip(line["counts"], line["ms"]["ours"])))
    print(f"64 containers at once add {result['together_added']:.2f} times what 64 single ones add")
    missed = [row["title"] for row in result["rows"] if row["met"] is False]
    if missed:
        print(f"missed: {', '.join(missed)}")
    sys.exit(1 if missed and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
