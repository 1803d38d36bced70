namespace GpuContainers.Linux.SystemCalls;

/// <content>unistd.h, sys/auxv.h, spawn.h, signal.h, sys/wait.h, poll.h: programs and processes.</content>
internal static partial class Libc
{
    internal const int SignalKill = 9;
    internal const int SignalPipe = 13;
    internal const short PollIn = 1;
    internal const short PollOut = 4;
    internal const short PollError = 8;
    internal const int WaitNoHang = 1;

    /// <summary>AT_EXECFN of the auxiliary vector.</summary>
    internal const nuint ExecutedPath = 31;

    /// <summary>POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP.</summary>
    internal const short SpawnDefaultSignalsOwnGroup = 0x04 | 0x02;

    /// <summary>PTHREAD_CREATE_DETACHED.</summary>
    internal const int Detached = 1;

    /// <summary>sizeof(pthread_attr_t) on arm64; it is 56 on x86-64.</summary>
    internal const int ThreadAttributesSize = 64;

    /// <summary>sizeof(sem_t).</summary>
    internal const int SemaphoreSize = 32;

    /// <summary>struct pollfd.</summary>
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport(Library, EntryPoint = "getauxval")]
    internal static partial nint AuxiliaryValue(nuint kind);

    /// <summary>environ, which is a variable of the C library: .NET's own way to it.</summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEnviron")]
    internal static unsafe partial byte** Environment();

    [LibraryImport(Library, EntryPoint = "execve", SetLastError = true)]
    internal static unsafe partial int Execute(byte* path, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint SetSignal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static unsafe partial int Wait(int process, int* status, int options);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static unsafe partial int EmptySignalSet(byte* set);

    [LibraryImport(Library, EntryPoint = "sigaddset")]
    internal static unsafe partial int AddSignal(byte* set, int signal);

    // The spawn family returns its error number instead of setting errno.
    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static unsafe partial int Spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int InitializeActions(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static unsafe partial int AddOpen(byte* actions, int fd, byte* path, int flags, UnixFileMode mode);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclose")]
    internal static unsafe partial int AddClose(byte* actions, int fd);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int DestroyActions(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static unsafe partial int InitializeAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static unsafe partial int SetSpawnFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static unsafe partial int SetSpawnDefaultSignals(byte* attributes, byte* set);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static unsafe partial int DestroyAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint EffectiveGroup();

    [LibraryImport(Library, EntryPoint = "getppid")]
    internal static partial int ParentProcess();

    /// <summary>gettid(2); the function of this name is newer than glibc 2.28 (IN-124).</summary>
    internal static int ThreadId() => (int)SystemCall(IsArm ? 178 : 186, 0, 0, 0, 0, 0);

    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void Exit(int status);

    /// <summary>_LINUX_CAPABILITY_VERSION_3.</summary>
    internal const uint CapabilityVersion = 0x20080522;

    /// <summary>PR_CAPBSET_DROP.</summary>
    internal const int DropBounding = 24;

    /// <summary>PR_CAPBSET_READ.</summary>
    internal const int ReadBounding = 23;

    /// <summary>struct __user_cap_header_struct.</summary>
    internal struct CapabilityHeader
    {
        internal uint Version;
        internal int Process;
    }

    /// <summary>struct __user_cap_data_struct; the first of two holds the lower 32 capabilities.</summary>
    internal struct CapabilitySet
    {
        internal uint Effective;
        internal uint Permitted;
        internal uint Inheritable;
    }

    [LibraryImport(Library, EntryPoint = "setfsuid")]
    internal static partial uint SetFileUser(uint uid);

    [LibraryImport(Library, EntryPoint = "setfsgid")]
    internal static partial uint SetFileGroup(uint gid);

    [LibraryImport(Library, EntryPoint = "capget", SetLastError = true)]
    internal static unsafe partial int GetCapabilities(CapabilityHeader* header, CapabilitySet* sets);

    [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
    internal static unsafe partial int SetCapabilities(CapabilityHeader* header, CapabilitySet* sets);

    // The functions of threads return their error number instead of setting errno.
    [LibraryImport(Library, EntryPoint = "pthread_attr_init")]
    internal static unsafe partial int InitializeThreadAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "pthread_attr_setstacksize")]
    internal static unsafe partial int SetStackSize(byte* attributes, nuint size);

    [LibraryImport(Library, EntryPoint = "pthread_attr_setdetachstate")]
    internal static unsafe partial int SetDetached(byte* attributes, int state);

    [LibraryImport(Library, EntryPoint = "pthread_attr_destroy")]
    internal static unsafe partial int DestroyThreadAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "pthread_create")]
    internal static unsafe partial int CreateThread(nint* thread, byte* attributes, delegate* unmanaged<nint, nint> start, nint argument);

    [LibraryImport(Library, EntryPoint = "sem_init", SetLastError = true)]
    internal static unsafe partial int InitializeSemaphore(byte* semaphore, int isShared, uint value);

    [LibraryImport(Library, EntryPoint = "sem_post", SetLastError = true)]
    internal static unsafe partial int PostSemaphore(byte* semaphore);

    [LibraryImport(Library, EntryPoint = "sem_wait", SetLastError = true)]
    internal static unsafe partial int WaitSemaphore(byte* semaphore);
}
