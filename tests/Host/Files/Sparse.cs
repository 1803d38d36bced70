namespace GpuContainers.Host.Tests.Files;

/// <summary>Files that are huge without taking room.</summary>
internal static class Sparse
{
    /// <summary>Makes a file that long; what it held stays at its beginning, the rest are NUL bytes.</summary>
    internal static void Write(string path, long length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }
}
