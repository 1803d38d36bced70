namespace GpuContainers.Host.Wsl;

/// <summary>A driver store of Windows, as the Windows Subsystem for Linux shows it.</summary>
public static class DriverStore
{
    /// <summary>The files that a container needs, in the order of their mounts.</summary>
    // That of NVIDIA's CDI specifications (DS-126).
    public static IReadOnlyList<string> Files { get; } =
    [
        "libcuda.so.1.1", "libcuda_loader.so", "libnvidia-ptxjitcompiler.so.1", "libnvidia-ml.so.1", "libnvidia-ml_loader.so", "libnvdxgdmal.so.1",
        "nvcubins.bin", "nvidia-smi",
    ];

    /// <summary>The paths of those that a store has.</summary>
    public static IReadOnlyList<string> FilesIn(FileTree files, string store)
    {
        var found = new List<string>();
        foreach (string name in Files)
        {
            string path = LexicalPath.Join(store, name);
            if (files.IsFile(path))
                found.Add(path);
        }
        return found;
    }
}
