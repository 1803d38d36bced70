using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Devices;

/// <summary>Links from numbers to nodes (CT-161, CT-163).</summary>
internal static class DevCharLinks
{
    /// <summary>Makes the links that are missing or wrong; one that cannot be made is a warning.</summary>
    /// <exception cref="LinuxException">The directory cannot be made.</exception>
    public static void Create(string folder, IReadOnlyList<CharacterDevice> nodes, bool dryRun)
    {
        if (!dryRun)
            HostDirectory.Create(folder, FileModes.PublicFolder);
        foreach (CharacterDevice node in nodes)
        {
            string link = LexicalPath.Join(folder, $"{node.Major}:{node.Minor}");
            if (HostFile.ReadLink(link) == node.Path)
                continue;
            Log.Info($"Creating link {link} => {node.Path}");
            if (!dryRun)
                Create(link, node.Path);
        }
    }

    private static void Create(string link, string target)
    {
        try
        {
            HostNodes.ReplaceLink(target, link);
        }
        catch (LinuxException failure)
        {
            Log.Warning($"Could not create symlink: {failure.Message}");
        }
    }
}
