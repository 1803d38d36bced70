using System.Globalization;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>
/// Directories of kernel file systems (/proc, /sys), in which nobody can make a file: a tmpfs is laid over such a directory, and what it held is shown in
/// it again, so that more can be put beside.
/// </summary>
internal sealed class ExtendedDirectories
{
    private const string Replacements = "/run/gpu-host-simulator/replaced";
    private readonly HashSet<string> _extended = new(StringComparer.Ordinal);
    private int _replaced;

    /// <summary>Makes the directory above that path able to take new entries, and all directories above it exist.</summary>
    internal void Prepare(string path)
    {
        string existing = LexicalPath.Parent(path);
        while (!HostFile.IsDirectory(existing))
            existing = LexicalPath.Parent(existing);
        if (!_extended.Any(e => existing == e || existing.StartsWith(e + "/", StringComparison.Ordinal)))
            Extend(existing);
        HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder);
    }

    /// <summary>Shows another content in place of a file that the kernel has.</summary>
    internal void Replace(string path, byte[] content)
    {
        HostDirectory.Create(Replacements, FileModes.PrivateFolder);
        string file = Replacements + "/" + (_replaced++).ToString(CultureInfo.InvariantCulture);
        File.WriteAllBytes(file, content);
        File.SetUnixFileMode(file, FileModes.ReadOnlyFile);
        Mounts.BindReadOnly(file, path);
    }

    private void Extend(string directory)
    {
        if (directory is "/proc" or "/sys" or "/")
            throw new ToolkitException($"{directory} of this machine lacks a directory that the simulated host needs to add to");
        using Descriptor old = new MachineMount(directory, "").Open();
        string source = "/proc/self/fd/" + old.Number.ToString(CultureInfo.InvariantCulture);
        IReadOnlyList<string> names = HostDirectory.Names(directory);
        Mounts.Tmpfs(directory, "mode=755");
        _extended.Add(directory);
        foreach (string name in names)
        {
            // On a machine with a real driver its files are not shown: the simulated driver takes their place.
            if (!name.StartsWith("nvidia", StringComparison.Ordinal) && HostFile.TryStatus($"{source}/{name}", followLinks: false, out FileStatus status))
                ShowAgain($"{source}/{name}", $"{directory}/{name}", status);
        }
    }

    private static void ShowAgain(string from, string to, in FileStatus status)
    {
        if (status.Kind == FileKind.Link)
        {
            File.CreateSymbolicLink(to, HostFile.ReadLink(from)!);
            return;
        }
        if (status.Kind == FileKind.Directory)
            HostDirectory.Create(to, FileModes.PublicFolder);
        else
            File.WriteAllBytes(to, []);
        Mounts.Bind(from, to, recursive: true);
    }
}
