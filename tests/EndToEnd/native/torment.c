/*
 * torment RUNS [OPTION...] -- PROGRAM ARGUMENT...
 *
 * Runs a hook many times while somebody else works on its files: what a hostile process in a container can do. Prints five numbers: runs that ended
 * with status 0, with another status, by a signal, that left mounts outside the root; and the most memory that one had, in KiB.
 *
 *   -s FILE   standard input of every run
 *   -x A B    beside the runs, exchange the two names all the time (renameat2, RENAME_EXCHANGE), as long as both are there
 *   -l A T    beside the runs, put a link to T in place of A, and an empty directory in place of the link, all the time
 *   -r ROOT   the container's root
 *   -u NAME   before each run, remove this file of the root, without being led out of it
 *   -k        kill each run. The kills are spread over the length of a run, which is measured again and again; there are more runs than were asked for, up to
 *             MOST_ROUNDS times as many, until one was killed and one had ended before its kill
 *   -n        give each run a mount namespace of its own, and look afterwards for mounts outside the root
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif
#define MOST 16
#define LEAKED 200
#define MOST_ROUNDS 20
#define KILLS_BETWEEN_MEASURES 50

static char *input = "/dev/null", *root, *removed[MOST];
static int removals, own_namespace;
static int kills;

static void exchange(const char *a, const char *b) {
    for (;;)
        if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) != 0 && errno != ENOENT) {
            perror("renameat2");
            _exit(1);
        }
}

static void swap_link(const char *name, const char *target) {
    char link[4096], folder[4096];
    snprintf(link, sizeof link, "%s.link", name);
    snprintf(folder, sizeof folder, "%s.folder", name);
    for (;;) {
        (void)symlink(target, link);
        (void)mkdir(folder, 0755);
        if (syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, link, RENAME_EXCHANGE) != 0) (void)rename(link, name);
        (void)syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, folder, RENAME_EXCHANGE);
    }
}

static pid_t beside(void (*attack)(const char *, const char *), const char *a, const char *b) {
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        attack(a, b);
    }
    return pid;
}

static char *mounts(void) {
    static char text[2][1 << 20];
    static int turn;
    char *into = text[turn ^= 1];
    int fd = open("/proc/thread-self/mountinfo", O_RDONLY | O_CLOEXEC);
    size_t total = 0;
    ssize_t n;
    while ((n = read(fd, into + total, sizeof text[0] - 1 - total)) > 0) total += (size_t)n;
    into[total] = 0;
    close(fd);
    return into;
}

/* The mounts that are new, and not below the root. */
static int foreign_mounts(const char *before, char *after) {
    int found = 0;
    for (char *line = strtok(after, "\n"); line; line = strtok(NULL, "\n")) {
        char where[4096] = "";
        if (strstr(before, line)) continue;
        sscanf(line, "%*s %*s %*s %*s %4095s", where);
        found += strncmp(where, root, strlen(root)) != 0;
    }
    return found;
}

static void become(char **program) {
    int in = open(input, O_RDONLY), out = open("/dev/null", O_WRONLY);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    close(in);
    close(out);
    execvp(program[0], program);
    _exit(127);
}

static int in_own_namespace(char **program) {
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) _exit(126);
    char *before = mounts();
    int status;
    pid_t pid = fork();
    if (pid == 0) become(program);
    waitpid(pid, &status, 0);
    if (foreign_mounts(before, mounts()) > 0) return LEAKED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void remove_in_root(char *name) {
    struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
    char *slash = strrchr(name, '/');
    int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *slash = 0;
    int folder = (int)syscall(SYS_openat2, top, name, &how, sizeof how);
    *slash = '/';
    if (folder >= 0) (void)unlinkat(folder, slash + 1, 0);
    close(folder);
    close(top);
}

static long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* One run, killed after so many nanoseconds unless that is negative. */
static void run(char **program, long *counts, long kill_after) {
    int status;
    for (int i = 0; i < removals; i++) remove_in_root(removed[i]);
    pid_t pid = own_namespace || kills ? fork() : vfork();
    if (pid == 0) {
        if (own_namespace) _exit(in_own_namespace(program));
        become(program);
    }
    if (kill_after >= 0) {
        struct timespec rest = { kill_after / 1000000000, kill_after % 1000000000 };
        nanosleep(&rest, NULL);
        kill(pid, SIGKILL);
    }
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) counts[2]++;
    else if (WEXITSTATUS(status) == LEAKED) counts[3]++;
    else counts[WEXITSTATUS(status) != 0]++;
}

/* The length of a run that is left alone: the least of some, none of which counts. */
static long length_of_run(char **program) {
    long ignored[4] = { 0 }, least = 0;
    for (int i = 0; i < 3; i++) {
        long began = nanoseconds();
        run(program, ignored, -1);
        long length = nanoseconds() - began;
        if (i == 0 || length < least) least = length;
    }
    return least;
}

/* Kills at evenly spaced moments, from the start to a quarter of its length behind the end. */
static void run_and_kill(char **program, long runs, long *counts) {
    long length = 0;
    for (long n = 0; n < runs || ((counts[2] == 0 || counts[0] + counts[1] == 0) && n < runs * MOST_ROUNDS); n++) {
        long step = n % KILLS_BETWEEN_MEASURES;
        if (step == 0) length = length_of_run(program);
        run(program, counts, length / 4 * 5 / KILLS_BETWEEN_MEASURES * step);
    }
}

int main(int argc, char **argv) {
    long runs = argc > 1 ? atol(argv[1]) : 0, counts[4] = { 0 };
    struct rusage usage;
    pid_t attackers[MOST];
    int attacks = 0, gone = 0, i;
    for (i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char **value = argv + i + 1;
        switch (argv[i][1]) {
            case 's': input = value[0]; i++; break;
            case 'n': own_namespace = 1; break;
            case 'r': root = value[0]; i++; break;
            case 'k': kills = 1; break;
            case 'u': removed[removals++] = value[0]; i++; break;
            case 'x': attackers[attacks++] = beside(exchange, value[0], value[1]); i += 2; break;
            case 'l': attackers[attacks++] = beside(swap_link, value[0], value[1]); i += 2; break;
            default: return 2;
        }
    }
    if (runs <= 0 || i + 1 >= argc) return 2;
    if (kills) run_and_kill(argv + i + 1, runs, counts);
    else for (long n = 0; n < runs; n++) run(argv + i + 1, counts, -1);
    for (i = 0; i < attacks; i++) {
        gone += waitpid(attackers[i], NULL, WNOHANG) != 0;
        kill(attackers[i], SIGKILL);
    }
    if (gone) fprintf(stderr, "an attacker gave up\n");
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%ld %ld %ld %ld %ld\n", counts[0], counts[1], counts[2], counts[3], usage.ru_maxrss);
    return gone;
}
