namespace GpuContainers.Linux.Files;

/// <summary>What a file has besides its content, so that another file can get it.</summary>
/// <param name="Mode">Permission, set-id and sticky bits.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Attributes">The extended attributes, access control lists and security labels among them.</param>
public sealed record FileMetadata(UnixFileMode Mode, uint Uid, uint Gid, IReadOnlyList<ExtendedAttribute> Attributes)
{
    private const string AccessList = "system.posix_acl_access";

    /// <summary>That of a file; null when it is missing or not all of it can be read.</summary>
    /// <param name="path">The file; links are followed.</param>
    public static FileMetadata? Read(string path) =>
        HostFile.TryStatus(path, followLinks: true, out FileStatus status) ? Read(path, status) : null;

    internal static FileMetadata? Read(string path, in FileStatus status)
    {
        if (!HostFile.TryOpen(path, Libc.ReadOnly | Libc.NonBlocking, 0, out Descriptor? file, out _))
            return null;
        using (file)
            return Read(file!) is { } attributes ? new FileMetadata(status.Mode, status.Uid, status.Gid, attributes) : null;
    }

    /// <summary>Gives all of it to a new file; false when the owner or an attribute cannot be given.</summary>
    /// <exception cref="LinuxException">The mode cannot be set.</exception>
    internal bool TryApply(Descriptor file, string path)
    {
        FileStatus own = file.Status();
        // Owner first: chown clears set-id bits.
        bool isKept = (own.Uid == Uid && own.Gid == Gid) || Libc.ChangeOwner(file.Number, Uid, Gid) == 0;
        bool hasAccessList = false;
        foreach (ExtendedAttribute attribute in Attributes)
        {
            isKept &= Set(file, attribute);
            hasAccessList |= attribute.Name == AccessList;
        }
        // A list that the directory gives to its new files would let others in with the mode that is set next (CT-194).
        if (!hasAccessList)
            Remove(file, AccessList);
        if (Libc.ChangeMode(file.Number, Mode) != 0)
            throw new LinuxException(Libc.LastError, "chmod", path);
        return isKept;
    }

    private static unsafe List<ExtendedAttribute>? Read(Descriptor file)
    {
        nint size = Libc.ListAttributes(file.Number, null, 0);
        // Most files have none, and some file systems know none.
        if (size == 0 || (size < 0 && Libc.LastError == Errno.EOPNOTSUPP))
            return [];
        if (Filled((buffer, room) => Libc.ListAttributes(file.Number, buffer, room)) is not { } names)
            return null;
        var attributes = new List<ExtendedAttribute>();
        foreach (string name in Encoding.UTF8.GetString(names).TrimEnd('\0').Split('\0'))
        {
            // These two are signatures of the old content (CT-194).
            if (name is "security.ima" or "security.evm")
                continue;
            if (Value(file, name) is not { } value)
                return null;
            attributes.Add(new ExtendedAttribute(name, value));
        }
        return attributes;
    }

    private static unsafe byte[]? Value(Descriptor file, string name)
    {
        byte[] terminated = Libc.Terminated(name);
        return Filled((buffer, size) =>
        {
            fixed (byte* text = terminated)
                return Libc.GetAttribute(file.Number, text, buffer, size);
        });
    }

    private unsafe delegate nint Fill(byte* buffer, nuint size);

    // Asked with no room, the kernel says how much is needed.
    private static unsafe byte[]? Filled(Fill fill)
    {
        nint size = fill(null, 0);
        if (size < 0)
            return null;
        byte[] bytes = new byte[size];
        fixed (byte* buffer = bytes)
            return fill(buffer, (nuint)size) == size ? bytes : null;
    }

    private static unsafe bool Set(Descriptor file, ExtendedAttribute attribute)
    {
        fixed (byte* name = Libc.Terminated(attribute.Name), value = attribute.Value)
            return Libc.SetAttribute(file.Number, name, value, (nuint)attribute.Value.Length, 0) == 0;
    }

    private static unsafe void Remove(Descriptor file, string attribute)
    {
        fixed (byte* name = Libc.Terminated(attribute))
            _ = Libc.RemoveAttribute(file.Number, name);
    }
}

/// <summary>An extended attribute of a file (xattr(7)).</summary>
/// <param name="Name">Its name with the namespace: "user.note".</param>
/// <param name="Value">Its bytes.</param>
public sealed record ExtendedAttribute(string Name, byte[] Value);
