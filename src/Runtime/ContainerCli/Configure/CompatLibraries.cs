using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>A compatibility library of an image: the handle that the lookup gave, and where it is in the image.</summary>
internal sealed record CompatLibrary(Descriptor File, ContainerPath Path);

/// <summary>The CUDA compatibility libraries of an image, which is not trusted.</summary>
internal sealed class CompatLibraries : IDisposable
{
    // Real images have a dozen; what is beyond this is left out (SEC-24).
    private const int MaximumCandidates = 256;

    private static readonly ContainerPath s_folder = ContainerPath.From("/usr/local/cuda/compat"u8);

    private readonly List<CompatLibrary> _libraries = [];

    /// <summary>Those that are used, by handle.</summary>
    internal IReadOnlyList<CompatLibrary> All => _libraries;

    /// <inheritdoc/>
    public void Dispose() => _libraries.ForEach(library => library.File.Dispose());

    /// <summary>The mode that the options ask for.</summary>
    /// <exception cref="CliException">A word is not a mode, or two of them exclude each other.</exception>
    internal static CompatMode ModeOf(ConfigureOptions options)
    {
        foreach (string word in options.CompatModes)
        {
            if (word is not ("disabled" or "mount" or "ldconfig"))
                throw new CliException(CliError.Container, $"invalid option: cuda-compat-mode={word}", "the modes are disabled, mount and ldconfig");
        }
        bool mounts = Contains(options, "mount");
        bool caches = Contains(options, "ldconfig");
        if (Contains(options, "disabled") || options.Omissions.ContainerLibraries || (options.Libraries & LibraryGroup.Compute) == 0)
            return CompatMode.Disabled;
        if (mounts && caches)
            throw new CliException(CliError.Container, "only one cuda-compat-mode can be specified at a time", "name disabled, mount or ldconfig once");
        return caches ? CompatMode.Ldconfig : CompatMode.Mount;
    }

    /// <summary>Finds the libraries that the mode uses.</summary>
    /// <param name="root">The container.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="driverVersion">The driver's version, such as 575.57.08.</param>
    /// <param name="log">Tells what is left out.</param>
    /// <exception cref="LinuxException">A link leads out of the image.</exception>
    internal static CompatLibraries Find(ContainerRoot root, CompatMode mode, string driverVersion, DebugLog log)
    {
        var libraries = new CompatLibraries();
        if (mode == CompatMode.Disabled)
            return libraries;
        int driver = Major(driverVersion) ?? 0;
        try
        {
            foreach (ContainerPath candidate in Candidates(root))
                libraries.Add(root, candidate, mode, driver, log);
        }
        // No name of an image leads into the kernel's own file systems (SEC-22).
        catch (LinuxException error) when (error.Errno == Errno.EMEDIUMTYPE)
        {
            log.Warning($"skipping {s_folder}: {error.Errno.Describe()}");
        }
        return libraries;
    }

    /// <summary>The one folder that all of them are in; null when there is none (CL-106).</summary>
    /// <exception cref="CliException">They are in several folders.</exception>
    internal ContainerPath? CommonFolder()
    {
        ContainerPath? folder = null;
        foreach (CompatLibrary library in _libraries)
        {
            if (folder is not null && !folder.Value.Equals(library.Path.Parent))
            {
                throw new CliException(CliError.Container, $"CUDA compat libraries in several folders: {folder} and {library.Path.Parent}",
                    "the image must keep them in one; or use --cuda-compat-mode=disabled");
            }
            folder = library.Path.Parent;
        }
        return folder;
    }

    private static bool Contains(ConfigureOptions options, string mode)
    {
        foreach (string word in options.CompatModes)
        {
            if (word == mode)
                return true;
        }
        return false;
    }

    private static List<ContainerPath> Candidates(ContainerRoot root)
    {
        var found = new List<ContainerPath>();
        if (!root.TryOpenDirectory(s_folder, out ContainerDirectory? folder, out Errno error))
            return error is Errno.ENOENT or Errno.ENOTDIR ? found : throw new LinuxException(error, "look up", s_folder.ToString());
        using (folder)
        {
            folder!.Visit((name, _) =>
            {
                if (name.StartsWith("lib"u8) && name.IndexOf(".so."u8) > 0)
                    found.Add(s_folder.Child(name));
                return found.Count < MaximumCandidates;
            });
        }
        found.Sort(static (a, b) => a.Bytes.SequenceCompareTo(b.Bytes));
        return found;
    }

    private void Add(ContainerRoot root, ContainerPath candidate, CompatMode mode, int driver, DebugLog log)
    {
        if (!root.TryLookup(candidate, followLast: true, out Descriptor? file, out Errno error))
        {
            if (error is not (Errno.ENOENT or Errno.ENOTDIR))
                throw new LinuxException(error, "look up", candidate.ToString());
            log.Warning($"skipping {candidate}: {error.Describe()}");
            return;
        }
        ContainerPath? path = root.PathOf(file!);
        if (path is null || !IsUsed(Encoding.UTF8.GetString(path.Value.Name), mode, driver) || _libraries.Exists(known => known.Path.Equals(path.Value)))
        {
            file!.Dispose();
            return;
        }
        log.Info($"found CUDA compat library {path}");
        _libraries.Add(new CompatLibrary(file!, path.Value));
    }

    // Compared as numbers: 1000 is newer than 575 (CL-104).
    private static bool IsUsed(string name, CompatMode mode, int driver)
    {
        int suffix = name.IndexOf(".so.", StringComparison.Ordinal);
        if (suffix < 0)
            return true;
        return Major(name[(suffix + 4)..]) is { } major && (mode == CompatMode.Mount ? major != driver : major > driver);
    }

    private static int? Major(string text)
    {
        int end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? text : text.AsSpan(0, end);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? major : null;
    }
}

/// <summary>What is done with the CUDA compatibility libraries of an image (CL-102).</summary>
internal enum CompatMode
{
    /// <summary>Nothing.</summary>
    Disabled,

    /// <summary>They are mounted beside the driver's libraries.</summary>
    Mount,

    /// <summary>Their folder comes first in the loader's cache.</summary>
    Ldconfig,
}
