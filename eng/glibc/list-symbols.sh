#!/usr/bin/env bash
# Lists what glibc 2.28 offers, from Debian 11's glibc 2.31: its symbols of versions up to 2.28, one library and version a section. A data symbol has its
# size, its address, which is that of its other names, and whether it is weak: the linker must know all names of what it copies into a program.
# usage: list-symbols.sh FOLDER     FOLDER: where the package libc6 of Debian 11 was extracted (eng/extract-packages.sh bullseye …)
set -euo pipefail
folder=${1:?usage: list-symbols.sh FOLDER}
for name in libc.so.6 libpthread.so.0 libdl.so.2 libm.so.6 librt.so.1 'ld-linux*.so.*'; do
    library=$(find "$folder/lib" -path '*-linux-gnu/*' -name "$name")
    readelf -W --dyn-syms "$library" | awk -v library="$(basename "$library")" '
        $7 != "UND" && $4 ~ /^(FUNC|IFUNC|OBJECT|NOTYPE)$/ && split($8, part, /@+/) == 2 && part[2] ~ /^GLIBC_2\.[0-9.]+$/ {
            split(part[2], number, /[_.]/)
            if (number[3] > 28) { newer[part[1]] = 1; next }
            size = $4 == "OBJECT" ? " " $3 " " $2 " " tolower($5) : ""
            # What programs are linked with today, or, where that is newer than 2.28, what they were linked with then.
            if ($8 ~ /@@/) chosen[part[1]] = part[2] size
            else if (number[3] >= last[part[1]]) { last[part[1]] = number[3]; older[part[1]] = part[2] size }
        }
        END {
            for (name in older) if (!(name in chosen) && name in newer) chosen[name] = older[name]
            for (name in chosen) { split(chosen[name], part, " "); print library, part[1], name, part[2], part[3], part[4] }
        }'
done | LC_ALL=C sort -k1,1 -k2,2V -k3,3 | awk '
    $1 " " $2 != section { section = $1 " " $2; print "[" section "]" }
    { print $3 ($4 == "" ? "" : " " $4 " " $5 " " $6) }'
