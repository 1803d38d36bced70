using GpuContainers.Cdi;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Generation.Discovery;

/// <summary>The container folders that hold mounted libraries: the arguments of <c>update-ldcache</c> (DS-81).</summary>
internal static class LibraryFolderNames
{
    /// <summary>The folders in the order of the mounts, each once.</summary>
    internal static IReadOnlyList<string> Find(IReadOnlyList<Mount> mounts)
    {
        var folders = new List<string>();
        foreach (Mount mount in mounts)
        {
            if (!IsLibrary(LexicalPath.Base(mount.ContainerPath)))
                continue;
            string folder = LexicalPath.Parent(mount.ContainerPath);
            if (!folders.Contains(folder))
                folders.Add(folder);
        }
        return folders;
    }

    // "lib", at least one character, and ".so" at the end or before a dot.
    internal static bool IsLibrary(string name)
    {
        int suffix = name.LastIndexOf(".so", StringComparison.Ordinal);
        return name.StartsWith("lib", StringComparison.Ordinal) && suffix > 3 && (suffix + 3 == name.Length || name[suffix + 3] == '.');
    }
}
