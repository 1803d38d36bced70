"""The figures of a benchmark as a Markdown table and as a plot."""
import os
import platform
from xml.sax.saxutils import escape

COLOURS = {"bare": "#9aa5b1", "ours": "#2f7d32", "theirs": "#c0392b"}
WIDTH, ROW, LEFT = 880, 34, 330


def write(result, path):
    with open(path + ".md", "w") as output:
        output.write(table(result))
    with open(path + ".svg", "w") as output:
        output.write(plot(result))


def machine():
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return f"{os.cpu_count()} processors ({models[0] if models else platform.machine()}), Linux {platform.release()}"


def table(result):
    theirs = any("theirs_ms" in row for row in result["rows"])
    lines = [
        f"A static C program starts in {result['static_c_start_ms']:.2f} ms on this machine: {machine()}.", "",
        "| what | bare | ours | " + ("theirs | " if theirs else "") + "counts | budget |", "|--|--|--|" + ("--|" if theirs else "") + "--|--|"]
    for row in result["rows"]:
        cells = [row["title"], number(row.get("bare_ms")), number(row.get("median_ms"))]
        cells += [number(row.get("theirs_ms"))] if theirs else []
        cells += [f"{row['value']:.2f} {row['unit']}", number(row["budget"])]
        lines.append("| " + " | ".join(cells) + " |")
    for growth in result["growth"]:
        lines += ["", "| " + growth["title"] + " | " + " | ".join(map(str, growth["counts"])) + " |", "|--" * (len(growth["counts"]) + 1) + "|"]
        lines += ["| " + kind + " | " + " | ".join(map(number, values)) + " |" for kind, values in growth["ms"].items()]
    p99 = ", ".join(f"{count}: {value:.1f} ms" for count, value in result["together_p99_ms"].items())
    lines += ["", f"The slowest of a hundred containers (p99) among so many at once: {p99}.",
              f"64 at once add {result['together_added']:.2f} times what 64 single ones add."]
    return "\n".join(lines) + "\n"


def number(value):
    return "" if value is None else f"{value:.2f}"


def plot(result):
    """Bars of the rows that people wait for, then a line for each that grows."""
    bars = [row for row in result["rows"] if row.get("median_ms") and row["row"] in (
        "exec", "plan", "cdi", "create", "start", "delete", "generate", "cli-configure")]
    parts, top = bar_chart(bars, 40)
    for growth in result["growth"]:
        more, top = line_chart(growth, top + 40)
        parts += more
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top + 20}" font-family="sans-serif" font-size="13">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def bar_chart(rows, top):
    kinds = [("bare", "bare_ms"), ("ours", "median_ms"), ("theirs", "theirs_ms")]
    scale = (WIDTH - LEFT - 90) / max(row.get(key) or 0 for row in rows for _, key in kinds)
    parts = [text(20, top - 14, "Milliseconds, medians", weight="bold")]
    for position, kind in enumerate(COLOURS):
        parts.append(f'<rect x="{LEFT + position * 90}" y="{top - 25}" width="12" height="12" fill="{COLOURS[kind]}"/>')
        parts.append(text(LEFT + 17 + position * 90, top - 14, kind))
    for row in rows:
        parts.append(text(LEFT - 10, top + 20, row["title"], "end"))
        shown = [(kind, row[key]) for kind, key in kinds if row.get(key)]
        height = (ROW - 6) / len(shown)
        for position, (kind, value) in enumerate(shown):
            y = top + position * height
            parts.append(f'<rect x="{LEFT}" y="{y:.1f}" width="{max(value * scale, 1):.1f}" height="{height - 1:.1f}" fill="{COLOURS[kind]}"/>')
            parts.append(text(LEFT + value * scale + 5, y + height - 1, f"{value:.2f}"))
        top += ROW
    return parts, top


def line_chart(growth, top):
    height, width = 110, WIDTH - LEFT - 90
    most = max(value for values in growth["ms"].values() for value in values)
    last = growth["counts"][-1]
    parts = [text(LEFT - 10, top + height / 2, growth["title"], "end"), f'<path d="M{LEFT} {top}V{top + height}H{LEFT + width}" stroke="#555" fill="none"/>']
    for kind, values in growth["ms"].items():
        points = [(LEFT + count / last * width, top + height - value / most * height) for count, value in zip(growth["counts"], values)]
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{COLOURS[kind]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[kind]}"/>' for x, y in points]
        parts.append(text(points[-1][0] + 6, points[-1][1] + 4, f"{values[-1]:.1f}"))
    parts += [text(LEFT + count / last * width, top + height + 15, str(count), "middle") for count in growth["counts"]]
    return parts, top + height + 20
