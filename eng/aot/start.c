/* What a .NET program asks the kernel before its first line, cut down to what short programs need: milliseconds, with a heap of a few megabytes and, after
   the start, a second thread. The linker leads the runtime's calls here (--wrap); why each may be answered so stands beside it
   (docs/adr/0002-aot-settings.md). */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define HAS_FEATURE_LIST
#endif

/* Memory of one node is as good as that of another for one collection of a small heap. */
void __wrap__Z21NUMASupportInitializev(void)
{
}

/* The kernel's mask of processors has a bit for each that there could ever be; the C library would read files of /sys for that. */
static long processors(unsigned long *mask, size_t size)
{
    static long bytes;
    if (mask || !bytes)
    {
        unsigned long own[1024];
        bytes = syscall(SYS_sched_getaffinity, 0, mask ? size : sizeof own, mask ? mask : own);
    }
    return bytes;
}

extern long __real_sysconf(int);

int __wrap_minipal_get_cpu_max_possible_count(void)
{
    long bytes = processors(NULL, 0);
    return (int)(bytes > 0 ? bytes * 8 : __real_sysconf(_SC_NPROCESSORS_CONF));
}

long __wrap_sysconf(int name)
{
    unsigned long mask[1024];
    long bytes = name == _SC_NPROCESSORS_ONLN ? processors(mask, sizeof mask) : 0, count = 0;
    for (long word = 0; word < bytes / (long)sizeof *mask; word++)
        count += __builtin_popcountl(mask[word]);
    return count > 0 ? count : __real_sysconf(name);
}

/* How much of the memory is a cache of files decides how eagerly a large heap is compacted; ours has a bound of its own. */
extern FILE *__real_fopen64(const char *, const char *);

FILE *__wrap_fopen64(const char *path, const char *mode)
{
    return strcmp(path, "/proc/meminfo") == 0 ? NULL : __real_fopen64(path, mode);
}

/* The bounds of the first thread's stack. The kernel puts the name of the program at its very end; the C library would look through /proc/self/maps. */
extern int __real_pthread_getattr_np(pthread_t, pthread_attr_t *);

int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    const uintptr_t page = 4096, most = 8 << 20;
    uintptr_t name = getauxval(AT_EXECFN), here = (uintptr_t)__builtin_frame_address(0);
    struct rlimit limit;
    if (here >= name || here < name - most || getrlimit(RLIMIT_STACK, &limit) != 0)
        return __real_pthread_getattr_np(thread, attributes);
    uintptr_t end = (name + strlen((const char *)name) + 1 + sizeof(void *) + page - 1) & -page;
    uintptr_t size = (limit.rlim_cur < most ? limit.rlim_cur : most) & -page;
    if (here >= end || here < end - size || pthread_attr_init(attributes) != 0)
        return __real_pthread_getattr_np(thread, attributes);
    return pthread_attr_setstack(attributes, (void *)(end - size), size) == 0 ? 0 : __real_pthread_getattr_np(thread, attributes);
}

/* Which pages a dump of memory holds: nobody makes one of this program. */
extern int __real_madvise(void *, size_t, int);

int __wrap_madvise(void *at, size_t length, int advice)
{
    return advice == MADV_DODUMP || advice == MADV_DONTDUMP ? 0 : __real_madvise(at, length, advice);
}

/* Seeds of hash tables, which nobody guards: the runtime would open /dev/urandom. */
extern void __real_minipal_get_non_cryptographically_secure_random_bytes(uint8_t *, int32_t);

void __wrap_minipal_get_non_cryptographically_secure_random_bytes(uint8_t *bytes, int32_t length)
{
    if (getrandom(bytes, length, GRND_NONBLOCK) != length)
        __real_minipal_get_non_cryptographically_secure_random_bytes(bytes, length);
}

#ifdef STATIC_PROGRAM
/* No thread for finalizers: nothing here waits for one, and its start, and its end at exec, cost a tenth of a start. The answer is that it was made. */
_Bool __wrap__Z23PalStartFinalizerThreadPFjPvES_(void *callback, void *context)
{
    (void)callback, (void)context;
    return 1;
}

/* A second thread gets its memory where the first does, instead of an address range of its own, which takes five calls. */
__attribute__((constructor)) static void share_memory(void)
{
    mallopt(M_ARENA_MAX, 1);
}

/* The core serves the hooks under the name of nvidia-ctk; all other words are those of the tools program that lies beside it. Where name and words leave no
   doubt it is started at once, without the start of .NET before it. What is in doubt, and each failure, is left to the core (CT-141). */
__attribute__((constructor)) static void start_tools(int count, char **arguments, char **environment)
{
    static const char name[] = "/nvidia-ctk", tools[] = "/nvidia-ctk-cli";
    const char *executed = (const char *)getauxval(AT_EXECFN), *end = executed ? strrchr(executed, '/') : NULL;
    char path[4096];
    int first = 1;
    if (!end || strcmp(end, name) != 0 || strncmp(executed, "/proc/", 6) == 0 || strncmp(executed, "/dev/", 5) == 0)
        return;
    while (first < count && (strcmp(arguments[first], "--quiet") == 0 || strcmp(arguments[first], "--debug") == 0))
        first++;
    if (first >= count || arguments[first][0] == '-' || strcmp(arguments[first], "hook") == 0 || strcmp(arguments[first], "container-plan") == 0)
        return;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof tools);
    char *folder = length > 0 && length < (ssize_t)(sizeof path - sizeof tools) ? memrchr(path, '/', length) : NULL;
    if (!folder || arguments[0][0] == '\0')
        return;
    strcpy(folder, tools);
    execve(path, arguments, environment);
}

/* What the processor can do. The C library has asked it already, and in a virtual machine each question (cpuid) goes to the host, 1 to 5 microseconds. All
   that ilc compiles for, x86-64-v2, is there in each processor since 2009; what newer ones have more gains nothing in a few milliseconds. */
extern int __real_minipal_getcpufeatures(void);

int __wrap_minipal_getcpufeatures(void)
{
#ifdef HAS_FEATURE_LIST
    extern const int g_requiredCpuFeatures;
    if (CPU_FEATURE_ACTIVE(SSE3) && CPU_FEATURE_ACTIVE(SSSE3) && CPU_FEATURE_ACTIVE(SSE4_1) && CPU_FEATURE_ACTIVE(SSE4_2)
        && CPU_FEATURE_ACTIVE(POPCNT) && CPU_FEATURE_ACTIVE(CMPXCHG16B))
        return g_requiredCpuFeatures;
#endif
    return __real_minipal_getcpufeatures();
}

/* Where the program lies, for libraries that it would load from there; a static program loads none. */
const char *__wrap__dl_get_origin(void)
{
    return (const char *)-1;
}

/* The runtime reserves room that nobody may touch and asks the kernel for each piece that it is going to use. The room that a short program uses is allowed
   at once; untouched pages cost nothing. Where the kernel refuses, or a part was given back, it is asked for each piece again. */
enum { ROOMS = 4, USED = 64 << 20, GROWTH = 64 << 10, AHEAD = 2 * GROWTH };

static struct room
{
    char *start, *end;
} rooms[ROOMS];

/* What is done to a part of a room by other means ends the answers for this room. */
static void forget(char *at, size_t length)
{
    for (int i = 0; i < ROOMS; i++)
    {
        if (at < rooms[i].end && at + length > rooms[i].start)
            rooms[i] = (struct room){ NULL, NULL };
    }
}

/* The heap grows by pieces, under a lock of its own. From the third one on its pages are made before they are touched, many by one call: each page that is
   met by an instruction costs a fourth more. A short start touches no third one. */
static void grow(char *at, struct room *room)
{
    static char *grown, *made;
    if (at == grown && at >= made && at + AHEAD <= room->end)
    {
        __real_madvise(at, AHEAD, MADV_POPULATE_WRITE);
        made = at + AHEAD;
    }
    grown = at + GROWTH;
}

extern int __real_mprotect(void *, size_t, int);

int __wrap_mprotect(void *at, size_t length, int protection)
{
    for (int i = 0; i < ROOMS && protection == (PROT_READ | PROT_WRITE); i++)
    {
        if ((char *)at < rooms[i].start || (char *)at + length > rooms[i].end)
            continue;
        if (length == GROWTH)
            grow(at, &rooms[i]);
        return 0;
    }
    forget(at, length);
    return __real_mprotect(at, length, protection);
}

extern void *__real_mmap64(void *, size_t, int, int, int, off64_t);

void *__wrap_mmap64(void *at, size_t length, int protection, int flags, int file, off64_t offset)
{
    void *start = MAP_FAILED;
    size_t used = length < USED ? length : USED;
    int is_room = protection == PROT_NONE && at == NULL && flags & MAP_ANONYMOUS;
    if (is_room && length == used)
        start = __real_mmap64(at, length, PROT_READ | PROT_WRITE, flags, file, offset);
    int is_usable = start != MAP_FAILED;
    if (!is_usable)
        start = __real_mmap64(at, length, protection, flags, file, offset);
    if (start == MAP_FAILED)
        return start;
    forget(start, length);
    for (int i = 0; i < ROOMS && is_room; i++)
    {
        if (rooms[i].start != NULL)
            continue;
        if (is_usable || __real_mprotect(start, used, PROT_READ | PROT_WRITE) == 0)
            rooms[i] = (struct room){ start, (char *)start + used };
        break;
    }
    return start;
}

extern int __real_munmap(void *, size_t);

/* The ends of a room that is larger than asked for, so that its start lies on a round address, are given back at once. */
int __wrap_munmap(void *at, size_t length)
{
    char *from = at, *to = from + length;
    for (int i = 0; i < ROOMS; i++)
    {
        if (from <= rooms[i].start && to > rooms[i].start && to < rooms[i].end)
            rooms[i].start = to;
        else if (from > rooms[i].start && from < rooms[i].end && to >= rooms[i].end)
            rooms[i].end = from;
    }
    forget(at, length);
    return __real_munmap(at, length);
}
#endif

/* The static fields of each type are an object of their own, hundreds of them, which the runtime makes before the first line, each in the slowest way that its
   heap knows: a tenth of a start. They are cut here from a larger one, as the heap itself cuts small objects from a piece of memory. What is left is an unused
   object of the heap's own kind each time, so that its memory is a row of whole objects whenever it looks. After a collection the rest is no longer ours. */
enum { PINNED = 0x40, UNUSED = 24, PIECE = 8 << 10 };

struct type
{
    uint32_t flags, size;
};

struct object
{
    struct type *type;
    uint64_t length;
};

extern struct type *g_pFreeObjectEEType;
extern uint32_t _ZN3WKS6GCHeap10GetGcCountEv(void *);
extern void RhAllocateNewArray(struct type *, uint32_t, uint32_t, struct object **);
extern void __real_RhAllocateNewObject(struct type *, uint32_t, struct object **);

void __wrap_RhAllocateNewObject(struct type *type, uint32_t flags, struct object **result)
{
    static _Thread_local struct object *rest;
    static _Thread_local uint64_t left;
    uint64_t size = (type->size + 7) & ~7u;
    if (flags == PINNED && size <= PIECE / 8 && _ZN3WKS6GCHeap10GetGcCountEv(NULL) == 0)
    {
        if (left < size + UNUSED)
        {
            RhAllocateNewArray(g_pFreeObjectEEType, PIECE - UNUSED, PINNED, &rest);
            left = rest != NULL ? PIECE : 0;
        }
        if (left >= size + UNUSED)
        {
            struct object *object = rest;
            left -= size;
            rest = (struct object *)((char *)object + size);
            *rest = (struct object){ g_pFreeObjectEEType, left - UNUSED };
            *object = (struct object){ type, 0 };
            *result = object;
            return;
        }
    }
    __real_RhAllocateNewObject(type, flags, result);
}
