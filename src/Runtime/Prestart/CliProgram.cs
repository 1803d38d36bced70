using GpuContainers.Configuration.Model;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Runtime.Prestart;

/// <summary>Where nvidia-container-cli is.</summary>
/// <param name="Path">The program, to be executed and to be its own argument 0.</param>
/// <param name="SearchPath">The PATH that it gets; null when it keeps the inherited one.</param>
internal sealed record CliProgram(string Path, string? SearchPath)
{
    private const string Name = "nvidia-container-cli";
    private static readonly string[] s_defaultDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The configured program, without a check (LG-63), else the first one in the directories of <see cref="Directories"/> (LG-65).</summary>
    /// <param name="config">The section of the injector.</param>
    /// <param name="inheritedPath">PATH of the hook; empty when it has none.</param>
    /// <exception cref="CoreException">It is in none of the directories.</exception>
    public static CliProgram Find(ContainerCliConfig config, string inheritedPath)
    {
        if (config.Path.Length > 0)
            return new CliProgram(config.Path, null);
        List<string> directories = Directories(inheritedPath, config.Root);
        string searchPath = string.Join(':', directories);
        foreach (string directory in directories)
        {
            string path = directory + "/" + Name;
            // A relative directory would let the working directory, which is the bundle, choose the program.
            if (directory.StartsWith('/') && IsExecutable(path))
                return new CliProgram(path, searchPath);
        }
        throw new CoreException(
            CoreFailure.ContainerCli,
            $"couldn't find binary {Name} in PATH: executable file not found in {searchPath}; install it, set nvidia-container-cli.path, or set " +
            "nvidia-container-runtime.mode to auto and use the runtime without this hook");
    }

    /// <summary>The inherited directories, then the usual ones that are missing among them; all of them below the driver root come first (LG-64).</summary>
    internal static List<string> Directories(string inheritedPath, string root)
    {
        List<string> directories = inheritedPath.Length == 0 ? [] : [.. inheritedPath.Split(':')];
        foreach (string directory in s_defaultDirectories)
        {
            if (!directories.Contains(directory))
                directories.Add(directory);
        }
        if (root is "" or "/")
            return directories;
        List<string> below = directories.ConvertAll(directory => LexicalPath.Join(root, directory));
        below.AddRange(directories);
        return below;
    }

    private static bool IsExecutable(string path) =>
        HostFile.TryStatus(path, true, out FileStatus status) && status.Kind != FileKind.Directory && (status.Mode & FileModes.AnyExecute) != 0;
}
