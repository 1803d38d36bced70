/*
 * entries FOLDER COUNT NAME [TARGET]
 *
 * Makes as many names in a folder, each of the pattern NAME with its number (printf, %ld once): hard links to the file TARGET of the folder, or, if TARGET
 * begins with "->", symbolic links to the rest of it, in which "%ld" is the number too. Deep folders may have any length: each part is entered by itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char name[4096], target[4096];
    if (argc != 5) return 2;
    if (argv[1][0] == '/' && chdir("/") != 0) return 1;
    for (char *part = strtok(argv[1], "/"); part; part = strtok(NULL, "/")) {
        if (mkdir(part, 0755) != 0 && errno != EEXIST) return perror(part), 1;
        if (chdir(part) != 0) return perror(part), 1;
    }
    long count = atol(argv[2]);
    for (long i = 0; i < count; i++) {
        snprintf(name, sizeof name, argv[3], i);
        if (strncmp(argv[4], "->", 2) == 0) {
            snprintf(target, sizeof target, argv[4] + 2, i);
            if (symlink(target, name) != 0) return perror(name), 1;
        }
        else if (link(argv[4], name) != 0) return perror(name), 1;
    }
    return 0;
}
