using GpuContainers.Configuration.Model;

namespace GpuContainers.Runtime.Prestart;

/// <summary>Where nvidia-container-cli is.</summary>
/// <param name="Path">The program, to be executed and to be its own argument 0.</param>
/// <param name="SearchPath">The PATH that it gets; null when it keeps the inherited one.</param>
internal sealed record CliProgram(string Path, string? SearchPath)
{
    private const string Name = "nvidia-container-cli";

    /// <summary>The program that is to be executed; null when the work is done in this process (NL-2, NL-3).</summary>
    /// <param name="config">The section of the injector.</param>
    /// <param name="inheritedPath">PATH of the hook; empty when it has none.</param>
    /// <param name="own">The file of this process.</param>
    /// <exception cref="CoreException">Another program was asked for and is in none of the directories, or the configured word means nothing.</exception>
    public static CliProgram? Choose(ContainerCliConfig config, string inheritedPath, FileStatus own)
    {
        bool isOwn(string path) => HostFile.TryStatus(path, followLinks: true, out FileStatus status) && status.IsSameFile(own);
        switch (config.Implementation)
        {
            case "native":
                return null;
            case "external":
                return Find(config, inheritedPath, path => !isOwn(path));
            case "auto" or "":
                if (config.Path.Length > 0)
                    return isOwn(config.Path) ? null : new CliProgram(config.Path, null);
                // Another program of this name that comes first in PATH was put there by somebody.
                return First(Directories(inheritedPath, config.Root), static _ => true) is { } found && !isOwn(found)
                    ? new CliProgram(found, string.Join(':', Directories(inheritedPath, config.Root))) : null;
            default:
                throw new CoreException(
                    $"nvidia-container-cli.implementation \"{config.Implementation}\" is not known; write auto, native or external");
        }
    }

    /// <summary>The configured program, without a check (LG-63), else the first one in the directories of <see cref="Directories"/> (LG-65).</summary>
    /// <param name="config">The section of the injector.</param>
    /// <param name="inheritedPath">PATH of the hook; empty when it has none.</param>
    /// <param name="accepts">Whether a program that was found is meant.</param>
    /// <exception cref="CoreException">It is in none of the directories.</exception>
    public static CliProgram Find(ContainerCliConfig config, string inheritedPath, Predicate<string> accepts)
    {
        if (config.Path.Length > 0)
            return new CliProgram(config.Path, null);
        List<string> directories = Directories(inheritedPath, config.Root);
        string searchPath = string.Join(':', directories);
        if (First(directories, accepts) is { } found)
            return new CliProgram(found, searchPath);
        throw new CoreException(
            $"couldn't find binary {Name} in PATH: executable file not found in {searchPath}; install it or set nvidia-container-cli.path; " +
            $"without it --gpus cannot work, but {HookTexts.WhatWorks}");
    }

    /// <summary>The inherited directories, then the usual ones that are missing among them; all of them below the driver root come first (LG-64).</summary>
    internal static List<string> Directories(string inheritedPath, string root)
    {
        List<string> directories = ProgramSearch.Folders(inheritedPath);
        if (root is "" or "/")
            return directories;
        List<string> below = directories.ConvertAll(directory => LexicalPath.Join(root, directory));
        below.AddRange(directories);
        return below;
    }

    private static string? First(List<string> directories, Predicate<string> accepts)
    {
        foreach (string directory in directories)
        {
            string path = directory + "/" + Name;
            // A relative directory would let the working directory, which is the bundle, choose the program.
            if (directory.StartsWith('/') && ProgramSearch.IsProgram(path) && accepts(path))
                return path;
        }
        return null;
    }
}
