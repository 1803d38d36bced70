/*
 * boundary
 *
 * Runs the cases of the boundary fuzzer (tests/Fuzz/Boundary): each in a mount namespace of its own, in which nothing but the folder /fuzz, made for it in
 * memory, can be written. It reads cases from standard input and answers each on standard output.
 *
 * A case: its length, then records of a kind (a byte), a length and content; numbers are 32 bits, least significant byte first.
 *   P program   A argument   E variable   I standard input   O options   D folder   F file   C the last file's content   L link   T its target
 *   N pipe   Z the device /dev/zero   S socket   B folder shown at   W this place too   M mode (octal) of P...S before it
 * "@PID@" in arguments, variables and standard input becomes the number of a process in the case's namespace.
 * The answer: wait status, flags, most KiB of memory, milliseconds of processor time, bytes of both outputs, and their beginnings, each with its length.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/fuzz"
#define HOST FOLDER "/host"
#define MOST_WORDS 4096
#define MOST_OUTPUT 65536
#define GUARD_MILLISECONDS 90000
#define CLOSED_INPUT 1
#define CLOSED_OUTPUT 2
#define CLOSED_ERRORS 4
#define FULL_OUTPUT 8
#define FULL_ERRORS 16
#define TIMED_OUT 1
#define HOST_CHANGED 2
#define BROKEN 4

/* Places that programs use without being told; each case has its own. */
static const char *places[] = { "/etc/cdi", "/run/cdi", "/etc/nvidia-container-runtime", "/etc/docker", "/etc/containerd", "/etc/crio" };

/* What must not run for real. */
static const char *programs[] = { "runc", "crun", "modprobe", "systemctl", "nvidia-modprobe", "docker", "dockerd", "podman", "containerd", "crio",
    "kmod", "chroot", "nsenter" };
static const char *folders[] = { "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin" };

static void fail(const char *what) {
    fprintf(stderr, "boundary: %s: %s\n", what, strerror(errno));
    _exit(9);
}

static void read_all(int from, void *into, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t n = read(from, (char *)into + done, count - done);
        if (n == 0 && done == 0) _exit(0);
        if (n <= 0) fail("read a case");
        done += (size_t)n;
    }
}

static void write_all(int to, const void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t n = write(to, (const char *)bytes + done, count - done);
        if (n <= 0) fail("write");
        done += (size_t)n;
    }
}

static void isolate(void) {
    char path[256];
    struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };
    static const int capabilities[] = { 16, 17, 22, 25, 34 }; /* modules, raw i/o, boot, time, the kernel's log */
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) fail("unshare");
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("make mounts private");
    mkdir(FOLDER, 0755);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) mkdir(places[i], 0755);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        for (size_t k = 0; k < sizeof programs / sizeof *programs; k++) {
            snprintf(path, sizeof path, "%s/%s", folders[i], programs[k]);
            if (access(path, F_OK) == 0 && mount("/bin/true", path, NULL, MS_BIND, NULL) != 0) fail(path);
        }
    if (access("/sys/fs/cgroup", F_OK) == 0 && mount("tmpfs", "/sys/fs/cgroup", "tmpfs", 0, NULL) != 0) fail("cover control groups");
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) != 0) fail("make mounts read-only");
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
        if (prctl(PR_CAPBSET_DROP, capabilities[i]) != 0) fail("drop a capability");
}

static uint64_t seen;

static int look(const char *path, const struct stat *status, int kind, struct FTW *where) {
    uint64_t numbers[] = { status->st_ino, status->st_mode, (uint64_t)status->st_size, status->st_uid, status->st_nlink,
        (uint64_t)status->st_mtim.tv_sec, (uint64_t)status->st_mtim.tv_nsec, (uint64_t)status->st_ctim.tv_nsec };
    (void)kind, (void)where;
    for (const char *c = path; *c; c++) seen = (seen ^ (unsigned char)*c) * 1099511628211u;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) seen = (seen ^ numbers[i]) * 1099511628211u;
    return 0;
}

static uint64_t look_at_host(void) {
    seen = 14695981039346656037u;
    nftw(HOST, look, 16, FTW_PHYS);
    return seen;
}

static char *with_process(const char *text, size_t *length) {
    char number[16], *result, *end;
    size_t digits = (size_t)snprintf(number, sizeof number, "%d", (int)getpid()), left = *length;
    if (!(result = end = malloc(*length * 4 + 1))) fail("memory");
    while (left > 0) {
        if (left >= 5 && memcmp(text, "@PID@", 5) == 0) {
            memcpy(end, number, digits);
            end += digits, text += 5, left -= 5;
        } else
            *end++ = *text++, left--;
    }
    *end = 0;
    *length = (size_t)(end - result);
    return result;
}

static void parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755);
        *slash = '/';
    }
}

static void make_socket(const char *path) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int handle = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (handle >= 0) bind(handle, (struct sockaddr *)&address, sizeof address), close(handle);
}

struct command {
    char *program, *input;
    char *arguments[MOST_WORDS], *variables[MOST_WORDS];
    size_t argument_count, variable_count, input_length;
    int options;
};

/* Makes the case's tree. What cannot be made, since a file lies where a folder would have to, is left out: that is a case too. */
static void make(char *records, size_t length, struct command *command) {
    char *path = NULL, *shown = NULL;
    for (size_t at = 0; at + 5 <= length;) {
        uint32_t size;
        char kind = records[at];
        memcpy(&size, records + at + 1, 4);
        if (size > length - at - 5) fail("a record is too long");
        size_t count = size;
        char *bytes = memcpy(calloc(1, count + 1), records + at + 5, count);
        at += 5 + count;
        if (strchr("DFLNZS", kind)) parents(path = bytes);
        int file;
        switch (kind) {
        case 'P': command->program = bytes; break;
        case 'A': if (command->argument_count < MOST_WORDS - 1) command->arguments[command->argument_count++] = with_process(bytes, &count); break;
        case 'E': if (command->variable_count < MOST_WORDS - 1) command->variables[command->variable_count++] = with_process(bytes, &count); break;
        case 'I': command->input = with_process(bytes, &count); command->input_length = count; break;
        case 'O': command->options = atoi(bytes); break;
        case 'D': mkdir(path, 0755); break;
        case 'F': file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644); if (file >= 0) close(file); break;
        case 'C':
            file = path ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
            if (file >= 0 && write(file, bytes, count) >= 0) close(file);
            break;
        case 'T': if (path) symlink(bytes, path); break;
        case 'N': mkfifo(path, 0644); break;
        case 'Z': mknod(path, S_IFCHR | 0666, makedev(1, 5)); break;
        case 'S': make_socket(path); break;
        case 'M': if (path) fchmodat(AT_FDCWD, path, (mode_t)strtoul(bytes, NULL, 8), 0); break;
        case 'B': shown = bytes; break;
        case 'W':
            if (shown && mount(shown, bytes, NULL, MS_BIND | MS_REC, NULL) != 0) shown = NULL;
            break;
        default: break;
        }
    }
}

static void start(const struct command *command, int input, int output, int errors) {
    struct rlimit processor = { 20, 25 }, none = { 0, 0 };
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    setsid();
    dup2(input, 0);
    dup2(command->options & FULL_OUTPUT ? full : output, 1);
    dup2(command->options & FULL_ERRORS ? full : errors, 2);
    if (command->options & CLOSED_INPUT) close(0);
    if (command->options & CLOSED_OUTPUT) close(1);
    if (command->options & CLOSED_ERRORS) close(2);
    setrlimit(RLIMIT_CPU, &processor);
    setrlimit(RLIMIT_CORE, &none);
    if (chdir(FOLDER) == 0) execve(command->program, command->arguments, command->variables);
    _exit(127);
}

static void bury_the_rest(void) {
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)getpid(), (int)getpid());
    for (int i = 0; i < 100; i++) {
        FILE *children = fopen(path, "re");
        if (children && fgets(line, sizeof line, children))
            for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) kill(atoi(word), SIGKILL);
        if (children) fclose(children);
        if (waitpid(-1, NULL, 0) < 0) return;
    }
}

static void append(int answer, int output) {
    static char bytes[MOST_OUTPUT];
    ssize_t count = pread(output, bytes, sizeof bytes, 0);
    uint32_t length = count > 0 ? (uint32_t)count : 0;
    write_all(answer, &length, sizeof length);
    write_all(answer, bytes, length);
}

static uint32_t length_of(int file) {
    struct stat status;
    return fstat(file, &status) == 0 ? (uint32_t)status.st_size : 0;
}

/* One case, in a process of its own; the answer goes to a file in memory, because this process may be killed with what it made. */
static void run(char *records, size_t length, int answer) {
    static struct command command;
    int status = 0, flags = 0;
    struct rusage usage;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWNS) != 0 || mount("tmpfs", FOLDER, "tmpfs", 0, "size=512m,mode=755") != 0) fail("a folder for the case");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char own[128];
        snprintf(own, sizeof own, FOLDER "/places%s", places[i]);
        parents(own);
        if (mkdir(own, 0755) != 0 || mount(own, places[i], NULL, MS_BIND, NULL) != 0) fail(places[i]);
    }
    make(records, length, &command);
    int input = memfd_create("input", MFD_CLOEXEC), output = memfd_create("output", MFD_CLOEXEC), errors = memfd_create("errors", MFD_CLOEXEC);
    write_all(input, command.input, command.input_length);
    lseek(input, 0, SEEK_SET);
    uint64_t before = look_at_host();
    pid_t child = fork();
    if (child == 0) start(&command, input, output, errors);
    struct pollfd ended = { .fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN };
    if (poll(&ended, 1, GUARD_MILLISECONDS) == 0) {
        flags |= TIMED_OUT;
        kill(child, SIGKILL);
    }
    if (wait4(child, &status, 0, &usage) != child) fail("wait");
    bury_the_rest();
    if (look_at_host() != before) flags |= HOST_CHANGED;
    uint32_t numbers[] = { (uint32_t)status, (uint32_t)flags, (uint32_t)usage.ru_maxrss,
        (uint32_t)((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000),
        length_of(output), length_of(errors) };
    write_all(answer, numbers, sizeof numbers);
    append(answer, output);
    append(answer, errors);
    _exit(0);
}

int main(void) {
    uint32_t length;
    isolate();
    for (;;) {
        read_all(0, &length, sizeof length);
        char *records = malloc(length);
        if (!records) fail("memory");
        read_all(0, records, length);
        int answer = memfd_create("answer", MFD_CLOEXEC), status;
        pid_t child = fork();
        if (child == 0) run(records, length, answer);
        if (waitpid(child, &status, 0) != child) fail("wait");
        if (status != 0) {
            uint32_t broken[] = { (uint32_t)status, BROKEN, 0, 0, 0, 0, 0, 0 };
            ftruncate(answer, 0);
            lseek(answer, 0, SEEK_SET);
            write_all(answer, broken, sizeof broken);
        }
        uint32_t count = length_of(answer);
        char *bytes = malloc(count);
        if (!bytes || pread(answer, bytes, count, 0) != (ssize_t)count) fail("an answer");
        write_all(1, &count, sizeof count);
        write_all(1, bytes, count);
        close(answer);
        free(bytes);
        free(records);
    }
}
