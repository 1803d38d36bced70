namespace GpuContainers.Linux.Processes;

/// <summary>The account that a process runs under for the rest of its life.</summary>
public static class ProcessAccount
{
    /// <summary>As <see cref="Become"/>; a process that leaves its group leaves its supplementary groups too.</summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    public static unsafe void BecomeWithGroups(uint uid, uint gid)
    {
        // The groups stay where the group does (CL-19).
        if (gid != Libc.EffectiveGroup() && Libc.SetGroups(1, &gid) != 0)
            throw new LinuxException(Libc.LastError, "set groups", $"{gid}");
        Become(uid, gid);
    }

    /// <summary>
    /// All threads take on the account, and with it lose the superuser's capabilities; this thread keeps none whatever the account is, and nothing that it
    /// starts can get any.
    /// </summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    internal static void Become(uint uid, uint gid)
    {
        Require(Libc.SetGroup(gid, gid, gid), "set group");
        Require(Libc.SetUser(uid, uid, uid), "set user");
        ThreadCapabilities.Keep(Capabilities.None);
        Require(Libc.ProcessControl(Libc.SetNoNewPrivileges, 1, 0, 0, 0), "refuse new privileges");
    }

    private static void Require(int result, string operation)
    {
        if (result != 0)
            throw new LinuxException(Libc.LastError, operation, "");
    }
}
