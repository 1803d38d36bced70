/*
 * starts ROUNDS MOUNTS TRIVIAL PROGRAM ARGUMENT
 *
 * Starts TRIVIAL and PROGRAM in turns, each to its end, and prints the time of each start in nanoseconds: "trivial program" a line.
 * With MOUNTS > 0 that many mounts are made before, in a mount namespace of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long start(char **argv) {
    struct timespec a, b;
    int status;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    clock_gettime(CLOCK_MONOTONIC, &a);
    if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) < 0) {
        perror(argv[0]);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    posix_spawn_file_actions_destroy(&actions);
    return (b.tv_sec - a.tv_sec) * 1000000000L + (b.tv_nsec - a.tv_nsec);
}

static void make_mounts(int count) {
    char path[64];
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("tmpfs", "/mnt", "tmpfs", 0, NULL) != 0) {
        perror("mount");
        exit(2);
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/mnt/%d", i);
        mkdir(path, 0755);
        if (mount("tmpfs", path, "tmpfs", 0, "size=4k") != 0) {
            perror(path);
            exit(2);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 6) return 3;
    int rounds = atoi(argv[1]), mounts = atoi(argv[2]);
    char *reference[] = { argv[3], NULL };
    char *program[] = { argv[4], argv[5], NULL };
    if (mounts > 0) make_mounts(mounts);
    for (int i = 0; i < rounds; i++) {
        long r = start(reference), p = start(program);
        printf("%ld %ld\n", r, p);
    }
    return 0;
}
