#!/usr/bin/env bash
# Draws the demo's table as an SVG: for each step a bar of bare runc and one of ours.
# usage: picture.sh TABLE     lines of "step<TAB>bare<TAB>ours", milliseconds
set -euo pipefail
awk -F '\t' '
    { step[NR] = $1; bare[NR] = $2; ours[NR] = $3; if ($2 > most) most = $2; if ($3 > most) most = $3 }
    # usage: bar(top, milliseconds, colour)
    function bar(top, value, colour,    width) {
        width = value * 360 / most
        if (width < 1) width = 1
        printf "  <rect x=\"280\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"2\" fill=\"%s\"/>\n", top, width, colour
        printf "  <text x=\"%.1f\" y=\"%d\" class=\"value\">%.1f ms</text>\n", 286 + width, top + 11, value
    }
    END {
        height = 64 + NR * 44
        printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"740\" height=\"%d\" role=\"img\" aria-label=\"start times\">\n", height
        print "  <style>text { font: 13px sans-serif; fill: #57606a } .title { font-weight: bold } .value { font-size: 11px }</style>"
        print "  <text x=\"12\" y=\"22\" class=\"title\">A container with all GPUs, against runc without any (median, milliseconds)</text>"
        print "  <rect x=\"280\" y=\"34\" width=\"12\" height=\"12\" fill=\"#8c959f\"/><text x=\"298\" y=\"45\">bare runc</text>"
        print "  <rect x=\"380\" y=\"34\" width=\"12\" height=\"12\" fill=\"#1a7f37\"/>"
        print "  <text x=\"398\" y=\"45\">nvidia-container-runtime of GpuContainers</text>"
        for (i = 1; i <= NR; i++) {
            top = 14 + i * 44
            printf "  <text x=\"12\" y=\"%d\">%s</text>\n", top + 18, step[i]
            bar(top, bare[i], "#8c959f")
            bar(top + 16, ours[i], "#1a7f37")
        }
        print "</svg>"
    }' "${1:?usage: picture.sh TABLE}"
