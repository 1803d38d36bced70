namespace GpuContainers.Linux.Processes;

/// <summary>The capabilities of the calling thread, and so of the threads and programs that it starts; other threads keep theirs.</summary>
public static class ThreadCapabilities
{
    private const int LastCapability = 63;

    /// <summary>Gives up all rights that are not listed; those that the thread does not have stay away.</summary>
    /// <param name="kept">The rights that stay permitted and in effect.</param>
    /// <param name="inherited">The rights that programs get which the thread starts, besides those that the bounding set leaves to the superuser.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe void Keep(Capabilities kept, Capabilities inherited = Capabilities.None)
    {
        var header = new Libc.CapabilityHeader { Version = Libc.CapabilityVersion };
        Libc.CapabilitySet* sets = stackalloc Libc.CapabilitySet[2];
        Require(Libc.GetCapabilities(&header, sets));
        sets[0].Permitted &= (uint)kept;
        sets[0].Effective &= (uint)kept;
        sets[0].Inheritable = (uint)inherited & sets[0].Permitted;
        sets[1] = default;
        Require(Libc.SetCapabilities(&header, sets));
    }

    /// <summary>Bounds the rights that programs can get which the thread starts, whoever runs them.</summary>
    /// <exception cref="LinuxException">The thread may not do that.</exception>
    public static void Bound(Capabilities kept)
    {
        for (int capability = 0; capability <= LastCapability; capability++)
        {
            bool isKept = capability < 32 && ((uint)kept & (1u << capability)) != 0;
            if (isKept || Libc.ProcessControl(Libc.DropBounding, (nuint)capability, 0, 0, 0) == 0)
                continue;
            // Beyond the last one that the kernel knows there is nothing to give up.
            if (Libc.LastError == Errno.EINVAL)
                return;
            // Without the right to do it there must be nothing to be done.
            if (Libc.ProcessControl(Libc.ReadBounding, (nuint)capability, 0, 0, 0) == 1)
                throw new LinuxException(Errno.EPERM, "reduce bounding set", "");
        }
    }

    private static void Require(int result)
    {
        if (result != 0)
            throw new LinuxException(Libc.LastError, "change capabilities", "");
    }
}

/// <summary>Rights of the superuser, as the kernel divides them (capabilities(7)); those that this product has to do with.</summary>
[Flags]
public enum Capabilities : uint
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>CAP_CHOWN.</summary>
    ChangeOwner = 1u << 0,

    /// <summary>CAP_DAC_OVERRIDE.</summary>
    IgnorePermissions = 1u << 1,

    /// <summary>CAP_DAC_READ_SEARCH.</summary>
    ReadAnything = 1u << 2,

    /// <summary>CAP_FOWNER.</summary>
    ActAsOwner = 1u << 3,

    /// <summary>CAP_KILL.</summary>
    Kill = 1u << 5,

    /// <summary>CAP_SETGID.</summary>
    SetGroup = 1u << 6,

    /// <summary>CAP_SETUID.</summary>
    SetUser = 1u << 7,

    /// <summary>CAP_SETPCAP.</summary>
    SetCapabilities = 1u << 8,

    /// <summary>CAP_NET_ADMIN, which programs of device groups need.</summary>
    NetworkAdministration = 1u << 12,

    /// <summary>CAP_SYS_MODULE.</summary>
    LoadModules = 1u << 16,

    /// <summary>CAP_SYS_CHROOT.</summary>
    ChangeRoot = 1u << 18,

    /// <summary>CAP_SYS_PTRACE.</summary>
    Trace = 1u << 19,

    /// <summary>CAP_SYS_ADMIN.</summary>
    Administration = 1u << 21,

    /// <summary>CAP_MKNOD.</summary>
    MakeNode = 1u << 27,
}

/// <summary>Rights of the calling thread; the other threads keep theirs.</summary>
public static class ThreadCredentials
{
    // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
    private const uint AccessRights = (1 << 1) | (1 << 2);

    /// <summary>What the thread makes from now on belongs to this account; folders of others stay open to it as far as they were.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MakeFilesAs(uint uid, uint gid)
    {
        if (uid == Libc.EffectiveUser() && gid == Libc.EffectiveGroup())
            return;
        // Both calls answer with the account before, whether or not they worked; asked a second time they tell what is now.
        _ = Libc.SetFileGroup(gid);
        _ = Libc.SetFileUser(uid);
        if (Libc.SetFileGroup(gid) != gid || Libc.SetFileUser(uid) != uid)
            throw new LinuxException(Errno.EPERM, "make files as", $"{uid}:{gid}");
        RaiseAccess();
    }

    // Leaving the superuser's files behind takes the rights to go everywhere along; the permitted ones can be taken back.
    private static unsafe void RaiseAccess()
    {
        var header = new Libc.CapabilityHeader { Version = Libc.CapabilityVersion };
        Libc.CapabilitySet* sets = stackalloc Libc.CapabilitySet[2];
        if (Libc.GetCapabilities(&header, sets) != 0)
            return;
        sets[0].Effective |= sets[0].Permitted & AccessRights;
        _ = Libc.SetCapabilities(&header, sets);
    }
}
