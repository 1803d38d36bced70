namespace GpuContainers.Linux.Processes;

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
