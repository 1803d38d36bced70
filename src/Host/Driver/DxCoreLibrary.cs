namespace GpuContainers.Host.Driver;

/// <summary>
/// The library by which Linux reaches the GPUs of Windows. WSL puts it into a folder of its own that not every distribution's loader knows, so it is looked for
/// where a normal program would find it and there. Nothing is loaded.
/// </summary>
/// <param name="host">The machine, with the loader's variables of the process that asks.</param>
/// <param name="searchPaths">More absolute host folders.</param>
public sealed class DxCoreLibrary(HostContext host, IReadOnlyList<string> searchPaths)
{
    /// <summary>Its name.</summary>
    public const string Name = "libdxcore.so";

    /// <summary>Where WSL puts it.</summary>
    public const string Folder = "/usr/lib/wsl/lib";

    /// <summary>The path of the library; null when this is not WSL.</summary>
    /// <param name="root">The driver root.</param>
    public string? Find(DriverRoot root) =>
        Preloaded() ?? In(Elements(host.LoaderPath, [':', ';'])) ?? Platform.FindLibrary(root, Name) ?? In(Files.SearchPath.Split(searchPaths)) ?? OfWsl();

    // A preloaded library may be named by its path; a bare name is found as any other.
    private string? Preloaded()
    {
        foreach (string element in Elements(host.Preload, [':', ' ']))
        {
            if (LexicalPath.Base(element) == Name && host.Files.IsFile(element))
                return element;
        }
        return null;
    }

    private string? In(IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            string path = LexicalPath.Join(folder, Name);
            if (host.Files.IsFile(path))
                return path;
        }
        return null;
    }

    // The folder alone proves nothing: images bring it along.
    private string? OfWsl() => host.Files.FinalKindOf(LexicalPath.Join(host.SystemRoot, "/dev/dxg")) is null
        ? null
        : In([LexicalPath.Join(host.SystemRoot, Folder)]);

    // A relative element would make the answer depend on the working directory of whoever asks.
    private static IEnumerable<string> Elements(string? text, char[] separators) =>
        (text ?? "").Split(separators, StringSplitOptions.RemoveEmptyEntries).Where(static element => element.StartsWith('/'));
}
