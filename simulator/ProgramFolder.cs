using GpuContainers.Linux.Files;

namespace GpuContainers.Simulator;

/// <summary>Programs of this machine that are installed in the simulated host.</summary>
internal static class ProgramFolder
{
    private const string Target = "/usr/bin/";

    /// <summary>Copies the files and links of a folder to /usr/bin; only the simulated host sees them there.</summary>
    internal static void Install(string folder)
    {
        foreach (string name in HostDirectory.Names(folder))
        {
            string from = $"{folder}/{name}", to = Target + name;
            if (!HostFile.TryStatus(from, followLinks: false, out FileStatus status))
                continue;
            if (status.Kind is FileKind.Link or FileKind.Regular)
                _ = HostFile.Delete(to);
            if (status.Kind == FileKind.Link)
                File.CreateSymbolicLink(to, HostFile.ReadLink(from)!);
            else if (status.Kind == FileKind.Regular)
                File.Copy(from, to);
        }
    }
}
