using GpuContainers.Elf.Cache;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The container's cache of libraries, made as ldconfig would with the driver's folders as its arguments (CL-127); no program is run for it.</summary>
internal static class LoaderCacheUpdate
{
    private static readonly ContainerPath s_etc = ContainerPath.From("/etc"u8);

    /// <summary>Makes the cache.</summary>
    /// <param name="rootfs">The container's root.</param>
    /// <param name="folders">The folders that come first, in their order.</param>
    /// <param name="log">Tells what is left as it is.</param>
    /// <exception cref="CliException">The cache cannot be written.</exception>
    internal static void Run(string rootfs, IReadOnlyList<string> folders, DebugLog log)
    {
        try
        {
            using ContainerRoot opened = ContainerRoot.Open(rootfs);
            ContainerRoot root = opened.ForWriting();
            try
            {
                Write(root, Build(root, folders));
            }
            finally
            {
                if (root != opened)
                    root.Dispose();
            }
        }
        // A volume is the user's, and no reason for a container not to start (HK-147).
        catch (ForeignMountException refused)
        {
            log.Warning(refused.Message);
        }
        catch (LinuxException error)
        {
            throw new CliException(CliError.Ldcache, error.Message, "the loader's cache of the container cannot be written", error);
        }
    }

    private static byte[] Build(ContainerRoot root, IReadOnlyList<string> folders)
    {
        var first = new List<byte[]>();
        foreach (string folder in folders)
            first.Add(Encoding.UTF8.GetBytes(folder));
        var budget = new WorkBudget();
        List<byte[]> directories = [.. first, .. LoaderConfiguration.Read(root, budget, new LoaderFiles()), .. SearchPaths.Read(root), .. SearchPaths.OfDebian];
        var writer = new LibraryCacheWriter($"{nameof(GpuContainers)} {ProductVersion.Text}", signedBytes: !SearchPaths.IsArm);
        // As the ldconfig that legacy mode has always run (LC-14).
        new LibraryScan(root, first, writer, budget) { MarksMissingLibc = true }.Run(directories);
        return writer.ToBytes();
    }

    private static void Write(ContainerRoot root, byte[] cache)
    {
        using ContainerDirectory etc = root.MakeDirectories(s_etc, FileModes.PublicFolder);
        if (!DropIn.Holds(etc, "ld.so.cache"u8, cache))
            etc.ReplaceFile("ld.so.cache"u8, cache, FileModes.PublicFile);
    }
}

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
