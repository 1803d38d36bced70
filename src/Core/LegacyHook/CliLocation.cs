using GpuContainers.Linux;

namespace GpuContainers.Core.LegacyHook;

/// <summary>Where nvidia-container-cli is (legacy.md section A11).</summary>
internal static class CliLocation
{
    private const string Program = "nvidia-container-cli";
    private static readonly string[] s_defaultDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The directories to search, which the CLI inherits as its PATH: those below the driver root first (LG-64).</summary>
    public static string SearchPath(string current, string root)
    {
        List<string> directories = current.Length == 0 ? [] : [.. current.Split(':')];
        foreach (string directory in s_defaultDirectories)
        {
            if (!directories.Contains(directory))
                directories.Add(directory);
        }
        string own = string.Join(':', directories);
        if (root is "" or "/")
            return own;
        List<string> below = directories.ConvertAll(directory => LexicalPath.Join(root, directory));
        return string.Join(':', below) + ":" + own;
    }

    /// <summary>The program itself: the configured path unchecked (LG-63), else the first one in the directories.</summary>
    /// <exception cref="CoreException">It is in none of them (LG-65).</exception>
    public static string Find(string configured, string searchPath)
    {
        if (configured.Length > 0)
            return configured;
        foreach (string directory in searchPath.Split(':'))
        {
            string path = directory + "/" + Program;
            // A relative directory would let the working directory, which is the bundle, choose the program.
            if (directory.StartsWith('/') && HostFile.TryStatus(path, true, out FileStatus status) && status.Kind != FileKind.Directory && (status.Mode & 0x49) != 0)
                return path;
        }
        throw new CoreException(
            CoreFailure.ContainerCli,
            $"couldn't find binary {Program} in PATH: executable file not found in {searchPath}; install it, or set nvidia-container-cli.path, or use the runtime in mode cdi or jit-cdi, which needs neither");
    }
}
