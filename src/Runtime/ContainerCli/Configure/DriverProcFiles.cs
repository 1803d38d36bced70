using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.Hooks;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The driver's own files in procfs, as copies: a container must not see, or change, those of the host (CL-89).</summary>
internal sealed class DriverProcFiles
{
    /// <summary>The folder.</summary>
    internal const string Folder = "/proc/driver/nvidia";

    private const int Limit = 1 << 20;

    private readonly List<(string Name, UnixFileMode Mode, byte[] Content)> _files = [];

    /// <summary>Reads the host's files; what is missing is left out.</summary>
    internal static DriverProcFiles Read(DriverHost host)
    {
        var files = new DriverProcFiles();
        foreach (string name in (ReadOnlySpan<string>)["params", "version", "registry"])
        {
            string path = host.PathOf($"{Folder}/{name}");
            if (HostFile.TryStatus(path, followLinks: true, out FileStatus status) && HostFile.TryReadAll(path, Limit, out byte[] content, out _))
                files._files.Add((name, status.Mode & FileModes.All, name == "params" ? WithoutModification(content) : content));
        }
        return files;
    }

    /// <summary>Writes the copies into a folder that nobody else changes.</summary>
    internal void WriteTo(ContainerDirectory folder)
    {
        UnixFileMode mask = ProcessCredentials.CreationMask;
        foreach ((string name, UnixFileMode mode, byte[] content) in _files)
            folder.CreateFile(Encoding.ASCII.GetBytes(name), content, mode & ~mask);
    }

    // The driver's programs would make device nodes in the container else.
    private static byte[] WithoutModification(byte[] content) =>
        DisableDeviceNodeModification.Modified(Encoding.Latin1.GetString(content)) is { } text ? Encoding.Latin1.GetBytes(text) : content;
}

/// <summary>The profile that tells OpenGL and EGL which GPUs the container has (CL-99).</summary>
internal static class ApplicationProfile
{
    /// <summary>The driver's folder of profiles.</summary>
    internal const string Folder = "/etc/nvidia/nvidia-application-profiles-rc.d";

    /// <summary>Writes the profile into the folder's own file system.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="gpus">A bit for the minor of each visible GPU; without any bit no profile is written.</param>
    internal static void WriteTo(ContainerDirectory folder, ulong gpus)
    {
        if (gpus != 0)
            folder.CreateFile("10-container.conf"u8, Encoding.ASCII.GetBytes(Text(gpus)), FileModes.ReadOnlyFolder & ~ProcessCredentials.CreationMask);
    }

    // The driver reads its numbers as C does, so this is not quite JSON.
    private static string Text(ulong gpus)
    {
        string settings = string.Create(CultureInfo.InvariantCulture, $"\"EGLVisibleDGPUDevices\", 0x{gpus:x}");
        return $$"""
            {"profiles": [{"name": "_container_", "settings": [{{settings}}]}], "rules": [{"pattern": [], "profile": "_container_"}]}

            """;
    }
}
