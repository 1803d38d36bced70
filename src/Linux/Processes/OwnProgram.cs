namespace GpuContainers.Linux.Processes;

/// <summary>The file that this process runs, asked of the kernel once.</summary>
public static class OwnProgram
{
    private const string Link = "/proc/self/exe";
    private static string? s_path;
    private static FileStatus? s_status;

    /// <summary>
    /// Its path, links followed; null where /proc is not mounted. A program that was replaced while it runs has " (deleted)" behind its name.
    /// </summary>
    public static string? Path => s_path ??= HostFile.ReadLink(Link);

    /// <summary>What stat(2) says about it; null where /proc is not mounted.</summary>
    public static FileStatus? Status => s_status ??= HostFile.TryStatus(Link, followLinks: true, out FileStatus status) ? status : null;

    /// <summary>Whether a file is this program, under whichever name.</summary>
    public static bool Is(in FileStatus file) => Status is { } own && file.IsSameFile(own);
}
