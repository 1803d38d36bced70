namespace GpuContainers.Runtime.ContainerCli.Configure;

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
