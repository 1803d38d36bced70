namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>
/// The program that --ldconfig names (CL-64, CL-128). The work of an ldconfig is done here; only a program of the container by another name is run.
/// </summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsOfHost">Whether it is one of the host.</param>
internal sealed record LoaderCacheProgram(string Path, bool IsOfHost)
{
    /// <summary>Reads the option; a program of the host must be there, or nothing is begun.</summary>
    /// <exception cref="CliException">The host has no such program.</exception>
    internal static LoaderCacheProgram Parse(string option)
    {
        if (!option.StartsWith('@'))
            return new LoaderCacheProgram(option, IsOfHost: false);
        string path = option[1..];
        if (!HostFile.TryStatus(path, followLinks: true, out _, out Errno error))
        {
            throw CliException.From(
                CliError.Ldcache, "open failed", path, error, "--ldconfig (nvidia-container-cli.ldconfig) names the host's ldconfig behind an @");
        }
        return new LoaderCacheProgram(path, IsOfHost: true);
    }

    /// <summary>The program in a container; null when it has none, and so no cache that would be used (CL-136).</summary>
    internal string? FindIn(ContainerRoot root)
    {
        foreach (string path in Path.Length > 0 ? [Path] : (ReadOnlySpan<string>)["/sbin/ldconfig.real", "/sbin/ldconfig"])
        {
            if (root.IsFile(ContainerPath.From(path)))
                return path;
        }
        return null;
    }

    /// <summary>Whether a program is an ldconfig by its name.</summary>
    internal static bool IsLdconfig(string path) => LexicalPath.Base(path) is "ldconfig" or "ldconfig.real";
}
