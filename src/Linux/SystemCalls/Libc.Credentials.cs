namespace GpuContainers.Linux.SystemCalls;

/// <content>sys/fsuid.h, sys/capability.h: calls that change the calling thread alone.</content>
internal static partial class Libc
{
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
}
