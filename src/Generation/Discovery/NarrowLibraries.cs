using System.Runtime.InteropServices;
using GpuContainers.Elf;
using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Discovery;

/// <summary>The driver's libraries for 32-bit programs, on request: they double the mounts for the few that need them.</summary>
internal static class NarrowLibraries
{
    // Of Debian, of its driver's package, of Arch and Gentoo, and of old installers.
    private static readonly string[] s_folders =
        ["/usr/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu/nvidia/current", "/usr/lib32", "/lib32"];

    /// <summary>Adds them behind the libraries that are mounted already.</summary>
    internal static void Add(DriverLibraries libraries, SearchNotes notes, List<Mount> mounts)
    {
        var folders = new List<string>(s_folders);
        // Fedora and its kin keep those of 64 bits in lib64, which leaves lib to the others.
        if (libraries.Directories.Any(static folder => folder.EndsWith("/lib64", StringComparison.Ordinal)))
            folders.Add("/usr/lib");
        folders.AddRange([.. folders.Select(static folder => folder + "/vdpau")]);
        string pattern = "*.so." + libraries.Version;
        var found = new List<string>();
        foreach (string path in libraries.Locate(pattern, folders))
        {
            if (!mounts.Exists(mount => mount.HostPath == path) && IsNarrow(path))
                found.Add(path);
        }
        notes.AddMounts(mounts, pattern + " (32-bit)", found);
    }

    // A folder's name proves nothing: a library of another machine in the container's cache would shadow the right one.
    private static bool IsNarrow(string path)
    {
        if (!HostFile.TryOpenRead(path, out Descriptor? file) || file is null)
            return false;
        using (file)
        {
            ushort machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ElfMachine.Arm : ElfMachine.I386;
            return ElfFile.Read(file.ReadAt, file.Status().Size) is { Is64Bit: false } elf && elf.Machine == machine;
        }
    }
}
