using GpuContainers.Diagnostics;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>Makes the entries of a host tree, inside the simulated root.</summary>
internal static class TreeWriter
{
    private const uint CharacterDevice = 0x2000, Socket = 0xc000;

    internal static void Write(HostTree tree)
    {
        var kernel = new ExtendedDirectories();
        foreach (TreeEntry entry in tree.Entries)
        {
            bool isKernels = entry.Path.StartsWith("/proc/", StringComparison.Ordinal) || entry.Path.StartsWith("/sys/", StringComparison.Ordinal);
            if (isKernels && entry is TreeFile file && HostFile.IsFile(entry.Path))
            {
                kernel.Replace(file.Path, file.Content);
                continue;
            }
            if (isKernels)
                kernel.Prepare(entry.Path);
            else
                HostDirectory.Create(LexicalPath.Parent(entry.Path), FileModes.PublicFolder);
            WriteOne(entry);
        }
    }

    /// <summary>Makes the entries of a tree in a folder instead of a root of its own; /proc and /sys then are folders as others.</summary>
    internal static void WriteBelow(HostTree tree, string folder)
    {
        foreach (TreeEntry entry in tree.Entries)
        {
            TreeEntry below = entry with { Path = LexicalPath.Join(folder, entry.Path) };
            HostDirectory.Create(LexicalPath.Parent(below.Path), FileModes.PublicFolder);
            WriteOne(below);
            if (below is TreeNode node)
                File.SetUnixFileMode(node.Path, node.Mode);
        }
    }

    /// <summary>Lists the libraries again for the dynamic loader, with the machine's own ldconfig.</summary>
    internal static void WriteCaches(HostTree tree)
    {
        string? ldconfig = Array.Find(["/sbin/ldconfig", "/usr/sbin/ldconfig"], HostFile.IsFile);
        if (ldconfig is null)
            return;
        foreach (string root in tree.CacheRoots)
        {
            string[] arguments = root == "/" ? ["ldconfig"] : ["ldconfig", "-r", root];
            ChildResult result = ChildProcess.Run(ldconfig, arguments, null, TimeSpan.FromMinutes(1));
            if (result.ExitStatus != 0)
                throw new ToolkitException($"{ldconfig} failed for {root}: {System.Text.Encoding.UTF8.GetString(result.Errors).Trim()}");
        }
    }

    /// <summary>Adds what the caches of certain roots are to know to what they know already.</summary>
    /// <param name="tree">The tree, which is written.</param>
    /// <param name="at">The folder that it was written below.</param>
    internal static void WriteKnownLibraries(HostTree tree, string at = "/")
    {
        foreach ((string root, IReadOnlyList<CachedLibrary> libraries) in tree.KnownLibraries)
            KnownLibraries.Write(LexicalPath.Join(at, root, "/etc/ld.so.cache"), libraries);
    }

    private static void Extend(TreeFile file)
    {
        if (file.Size <= file.Content.Length)
            return;
        using FileStream stream = File.OpenWrite(file.Path);
        stream.SetLength(file.Size);
    }

    private static void WriteOne(TreeEntry entry)
    {
        switch (entry)
        {
            case TreeDirectory:
                HostDirectory.Create(entry.Path, FileModes.PublicFolder);
                break;
            case TreeFile file:
                _ = HostFile.Delete(file.Path);
                File.WriteAllBytes(file.Path, file.Content);
                Extend(file);
                File.SetUnixFileMode(file.Path, file.Mode);
                break;
            // What is a folder here, although it was a link there, stays one: this machine's own programs live in it.
            case TreeLink link when HostFile.ReadLink(link.Path) != link.Target && HostFile.Delete(link.Path) is Errno.None or Errno.ENOENT:
                File.CreateSymbolicLink(link.Path, link.Target);
                break;
            case TreeNode node:
                Mounts.MakeNode(node.Path, CharacterDevice, node.Mode, node.Major, node.Minor);
                if (node.Group != 0)
                    Mounts.SetGroup(node.Path, node.Group);
                break;
            case TreeSocket:
                Mounts.MakeNode(entry.Path, Socket, FileModes.All, 0, 0);
                break;
        }
    }
}
