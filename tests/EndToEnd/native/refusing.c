/*
 * refusing ERROR CALL[,CALL...] PROGRAM ARGUMENT...
 *
 * Runs a program for which these system calls fail with ENOSYS or EPERM, as they do on older kernels and under older seccomp profiles. "mounts" stands
 * for the mount calls by handle, of Linux 5.2.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 32

static const struct { const char *name; unsigned first, last; } calls[] = {
    { "openat2", 437, 437 },
    { "close_range", 436, 436 },
    { "mount_setattr", 442, 442 },
    { "mounts", 428, 432 },
};

int main(int argc, char **argv) {
    struct sock_filter filter[3 * MOST + 2];
    unsigned short n = 0;
    if (argc < 4) return 2;
    unsigned error = strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (char *name = strtok(argv[2], ","); name; name = strtok(NULL, ",")) {
        size_t i = 0;
        while (i < sizeof calls / sizeof *calls && strcmp(name, calls[i].name) != 0) i++;
        if (i == sizeof calls / sizeof *calls || n > 3 * MOST) return 2;
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, calls[i].first, 0, 2);
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, calls[i].last, 1, 0);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
    }
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = { n, filter };
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("seccomp");
        return 125;
    }
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    return 127;
}
