using GpuContainers.Linux.Paths;

namespace GpuContainers.Configuration;

/// <summary>Paths of our own programs as they are written into containers' hooks. Resolution never fails and logs nothing.</summary>
public static class ExecutablePath
{
    private static readonly string[] s_directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The absolute path for <c>nvidia-ctk.path</c>.</summary>
    public static string Ctk(string configured) => Resolve(configured, "/usr/bin/nvidia-ctk");

    /// <summary>The absolute path for <c>nvidia-container-runtime-hook.path</c>.</summary>
    public static string RuntimeHook(string configured) => Resolve(configured, "/usr/bin/nvidia-container-runtime-hook");

    /// <summary>The absolute path of the program that generated CDI hooks call: nvidia-cdi-hook, or nvidia-ctk if the value says so.</summary>
    public static string CdiHook(string configured) =>
        Resolve(configured, LexicalPath.Base(configured) == "nvidia-ctk" ? "/usr/bin/nvidia-ctk" : "/usr/bin/nvidia-cdi-hook");

    /// <summary>Finds the program that a configured value means; the result is absolute.</summary>
    /// <param name="configured">An absolute path (used as it is), a path with "/", a bare name, or empty.</param>
    /// <param name="fallback">The absolute path used when nothing is found.</param>
    public static string Resolve(string configured, string fallback)
    {
        if (configured.StartsWith('/'))
            return configured;
        string name = configured.Length == 0 ? LexicalPath.Base(fallback) : configured;
        // An OCI hook's path must be absolute, so what was found relative to the working directory is made absolute (CF-92).
        if (name.Contains('/'))
            return IsExecutable(name) ? Path.GetFullPath(name) : fallback;
        string searchPath = Environment.GetEnvironmentVariable("PATH") ?? "";
        // Without a PATH nothing comes before the default directories; an empty element of one is the working directory.
        string? found = Search(name, searchPath.Length == 0 ? [] : searchPath.Split(':')) ?? Search(name, s_directories);
        return found is null ? fallback : Path.GetFullPath(found);
    }

    // The name is compared literally, never as a pattern (CF-95).
    private static string? Search(string name, string[] directories)
    {
        foreach (string directory in directories)
        {
            string candidate = directory.Length == 0 ? "./" + name : directory + "/" + name;
            if (IsExecutable(candidate))
                return candidate;
        }
        return null;
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (File.GetUnixFileMode(path) & execute) != 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Removed, or hidden by permissions, since it was seen: not a candidate (CF-94).
            return false;
        }
    }
}
