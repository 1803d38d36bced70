using System.Text;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Host.Tests.Driver;

/// <summary>Caches of the dynamic loader that list libraries which need not be ELF files.</summary>
internal static class Caches
{
    /// <summary>Writes a cache, and the files it lists where they are missing; the name of a library is its file's.</summary>
    internal static void Write(SimulatedTree host, string path, params (string Library, int Flags)[] libraries)
    {
        var writer = new LibraryCacheWriter("test", signedBytes: true);
        foreach ((string library, int flags) in libraries)
        {
            if (!Path.Exists(host.At(library)))
                host.Write(library);
            writer.Add(new CachedLibrary(Encoding.UTF8.GetBytes(Path.GetFileName(library)), Encoding.UTF8.GetBytes(library), flags));
        }
        File.WriteAllBytes(host.Write(path), writer.ToBytes());
    }
}
