using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>Two rules of CONTRIBUTING.md, read from the source: hooks reach the container by handles only, and start no program.</summary>
public sealed partial class HookRulesTests
{
    // What a hook may do by path is on the host's side, and only reads; each line that does is written down here.
    private static readonly string[] AllowedByPath =
    [
        // /proc/driver/nvidia/params of the host, and whether this is the host's mount namespace
        "src/Runtime/Hooks/DisableDeviceNodeModification.cs: if (HostFile.TryReadAll(path, ParametersLimit, out byte[] bytes, out Errno error))",
        "src/Runtime/Hooks/DisableDeviceNodeModification.cs: string? own = HostFile.ReadLink(\"/proc/self/ns/mnt\");",
        "src/Runtime/Hooks/DisableDeviceNodeModification.cs: if (own is not null && own == HostFile.ReadLink(\"/proc/1/ns/mnt\"))",
        // the tools program beside this one, and whether this is the container's mount namespace (HK-142)
        "src/Runtime/Hooks/ApplyCudaMemoryLimits.cs: string? own = HostFile.ReadLink(\"/proc/self/ns/mnt\");",
        "src/Runtime/Hooks/ApplyCudaMemoryLimits.cs: if (own is not null && own == HostFile.ReadLink($\"/proc/{process}/ns/mnt\"))",
        "src/Runtime/Hooks/ApplyCudaMemoryLimits.cs: if (!HostFile.TryStatus(program, followLinks: true, out FileStatus status, out Errno error))",
        // the container's cgroup, in the host's cgroup file system (HK-140)
        "src/Runtime/Hooks/Limits/MemoryLimits.cs: HostFile.IsDirectory(folder) && HostFile.FileSystemOf(folder) == FileSystemMagic;",
        "src/Runtime/Hooks/Limits/MemoryLimits.cs: string path = new ProcessCgroups(HostFile.ReadAll($\"/proc/{process}/cgroup\", ListLimit)).Unified",
        // the container state and the bundle's config.json, both the engine's
        "src/Runtime/Hooks/HookContext.cs: return HostFile.ReadAll(ConfigPath(state.Bundle), ConfigLimit);",
        "src/Runtime/Hooks/HookContext.cs: return path.Length == 0 ? streams.Input.ReadToEnd(StateLimit, \"standard input\") "
            + ": HostFile.ReadAll(path, StateLimit);",
        "src/Runtime/Hooks/HookContext.cs: return HookState.RootPathOf(HostFile.ReadAll(file, ConfigLimit));",
        // the working directory that the runtime gave the hook, and what is beside it (HK-32, HK-151)
        "src/Runtime/Hooks/HookContext.cs: string path = HostPathResolution.Resolve(\".\");",
        "src/Runtime/Hooks/State/WorkingRoot.cs: arguments.Length > 0 && HostFile.TryStatus(Here, true, out FileStatus here) "
            + "&& here.IsMountPoint && !IsAt(\"/\", here)",
        "src/Runtime/Hooks/State/WorkingRoot.cs: "
            + "HostFile.TryStatus(path, true, out FileStatus there) && here.IsSameFile(there) && here.MountId == there.MountId;",
        "src/Runtime/Hooks/State/WorkingRoot.cs: if (!HostFile.TryReadAll($\"{bundle}/config.json\", limit, out byte[] text, out _))",
        "src/Runtime/Hooks/State/WorkingRoot.cs: || !HostFile.TryReadAll($\"/proc/{runtime}/cmdline\", LongestCommand, out byte[] command, out _))",
        "src/Runtime/Hooks/State/WorkingRoot.cs: if (!HostFile.TryReadAll($\"/proc/{process}/stat\", LongestProcess, out byte[] text, out _))",
        "src/Runtime/Hooks/HookContext.cs: return HostPathResolution.Resolve(\".\");",
        "src/Runtime/Hooks/HookContext.cs: HostFile.TryStatus(\".\", true, out FileStatus here) && here.IsMountPoint",
        "src/Runtime/Hooks/HookContext.cs: && !(HostFile.TryStatus(bundle, true, out FileStatus there) && here.IsSameFile(there));",
    ];

    // Nothing in the container's root is opened, made, linked or changed by path.
    [Fact]
    [Requirement("SEC-1", "HK-44")]
    public void Hooks_use_no_file_API_that_takes_a_path()
    {
        Assert.Empty(Lines(PathApi()).Except(AllowedByPath));
    }

    // One exception, in the host's namespaces and only if the container asks for it (HK-142).
    [Fact]
    public void Hooks_start_no_program() =>
        Assert.Equal(["src/Runtime/Hooks/ApplyCudaMemoryLimits.cs: var child = new DriverChild(s_patience);"], Lines(ProgramApi()));

    // In a container's pid namespace the own number names another process in the host's /proc, or none.
    [Fact]
    [Requirement("HK-37")]
    public void Hooks_make_no_path_of_their_process_number() => Assert.Empty(Lines(ProcessNumber()));

    private static IEnumerable<string> Lines(Regex pattern) =>
        SourceFiles.In("src/Runtime/Hooks").SelectMany(f => SourceFiles.Lines(f)
            .Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && pattern.IsMatch(l)).Select(l => $"{f}: {l.Trim()}"));

    [GeneratedRegex(
        "\\b(File|Directory|FileInfo|DirectoryInfo|FileStream|StreamReader|StreamWriter|HostFile|HostDirectory|HostPathResolution|AtomicFile)\\b\\s*[.(]")]
    private static partial Regex PathApi();

    [GeneratedRegex("\\b(Process|ChildProcess|ProgramImage|DriverChild|InventoryChild)\\b\\s*[.(]")]
    private static partial Regex ProgramApi();

    [GeneratedRegex("\\b(ProcessId|getpid|GetCurrentProcess)\\b")]
    private static partial Regex ProcessNumber();
}
