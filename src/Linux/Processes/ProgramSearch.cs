namespace GpuContainers.Linux.Processes;

/// <summary>Programs by name, in the folders of PATH and in the usual ones.</summary>
public static class ProgramSearch
{
    /// <summary>Where programs usually lie, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> UsualFolders => s_usualFolders;

    private static readonly string[] s_usualFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The folders of a PATH text as they stand in it, then the usual ones that are missing there.</summary>
    public static List<string> Folders(string path)
    {
        List<string> folders = path.Length == 0 ? [] : [.. path.Split(':')];
        foreach (string usual in s_usualFolders)
        {
            if (!folders.Contains(usual))
                folders.Add(usual);
        }
        return folders;
    }

    /// <summary>
    /// The first program of this name in the folders, of which an empty one is the working directory; null when there is none. The name is compared literally,
    /// never as a pattern.
    /// </summary>
    public static string? Find(string name, IReadOnlyList<string> folders)
    {
        foreach (string folder in folders.Items())
        {
            string path = PathIn(folder, name);
            if (IsProgram(path))
                return path;
        }
        return null;
    }

    /// <summary>The path of a program in a folder of a PATH text, in which an empty one is the working directory.</summary>
    public static string PathIn(string folder, string name) => folder.Length == 0 ? "./" + name : folder.TrimEnd('/') + "/" + name;

    /// <summary>Whether the path, links followed, is a file that anyone may execute.</summary>
    public static bool IsProgram(string path) => IsProgram(path, out _);

    /// <summary>As <see cref="IsProgram(string)"/>, with what stat(2) says about the file.</summary>
    public static bool IsProgram(string path, out FileStatus status) =>
        HostFile.TryStatus(path, followLinks: true, out status) && status.Kind != FileKind.Directory && (status.Mode & FileModes.AnyExecute) != 0;
}
