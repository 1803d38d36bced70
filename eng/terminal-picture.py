#!/usr/bin/env python3
"""A picture of a terminal screen, from a golden file of what a program prints.

usage: eng/terminal-picture.py testdata/doctor/broken.txt "nvidia-ctk doctor" docs/guide/doctor.svg [GROUPS]

Shown are the first GROUPS groups (2), which blank lines end, and the last line. The words of verdicts have the colours that the program gives them on a
terminal.
"""
import sys
from xml.sax.saxutils import escape

WIDTH, LINE, LETTER, MARGIN = 80, 18, 8.4, 16
COLOURS = {"error": "#ff7b72", "warning": "#e3b341", "ok": "#7ee787"}


def shown(lines, groups):
    kept, ends = [], 0
    for line in lines:
        kept.append(line)
        ends += line == ""
        if ends == groups:
            break
    return kept if len(kept) >= len(lines) - 1 else kept + ["⋮", "", lines[-1]]


def row(line, y):
    words = line.split(None, 1)
    colour = COLOURS.get(words[0]) if words and line.startswith("  ") and not line.startswith("   ") else None
    if colour is None:
        weight = ' font-weight="bold"' if line and not line.startswith(" ") and not line[0].isdigit() else ""
        return f'<text x="{MARGIN}" y="{y}"{weight}>{escape(line)}</text>'
    rest = line[2 + len(words[0]):]
    return f'<text x="{MARGIN}" y="{y}">  <tspan fill="{colour}" font-weight="bold">{words[0]}</tspan>{escape(rest)}</text>'


def main():
    source, command, target = sys.argv[1:4]
    groups = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    with open(source, encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    # A command may be longer than the screen: the terminal would break it.
    rows = [f"$ {command}", ""]
    for line in shown(lines, groups):
        while len(line) > WIDTH:
            rows.append(line[:WIDTH])
            line = line[WIDTH:]
        rows.append(line)
    width, height = round(WIDTH * LETTER + 2 * MARGIN), len(rows) * LINE + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
           f"<title>{escape(command)}</title>",
           f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
           '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">']
    out += [row(line, MARGIN + (i + 1) * LINE - 4) for i, line in enumerate(rows)]
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n</g>\n</svg>\n")


main()
