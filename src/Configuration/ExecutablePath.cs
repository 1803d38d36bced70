using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Configuration;

/// <summary>Paths of our own programs as they are written into containers' hooks. Resolution never fails and logs nothing.</summary>
public static class ExecutablePath
{
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
            return ProgramSearch.IsProgram(name) ? Path.GetFullPath(name) : fallback;
        string? found = ProgramSearch.Find(name, ProgramSearch.Folders(Environment.GetEnvironmentVariable("PATH") ?? ""));
        return found is null ? fallback : Path.GetFullPath(found);
    }
}

/// <summary>The path of the linker cache program.</summary>
public static class LdconfigPath
{
    /// <summary>The default before it is normalised for this system.</summary>
    public const string Default = "@/sbin/ldconfig";

    /// <summary>Chooses between a host path and its ".real" twin; a path without the host mark "@" stays as it is.</summary>
    public static string Normalize(string path)
    {
        if (!path.StartsWith('@'))
            return path;
        string plain = path[1..];
        if (plain.EndsWith(".real", StringComparison.Ordinal))
            plain = plain[..^".real".Length];
        // Debian's and Ubuntu's /sbin/ldconfig is a shell script around ldconfig.real, which a bare container cannot run.
        return File.Exists(plain + ".real") ? "@" + plain + ".real" : "@" + plain;
    }
}
