/*
 * plan ROUNDS TEMPLATE BUNDLE RUNTIME
 *
 * Copies TEMPLATE to BUNDLE/config.json and times "RUNTIME create --bundle BUNDLE c", ROUNDS times; prints nanoseconds, one start a line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void copy(const char *from, const char *to) {
    char buffer[65536];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ssize_t n = in < 0 || out < 0 ? -1 : read(in, buffer, sizeof buffer);
    if (n < 0 || write(out, buffer, n) != n) {
        perror(from);
        exit(1);
    }
    close(in);
    close(out);
}

int main(int argc, char **argv) {
    char config[4096];
    if (argc != 5) return 3;
    char *command[] = { argv[4], "create", "--bundle", argv[3], "c", NULL };
    snprintf(config, sizeof config, "%s/config.json", argv[3]);
    for (int i = 0; i < atoi(argv[1]); i++) {
        struct timespec a, b;
        int status;
        pid_t pid;
        copy(argv[2], config);
        clock_gettime(CLOCK_MONOTONIC, &a);
        if (posix_spawn(&pid, command[0], NULL, NULL, command, environ) != 0 || waitpid(pid, &status, 0) < 0 || status != 0) {
            fprintf(stderr, "%s failed\n", command[0]);
            return 1;
        }
        clock_gettime(CLOCK_MONOTONIC, &b);
        printf("%ld\n", (b.tv_sec - a.tv_sec) * 1000000000L + (b.tv_nsec - a.tv_nsec));
    }
    return 0;
}
