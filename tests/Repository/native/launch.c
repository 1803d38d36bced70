/*
 * launch PROGRAM ARGUMENT...
 *
 * Becomes PROGRAM with a process state that is far from the usual one: SIGPIPE as LAUNCH_SIGPIPE says (default, ignore), SIGUSR1 ignored, SIGUSR2 and
 * SIGTERM blocked, a lower limit of descriptors, no core files, a nice value, an umask, and descriptors 9 and 20 open.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *pipe = getenv("LAUNCH_SIGPIPE");
    sigset_t blocked;
    struct rlimit limit = { 777, 888 }, none = { 0, 0 };
    int null = open("/dev/null", O_RDONLY), zero = open("/dev/zero", O_RDONLY);
    if (argc < 2) return 3;
    dup2(null, 9);
    dup2(zero, 20);
    close(null);
    close(zero);
    signal(SIGPIPE, pipe && strcmp(pipe, "ignore") == 0 ? SIG_IGN : SIG_DFL);
    signal(SIGUSR1, SIG_IGN);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    setrlimit(RLIMIT_NOFILE, &limit);
    setrlimit(RLIMIT_CORE, &none);
    nice(3);
    umask(0137);
    execv(argv[1], argv + 1);
    return 127;
}
