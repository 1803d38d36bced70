#!/usr/bin/env bash
# Makes libraries that hold the names of glibc 2.28 and nothing else: a program linked with them asks for nothing newer, whatever the machine that
# builds it has.
# usage: make-stubs.sh COMPILER SYMBOLS FOLDER     SYMBOLS: a list that list-symbols.sh wrote; does nothing where FOLDER is newer than list and script
set -euo pipefail
compiler=${1:?usage: make-stubs.sh COMPILER SYMBOLS FOLDER} symbols=$(realpath "${2:?a list of symbols}") folder=$(realpath -m "${3:?a folder}")
here=$(cd "$(dirname "$0")" && pwd)
inputs=("$symbols" "$here/start.c" "$0")
done=$folder/.done
newer=0
for input in "${inputs[@]}"; do [ "$done" -nt "$input" ] || newer=1; done
[ "$newer" -eq 1 ] || exit 0
# Two projects may be published at the same time: each makes its own, and the first that is complete stays.
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXX")
trap 'rm -rf "$work"' EXIT

for library in $(sed -n 's/^\[\([^ ]*\) .*/\1/p' "$symbols" | uniq); do
    awk -v library="$library" -v code="$work/names.s" -v versions="$work/versions.map" '
        /^\[/ {
            split(substr($0, 2, length($0) - 2), section, " ")
            mine = section[1] == library
            if (!mine) next
            if (open) print "};" > versions
            print section[2] " { global:" > versions
            open = 1
            next
        }
        !mine { next }
        # A function gets one byte; data its size and all its names, which the linker needs to know for a copy of it in the program.
        { print "  " $1 ";" > versions }
        NF == 1 { print ".text\n.globl " $1 "\n.type " $1 ",%function\n" $1 ": .byte 0" > code }
        NF == 4 {
            names[$3] = names[$3] "." ($4 == "weak" ? "weak " : "globl ") $1 "\n.type " $1 ",%object\n.size " $1 "," $2 "\n" $1 ":\n"
            if ($2 + 0 > size[$3]) size[$3] = $2
        }
        END {
            for (address in names) print ".data\n.balign 32\n" names[address] ".zero " size[address] > code
            print "};" > versions; print ".section .note.GNU-stack,\"\",%progbits" > code
        }' "$symbols"
    "$compiler" -shared -nostdlib -Wl,-soname,"$library" -Wl,--version-script,"$work/versions.map" -o "$work/$library" "$work/names.s"
    rm -f "$work/names.s" "$work/versions.map"
done
"$compiler" -O2 -fno-stack-protector -ffreestanding -c -o "$work/start.o" "$here/start.c"

# What -lc and its kin find: the names, and what every program holds of the C library itself.
loader=$(cd "$work" && echo ld-linux*)
echo "GROUP ( $folder/libc.so.6 $("$compiler" -print-file-name=libc_nonshared.a) AS_NEEDED ( $folder/$loader ) )" >"$work/libc.so"
for name in pthread dl m rt; do ln -s "$(cd "$work" && echo lib$name.so.*)" "$work/lib$name.so"; done
touch "$work/.done"
rm -rf "$folder"
mv -T "$work" "$folder" 2>/dev/null || [ -e "$done" ]
