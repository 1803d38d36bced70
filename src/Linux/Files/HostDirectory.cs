using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Files;

/// <summary>Directories of the host, by path.</summary>
public static class HostDirectory
{
    /// <summary>The names in a directory, without "." and "..", in the order of their bytes.</summary>
    /// <exception cref="LinuxException">It is missing, no directory, or not readable.</exception>
    public static IReadOnlyList<string> Names(string path) =>
        TryNames(path, out IReadOnlyList<string> names, out Errno error) ? names : throw new LinuxException(error, "open", path);

    /// <summary>As <see cref="Names"/>, but false with the error number instead of an exception.</summary>
    public static bool TryNames(string path, out IReadOnlyList<string> names, out Errno error)
    {
        names = [];
        if (!HostFile.TryOpen(path, Libc.ReadOnly | Libc.Directory, 0, out Descriptor? folder, out error))
            return false;
        using (folder)
            names = SortedNames(folder!.Number);
        return true;
    }

    /// <summary>Makes a directory and what is missing above it; existing ones are left as they are.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">The mode of each one made, less the umask.</param>
    /// <exception cref="LinuxException">One could not be made, or something else has its name.</exception>
    public static void Create(string path, UnixFileMode mode)
    {
        if (HostFile.IsDirectory(path))
            return;
        TrustedPath.RequireOwnLinks(path);
        string parent = LexicalPath.Parent(LexicalPath.Clean(path));
        if (parent != "." && parent != "/" && parent != path)
            Create(parent, mode);
        Errno error = Make(path, mode);
        if (error != Errno.None && !(error == Errno.EEXIST && HostFile.IsDirectory(path)))
            throw new LinuxException(error, "mkdir", path);
    }

    /// <summary>Removes a file, link or directory with all that is in it; nothing happens when there is none. Links are removed, not followed.</summary>
    /// <exception cref="LinuxException">Something could not be removed.</exception>
    public static void RemoveTree(string path)
    {
        Errno error = HostFile.Delete(path);
        if (error is Errno.None or Errno.ENOENT)
            return;
        if (error is not (Errno.EISDIR or Errno.EPERM) || !HostFile.TryStatus(path, followLinks: false, out FileStatus status)
            || status.Kind != FileKind.Directory)
            throw new LinuxException(error, "remove", path);
        foreach (string name in Names(path))
            RemoveTree(LexicalPath.Join(path, name));
        error = Remove(path);
        if (error is not (Errno.None or Errno.ENOENT))
            throw new LinuxException(error, "remove", path);
    }

    /// <summary>Gives a directory to this process's user and takes the right to write it from all others. A link of its name is not followed.</summary>
    /// <returns>Whether it was another user's, or others could write it.</returns>
    /// <exception cref="LinuxException">It is missing, not a directory, or may not be changed.</exception>
    public static bool TakeOver(string path)
    {
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        using Descriptor folder = HostFile.Open(path, Libc.ReadOnly | Libc.Directory | Libc.NoFollow, 0);
        FileStatus status = folder.Status();
        uint user = Libc.EffectiveUser();
        if (status.Uid == user && (status.Mode & others) == 0)
            return false;
        // The owner first: the old one could give the rights back.
        if (status.Uid != user && Libc.ChangeOwner(folder.Number, user, Libc.EffectiveGroup()) != 0)
            throw new LinuxException(Libc.LastError, "chown", path);
        if (Libc.ChangeMode(folder.Number, status.Mode & ~others) != 0)
            throw new LinuxException(Libc.LastError, "chmod", path);
        return true;
    }

    private static unsafe Errno Remove(string path)
    {
        fixed (byte* name = Libc.Terminated(path))
            return Libc.UnlinkAt(Libc.WorkingDirectory, name, Libc.RemoveDirectory) == 0 ? Errno.None : Libc.LastError;
    }

    private static unsafe Errno Make(string path, UnixFileMode mode)
    {
        fixed (byte* name = Libc.Terminated(path))
            return Libc.MakeDirectoryAt(Libc.WorkingDirectory, name, mode) == 0 ? Errno.None : Libc.LastError;
    }

    private static string[] SortedNames(int folder)
    {
        var found = new List<byte[]>();
        using var entries = new DirectoryEntries(folder);
        while (entries.MoveNext())
            found.Add(entries.Current.ToArray());
        found.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        string[] names = new string[found.Count];
        for (int i = 0; i < names.Length; i++)
            names[i] = Encoding.UTF8.GetString(found[i]);
        return names;
    }
}

/// <summary>Host paths with every symbolic link followed (realpath(3)).</summary>
public static class HostPathResolution
{
    /// <summary>The absolute path without links, "." and "..".</summary>
    /// <exception cref="LinuxException">A part is missing, not accessible, or the links go in a circle.</exception>
    public static string Resolve(string path) =>
        TryResolve(path, out string resolved, out Errno error) ? resolved : throw new LinuxException(error, "resolve", path);

    /// <summary>
    /// Whether a symbolic link stands on the way to something or has its name itself; also true when it is missing or the kernel (before 5.6) cannot tell.
    /// </summary>
    public static unsafe bool HasLink(string path)
    {
        var how = new Libc.OpenHow { Flags = (ulong)(uint)(Libc.PathOnly | Libc.CloseOnExec), Resolve = Libc.ResolveNoLinks | Libc.ResolveNoMagicLinks };
        fixed (byte* name = Libc.Terminated(path))
        {
            nint number = Libc.SystemCall(Libc.CallOpenAt2, Libc.WorkingDirectory, (nint)name, (nint)(&how), sizeof(Libc.OpenHow), 0);
            if (number >= 0)
                new Descriptor((int)number).Dispose();
            return number < 0;
        }
    }

    /// <summary>As <see cref="Resolve"/>, but false with the error number instead of an exception; the result is then empty.</summary>
    public static unsafe bool TryResolve(string path, out string resolved, out Errno error)
    {
        byte* buffer = stackalloc byte[4096];
        byte* result;
        fixed (byte* name = Libc.Terminated(path))
            result = Libc.RealPath(name, buffer);
        error = result is null ? Libc.LastError : Errno.None;
        resolved = result is null ? "" : Marshal.PtrToStringUTF8((nint)result)!;
        return result is not null;
    }
}
