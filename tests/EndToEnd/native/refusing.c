/*
 * refusing ERROR CALL[,CALL...] PROGRAM ARGUMENT...
 *
 * Runs a program for which these system calls fail with ENOSYS or EPERM, as they do on older kernels and under older seccomp profiles; with OK they seem
 * to succeed, but do nothing. "mounts" stands for the mount calls by handle, of Linux 5.2; without "statx" the C library's own way tells no number of a
 * mount, as before Linux 5.8; "statmount" is how single mounts are asked for since Linux 6.8; and
 * "memlock" for asking after or setting the limit of locked memory, which crun raises although kernels since 5.11 need it no more for its device filter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 32

static const struct { const char *name; unsigned first, last; } calls[] = {
    { "openat2", 437, 437 },
    { "close_range", 436, 436 },
    { "mount_setattr", 442, 442 },
    { "mounts", 428, 432 },
    { "statx", SYS_statx, SYS_statx },
    { "statmount", 457, 458 },
    { "memlock", SYS_prlimit64, SYS_prlimit64 },
};

int main(int argc, char **argv) {
    struct sock_filter filter[6 * MOST + 2];
    unsigned short n = 0;
    if (argc < 4) return 2;
    unsigned error = strcmp(argv[1], "OK") == 0 ? 0 : strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (char *name = strtok(argv[2], ","); name; name = strtok(NULL, ",")) {
        size_t i = 0;
        while (i < sizeof calls / sizeof *calls && strcmp(name, calls[i].name) != 0) i++;
        if (i == sizeof calls / sizeof *calls || n > 6 * MOST - 6) return 2;
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, calls[i].first, 0, 2);
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, calls[i].last, 1, 0);
        if (calls[i].first == SYS_prlimit64) {
            filter[n - 2].jf = 5;
            filter[n - 1].jt = 4;
            filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]));
            filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RLIMIT_MEMLOCK, 0, 1);
            filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
            filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
            continue;
        }
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
