using GpuContainers.Elf.Cache;
using GpuContainers.Runtime.Hooks.CommandLine;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// The hook <c>update-ldcache</c>: makes injected libraries known to the container's dynamic loader. It builds the cache itself:
/// no program is executed, nothing is mounted but the copy of a read-only root (HK-61).
/// </summary>
internal static class UpdateLdcache
{
    private static readonly HookFlag s_folder = new("folder", "A folder of the container with injected libraries") { IsRepeatable = true };
    private static readonly HookFlag s_ldconfig =
        new("ldconfig-path", "Accepted for old specifications and ignored: no ldconfig is run") { Default = "/sbin/ldconfig" };

    internal static readonly HookCommand Command =
        new("update-ldcache", "Update the container's cache of libraries", [s_folder, s_ldconfig, HookCommand.ContainerSpec], Run);

    private static void Run(HookValues values, HookContext context)
    {
        if (values.Bytes(s_ldconfig).Length == 0)
            throw new HookException("the path of --ldconfig-path is empty");
        List<byte[]> folders = Folders(values.All(s_folder));
        ContainerRoot root = context.OpenRoot(forWriting: true);
        using ContainerDirectory etc = root.MakeDirectories(ContainerPath.From("/etc"u8), FileModes.PublicFolder);
        List<byte[]> system = SearchPaths.Read(root);
        var files = new LoaderFiles();
        List<byte[]> added = Filter(folders, LoaderConfiguration.Read(root, context.Budget, files), system);
        var volumes = new Volumes();
        WriteConfiguration(root, etc, added, system, files, volumes);
        _ = volumes.Write(() => MuslPaths.Add(root, etc, [.. added, .. system]));
        byte[] cache = BuildCache(root, folders, system, context.Budget, files);
        _ = volumes.Write(() => WriteCache(etc, cache));
    }

    // An equal cache stays untouched; another one replaces it in one step, a link by that name included (LC-18, LC-20).
    private static void WriteCache(ContainerDirectory etc, byte[] cache)
    {
        if (!DropIn.Holds(etc, "ld.so.cache"u8, cache))
            etc.ReplaceFile("ld.so.cache"u8, cache, FileModes.PublicFile);
    }

    // A folder that could write a second line of configuration is refused (HK-70, SEC-13).
    private static List<byte[]> Folders(List<byte[]> values)
    {
        var folders = new List<byte[]>();
        foreach (byte[] value in values)
        {
            if (value.Length == 0)
            {
                Log.Warning("ignoring an empty --folder");
                continue;
            }
            if (value[0] != '/' || value.AsSpan().ContainsAny("\n\0:#"u8))
                throw new HookException($"invalid folder \"{Excerpt.Of(value)}\": it must be absolute, without line breaks, \":\" and \"#\"");
            folders.Add(ContainerPath.From(value).TrimSlashes().Bytes.ToArray());
        }
        return folders;
    }

    // By their exact text (HK-64).
    private static List<byte[]> Filter(List<byte[]> folders, List<byte[]> configured, List<byte[]> system)
    {
        HashSet<byte[]> known = SetOf(configured, system);
        var added = new List<byte[]>();
        foreach (byte[] folder in folders)
        {
            if (known.Add(folder))
                added.Add(folder);
        }
        return added;
    }

    private static HashSet<byte[]> SetOf(List<byte[]> first, List<byte[]> more)
    {
        var known = new HashSet<byte[]>(ByteEquality.Instance);
        foreach (byte[] folder in first)
            _ = known.Add(folder);
        foreach (byte[] folder in more)
            _ = known.Add(folder);
        return known;
    }

    private static void WriteConfiguration(
        ContainerRoot root, ContainerDirectory etc, List<byte[]> added, List<byte[]> system, LoaderFiles files, Volumes volumes)
    {
        // Whatever has the name, even a dangling link, stays as it is (HK-63).
        if (!etc.TryStatus("ld.so.conf"u8, out _, out Errno error) && error == Errno.ENOENT)
            _ = volumes.Write(() => etc.CreateFile("ld.so.conf"u8, "include /etc/ld.so.conf.d/*.conf\n"u8, FileModes.PublicFile));
        // Before ordinary names, after the compatibility libraries (HK-65).
        if (added.Count > 0)
            Add("00-nvcr-", Lines(added));
        // So that another distribution's ldconfig, run later, still searches the system's directories, and last (HK-66).
        byte[] ofSystem = Lines(system);
        if (!files.HasDropIn("zz-nvcr-", ofSystem))
            Add("zz-nvcr-", ofSystem);

        void Add(string prefix, byte[] content)
        {
            files.ForgetNames();
            _ = volumes.Write(() => DropIn.Write(root, prefix, RandomNumber(), content));
        }
    }

    private static byte[] BuildCache(ContainerRoot root, List<byte[]> folders, List<byte[]> system, WorkBudget budget, LoaderFiles files)
    {
        List<byte[]> configured = LoaderConfiguration.ReadWithDropIns(root, budget, files, out bool hasCompat);
        // Whatever the image's configuration does to the limits on reading it, the driver's folders are searched.
        HashSet<byte[]> known = SetOf(configured, system);
        List<byte[]> directories = [];
        foreach (byte[] folder in folders)
        {
            if (!known.Contains(folder))
                directories.Add(folder);
        }
        directories.AddRange(configured);
        // The system's own folders come last, as in the C library's builder (HK-76).
        directories.AddRange(system);
        directories.AddRange(SearchPaths.OfDebian);
        var writer = new LibraryCacheWriter($"{nameof(GpuContainers)} {ProductVersion.Text}", signedBytes: !SearchPaths.IsArm);
        new LibraryScan(root, folders, writer, budget) { PrefersInjected = true, PutsInjectedFirst = !hasCompat }.Run(directories);
        return writer.ToBytes();
    }

    private static byte[] Lines(List<byte[]> folders)
    {
        var text = new List<byte>();
        foreach (byte[] folder in folders)
        {
            text.AddRange(folder.AsSpan());
            text.Add((byte)'\n');
        }
        return [.. text];
    }

    private static string RandomNumber()
    {
        Span<byte> random = stackalloc byte[4];
        RandomBytes.Fill(random);
        return BitConverter.ToUInt32(random).ToString();
    }
}
