/*
 * silent SECONDS FOLDER INPUT PROGRAM ARGUMENT...
 *
 * Mounts a file system over the folder, in a mount namespace of its own, that never answers a request, and runs a program there with the file as its
 * standard input. Prints how the program ended ("exited STATUS", "killed by SIGNAL" or "hangs") and after how many seconds. Status 77: no FUSE here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int missing(const char *what) {
    perror(what);
    return 77;
}

int main(int count, char **argument) {
    if (count < 5) return 2;
    double limit = atof(argument[1]);
    /* The first request is the kernel's greeting: as long as nobody reads it, every other one waits. */
    int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse < 0) return missing("/dev/fuse");
    char options[128];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (unshare(CLONE_NEWNS) != 0 || mount(0, "/", 0, MS_REC | MS_PRIVATE, 0) != 0 || mount("silent", argument[2], "fuse", MS_NOSUID | MS_NODEV, options) != 0)
        return missing("mount");
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        int input = open(argument[3], O_RDONLY);
        if (input < 0 || dup2(input, 0) < 0) _exit(126);
        execvp(argument[4], argument + 4);
        _exit(127);
    }
    int status = 0;
    pid_t ended = 0;
    while (child > 0 && ended == 0 && now() - start < limit) {
        ended = waitpid(child, &status, WNOHANG);
        usleep(20000);
    }
    double took = now() - start;
    /* The end of the connection answers every request with an error. */
    close(fuse);
    if (ended == 0) waitpid(child, &status, 0);
    if (ended == 0)
        printf("hangs after %.1f\n", took);
    else if (WIFEXITED(status))
        printf("exited %d after %.1f\n", WEXITSTATUS(status), took);
    else
        printf("killed by %d after %.1f\n", WTERMSIG(status), took);
    return 0;
}
