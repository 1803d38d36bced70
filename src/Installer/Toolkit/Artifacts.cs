namespace GpuContainers.Installer.Toolkit;

/// <summary>What the image holds to be installed: found and checked as a whole before anything is changed.</summary>
/// <param name="Libraries">Real files of libraries, with the name under which programs look for each.</param>
/// <param name="Programs">The programs with their real files.</param>
/// <param name="Core">The file that serves as several programs and knows by itself where it is installed: that of the hook program.</param>
/// <param name="Tools">The tools program beside it; null where nothing needs it.</param>
internal sealed record Artifacts(IReadOnlyList<(string Name, string File)> Libraries, IReadOnlyList<(ToolkitProgram Program, string File)> Programs,
    string Core, string? Tools)
{
    private static readonly string[] s_libraries = ["libnvidia-container.so.1", "libnvidia-container-go.so.1"];
    private static readonly string[] s_libraryFolders = ["usr/lib64", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];
    private static readonly string[] s_programFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Whether a file is the core under another name: a link of either kind, or a copy.</summary>
    public bool IsCore(string file) => IsSame(file, Core);

    /// <summary>Finds everything below a root; the first that is missing is the error.</summary>
    /// <exception cref="ToolkitException">Something is missing.</exception>
    public static Artifacts Find(string root)
    {
        // A program that is the core needs no library; one that is not may (IN-41).
        string? cli = FindProgram(root, "nvidia-container-cli");
        string? hook = FindProgram(root, ToolkitProgram.Hook);
        bool needsLibraries = cli is null || hook is null || !IsSame(cli, hook);
        IReadOnlyList<(string, string)> libraries = ToolkitException.During("failed to collect libraries", () => FindLibraries(root, needsLibraries));
        return ToolkitException.During("failed to collect executables", () =>
        {
            List<(ToolkitProgram Program, string File)> programs = [.. ToolkitProgram.All.Select(program => (program, Require(root, program.Name)))];
            bool needsTools = IsSame(programs.Single(found => found.Program.Name == ToolkitProgram.Toolkit).File, hook!);
            return new Artifacts(libraries, programs, hook!, needsTools ? Require(root, ToolkitProgram.Tools) : FindProgram(root, ToolkitProgram.Tools));
        });
    }

    private static bool IsSame(string left, string right)
    {
        FileStatus one = HostFile.Status(left);
        FileStatus other = HostFile.Status(right);
        return one.IsSameFile(other)
            || (one.Size == other.Size && HostFile.ReadAll(left, one.Size).AsSpan().SequenceEqual(HostFile.ReadAll(right, other.Size)));
    }

    private static List<(string, string)> FindLibraries(string root, bool areNeeded)
    {
        var found = new List<(string, string)>();
        foreach (string name in s_libraries)
        {
            string? file = s_libraryFolders.Select(folder => RealFile(LexicalPath.Join(root, folder, name))).FirstOrDefault(path => path is not null);
            if (file is not null)
                found.Add((name, file));
            else if (areNeeded)
                throw new ToolkitException($"error locating library: {name}: not found below {root}");
        }
        return found;
    }

    private static string Require(string root, string name) =>
        FindProgram(root, name) ?? throw new ToolkitException($"error locating executable: {name}: not found below {root}; the image is not complete");

    // The folders of PATH first, each below the root (IN-42).
    private static string? FindProgram(string root, string name)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(s_programFolders).Select(folder => RealFile(LexicalPath.Join(root, folder, name),
            mustExecute: true)).FirstOrDefault(file => file is not null);
    }

    private static string? RealFile(string path, bool mustExecute = false) =>
        HostPathResolution.TryResolve(path, out string file, out _) && HostFile.TryStatus(file, followLinks: false,
            out FileStatus status) && status.Kind == FileKind.Regular
        && (!mustExecute || (status.Mode & FileModes.AnyExecute) != 0) ? file : null;
}
