using GpuContainers.Runtime.Hooks.CommandLine;
using GpuContainers.Runtime.Hooks.Compat;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>enable-cuda-compat</c>: makes the image's CUDA forward compatibility libraries known, where they are newer.</summary>
internal static class EnableCudaCompat
{
    private static readonly HookFlag s_driver = new("host-driver-version", "The version of the host's driver");
    private static readonly HookFlag s_cuda = new("host-cuda-version", "The CUDA version of the host's driver");
    private static readonly HookFlag s_folder =
        new("cuda-compat-container-root", "The folder of the compatibility libraries in the container") { Default = "/usr/local/cuda/compat" };

    internal static readonly HookCommand Command = new(
        "enable-cuda-compat", "Use the image's CUDA forward compatibility libraries where they are newer than the host's driver",
        [s_driver, s_cuda, s_folder, HookCommand.HiddenContainerSpec], Run);

    private const string DropInPrefix = "00-compat-";

    private static ReadOnlySpan<byte> LibraryPrefix => "libcuda.so."u8;

    private static void Run(HookValues values, HookContext context)
    {
        ContainerRoot root = context.OpenRoot(forWriting: true);
        byte[]? line = Line(root, values);
        _ = new Volumes().Write(() => Write(root, line));
    }

    // The folder as a line of configuration; null when it is not to be used.
    private static byte[]? Line(ContainerRoot root, HookValues values)
    {
        string driver = values.Text(s_driver);
        string cuda = values.Text(s_cuda);
        // Without a version of the host there is nothing to compare with (HK-96).
        if (driver.Length == 0 && cuda.Length == 0)
            return null;
        if (!root.TryOpenDirectory(ContainerPath.From(values.Bytes(s_folder)), out ContainerDirectory? folder, out Errno error))
        {
            Log.Debug($"the container has no compatibility libraries: {error.Describe()}");
            return null;
        }
        using (folder)
            return Candidate(folder!) is { } name && IsNewer(folder!, name, driver, cuda) ? LineOf(root, folder!) : null;
    }

    // Regular files only, so that no link of the image is followed; two of them are none (HK-97).
    private static byte[]? Candidate(ContainerDirectory folder)
    {
        var found = new List<byte[]>();
        try
        {
            folder.Visit((name, kind) =>
            {
                bool matches = name.StartsWith(LibraryPrefix) && name[LibraryPrefix.Length..].Contains((byte)'.');
                if (matches && folder.TryStatus(name, out FileStatus status, out _) && status.Kind == FileKind.Regular)
                    found.Add(name.ToArray());
                return found.Count < 2;
            });
        }
        catch (LinuxException error) when (error.Errno == Errno.EMEDIUMTYPE)
        {
            Log.Warning($"skipping {folder.Path} in the container: {error.Errno.Describe()}");
        }
        if (found.Count > 1)
            Log.Warning($"{folder.Path} in the container holds several libraries libcuda.so.*.*: none of them is used");
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsNewer(ContainerDirectory folder, byte[] name, string driver, string cuda)
    {
        // The file's name is the only place that tells the version of a compatibility library (HK-99).
        string version = Encoding.UTF8.GetString(name.AsSpan(LibraryPrefix.Length));
        CompatNote? note = ReadNote(folder, name);
        bool use = CompatDecision.UseCompat(
            note, Version("compatibility library", version), Version("host driver", driver), Version("host CUDA", cuda), cuda.Length > 0);
        Log.Debug($"compatibility library {version}, host driver {driver}, host CUDA {cuda}: {(use ? "used" : "not used")}");
        return use;
    }

    // A version that was not given is not a reason for a warning (HK-101).
    private static SemanticVersion? Version(string whose, string text)
    {
        SemanticVersion? version = SemanticVersion.Parse(text);
        if (version is null && text.Length > 0)
            Log.Warning($"the {whose} version \"{Excerpt.Of(text, Excerpt.MostBytes)}\" is not understood; it counts as unknown");
        return version;
    }

    private static CompatNote? ReadNote(ContainerDirectory folder, byte[] name)
    {
        if (!folder.TryLookup(name, out Descriptor? entry, out _))
            return null;
        using (entry)
        {
            FileStatus status = entry!.Status();
            if (!ContainerFile.TryOpen(entry, status, out Descriptor? file, out Errno error))
            {
                if (error == Errno.EMEDIUMTYPE)
                    Log.Warning($"skipping {folder.Path.Child(name)} in the container: {error.Describe()}");
                return null;
            }
            using (file)
                return CompatNote.Read(file!.ReadAt, status.Size);
        }
    }

    // The resolved directory, by its handle (HK-108 to HK-110, HK-48).
    private static byte[] LineOf(ContainerRoot root, ContainerDirectory folder)
    {
        if (root.PathOf(folder.Handle) is not { } path || path.Bytes.ContainsAnyInRange((byte)0, (byte)31) || path.Bytes.ContainsAny((byte)'#', (byte)127))
            throw new HookException(
                $"the path of the compatibility libraries, {folder.Path}, cannot be written to a configuration of the dynamic loader");
        return [.. path.Bytes, (byte)'\n'];
    }

    // What an earlier start chose, with another driver, is not the choice of this one (HK-146).
    private static void Write(ContainerRoot root, byte[]? line)
    {
        if (line is not null)
            DropIn.Write(root, DropInPrefix, RandomBytes.Uuid(), line);
        try
        {
            DropIn.RemoveEarlier(root, DropInPrefix, line);
        }
        catch (LinuxException error) when (error is not ForeignMountException)
        {
            Log.Debug($"a drop-in of an earlier start stays: {error.Message}");
        }
    }
}
