using GpuContainers.Linux.Processes;

namespace GpuContainers.Host.Driver;

/// <summary>Programs by name, in the folders of PATH and in the usual ones.</summary>
public sealed class Programs
{
    private readonly DriverRoot _root;
    private readonly string _path;
    private readonly Dictionary<string, string?> _found = [];
    private List<string>? _folders;

    /// <summary>Looks below a root; the folders are those of a PATH text, then the usual ones.</summary>
    public Programs(DriverRoot root, string? path)
    {
        _root = root;
        _path = path ?? "";
    }

    /// <summary>The folders that are searched, in their order.</summary>
    public IReadOnlyList<string> Folders => _folders ??= Existing();

    /// <summary>The host path of the first file of this name that anyone may execute; null when there is none. A name with a slash is not searched.</summary>
    public string? Locate(string name)
    {
        if (!_found.TryGetValue(name, out string? path))
            _found[name] = path = Search(name);
        return path;
    }

    private string? Search(string name)
    {
        if (name.Contains('/'))
            return ProgramSearch.IsProgram(name) ? name : null;
        foreach (string folder in Folders.Items())
        {
            string path = ProgramSearch.PathIn(folder, name);
            _root.Files.ListIfShort(folder);
            if (!_root.Files.IsKnownMissing(path) && ProgramSearch.IsProgram(path))
                return path;
        }
        return null;
    }

    // The host path is told by the first name a folder has, so a second name of the same folder can be left out.
    private List<string> Existing()
    {
        List<string> folders = ProgramSearch.Folders(_path).FindAll(static folder => folder.Length > 0);
        var seen = new HashSet<string>();
        return folders.ConvertAll(_root.Join).FindAll(folder => _root.Resolve(folder) is { } real && seen.Add(real));
    }
}
