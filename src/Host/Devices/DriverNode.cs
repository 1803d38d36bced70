namespace GpuContainers.Host.Devices;

/// <summary>A device node of the driver as it has to be, and the link by which systemd finds it.</summary>
/// <param name="DeviceFolder">The folder <c>dev</c> of the driver's root.</param>
/// <param name="Name">The path below that folder.</param>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Parameters">Owner, mode, and whether it may be made.</param>
public sealed record DriverNode(string DeviceFolder, string Name, uint Major, uint Minor, DeviceFileParameters Parameters)
{
    /// <summary>Where the node is.</summary>
    public string Path => $"{DeviceFolder}/{Name}";

    /// <summary>Where its link is.</summary>
    public string Link => string.Create(CultureInfo.InvariantCulture, $"{DeviceFolder}/char/{Major}:{Minor}");

    /// <summary>Whether nothing is to be done: node and link are right, or the module wants nothing to be changed.</summary>
    // What is right is left alone (CL-140, CL-141).
    public bool IsRight => !Parameters.MayChange || (IsDevice(out bool isOwned) && isOwned && IsLinked);

    // The other programs that make these links write absolute ones; both lead to the node.
    private bool IsLinked => HostFile.ReadLink(Link) is { } target && (target == "../" + Name || target == "/dev/" + Name);

    /// <summary>Makes what is missing or wrong.</summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    public void Make()
    {
        if (IsRight)
            return;
        // The file system may lack them after a start of the machine without udev (CL-143).
        HostDirectory.Create(LexicalPath.Parent(Path), FileModes.PublicFolder);
        if (!IsDevice(out bool isOwned))
        {
            Errno error = HostFile.Delete(Path);
            if (error is not (Errno.None or Errno.ENOENT))
                throw new LinuxException(error, "unlink", Path);
            HostNodes.CreateCharacterDevice(Path, Major, Minor, Parameters.Mode);
        }
        if (!isOwned)
            HostNodes.SetOwner(Path, Parameters.Uid, Parameters.Gid, Parameters.Mode);
        if (IsLinked)
            return;
        HostDirectory.Create(LexicalPath.Parent(Link), FileModes.PublicFolder);
        HostNodes.ReplaceLink("../" + Name, Link);
    }

    private bool IsDevice(out bool isOwned)
    {
        bool isThere = HostFile.TryStatus(Path, followLinks: true, out FileStatus status);
        isOwned = isThere && status.Uid == Parameters.Uid && status.Gid == Parameters.Gid && status.Mode == Parameters.Mode;
        return isThere && status.Kind == FileKind.CharacterDevice && status.Major == Major && status.Minor == Minor;
    }
}
