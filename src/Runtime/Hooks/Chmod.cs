using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>chmod</c>: permission bits of files in the container (only old specs name it).</summary>
internal static class Chmod
{
    private static readonly HookFlag s_mode = new("mode", "The permission bits, in octal digits");
    private static readonly HookFlag s_path = new("path", "A path of the container whose permission bits to set") { IsRepeatable = true };

    internal static readonly HookCommand Command =
        new("chmod", "Set the permissions of files in the container (deprecated)", [s_path, s_mode, HookCommand.ContainerSpec], Run);

    private static void Run(HookValues values, HookContext context)
    {
        // The arguments are checked before the state is read (HK-120).
        UnixFileMode mode = (UnixFileMode)ParseMode(values.Text(s_mode)) & FileModes.All;
        List<byte[]> paths = values.All(s_path);
        foreach (byte[] path in paths)
            Check(path);
        ContainerRoot root = context.OpenRoot(forWriting: true);
        var volumes = new Volumes();
        HookException? failure = null;
        foreach (byte[] path in paths)
        {
            // Every path is tried, whatever came of those before it (HK-122).
            HookException? error = Apply(root, ContainerPath.From(path), mode, volumes);
            failure ??= error;
        }
        if (failure is not null)
            throw failure;
    }

    private static uint ParseMode(string text)
    {
        ulong mode = 0;
        foreach (char c in text)
        {
            mode = (mode * 8) + (uint)(c - '0');
            if (c is < '0' or > '7' || mode > uint.MaxValue)
                throw new HookException($"invalid mode \"{Excerpt.Of(text, Excerpt.MostBytes)}\": it must be octal digits, such as 755");
        }
        return text.Length > 0 ? (uint)mode : throw new HookException("no mode given: pass --mode with octal digits, such as 755");
    }

    private static void Check(byte[] path)
    {
        if (path.AsSpan().Trim(" \t\r\n\v\f"u8).IsEmpty)
            throw new HookException("an empty path was given: every --path must name a file of the container");
        // In NVIDIA's toolkit these lead out of the root (HK-123).
        foreach (Range part in path.AsSpan().Split((byte)'/'))
        {
            if (path.AsSpan()[part].SequenceEqual(".."u8))
                throw new HookException($"invalid path \"{Excerpt.Of(path)}\": \"..\" is not allowed");
        }
    }

    private static HookException? Apply(ContainerRoot root, ContainerPath path, UnixFileMode mode, Volumes volumes)
    {
        if (!root.TryLookup(path, followLast: true, out Descriptor? entry, out Errno error))
        {
            Log.Debug($"skipping {path}: {error.Describe()}");
            return null;
        }
        using (entry)
        {
            FileStatus status = entry!.Status();
            if ((status.Mode & FileModes.All) == mode)
                return null;
            if (!root.MayWrite(entry))
            {
                volumes.Leave(path.ToString());
                return null;
            }
            error = ContainerFile.ChangeMode(entry, mode);
        }
        if (error is Errno.EPERM or Errno.EACCES)
            Log.Debug($"ignoring that the mode of {path} cannot be changed: {error.Describe()}");
        return error is Errno.None or Errno.EPERM or Errno.EACCES
            ? null
            : new HookException($"cannot change the mode of {path}: {error.Describe()}");
    }
}
