/*
 * usage OUTPUT PROGRAM ARGUMENT...
 *
 * Runs PROGRAM twice with the same standard input, a file: first freely, then under ptrace, which slows it down but tells of its threads. Writes to the file
 * OUTPUT: exit status and peak KiB of the first run, and the most threads that the second one had at a time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(char **argv, int traced) {
    pid_t pid;
    lseek(0, 0, SEEK_SET);
    pid = fork();
    if (pid != 0) return pid;
    if (traced) ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(argv[0], argv);
    _exit(127);
}

static int most_threads(pid_t main_thread) {
    int status, living = 1, most = 1;
    pid_t pid;
    waitpid(main_thread, &status, 0);
    ptrace(PTRACE_SETOPTIONS, main_thread, 0, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, main_thread, 0, 0);
    while ((pid = waitpid(-1, &status, __WALL)) > 0) {
        if (!WIFSTOPPED(status)) {
            living--;
            continue;
        }
        int signal = WSTOPSIG(status);
        if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_CLONE << 8)) && ++living > most) most = living;
        ptrace(PTRACE_CONT, pid, 0, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
    }
    return most;
}

int main(int argc, char **argv) {
    struct rusage used;
    int status;
    FILE *out;
    if (argc < 3 || !(out = fopen(argv[1], "we"))) return 2;
    pid_t pid = start(argv + 2, 0);
    if (pid < 0 || wait4(pid, &status, 0, &used) < 0) return 2;
    fprintf(out, "%d %ld ", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), used.ru_maxrss);
    fprintf(out, "%d\n", most_threads(start(argv + 2, 1)));
    return fclose(out) ? 2 : 0;
}
