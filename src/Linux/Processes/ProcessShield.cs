namespace GpuContainers.Linux.Processes;

/// <summary>What a privileged process does first, before it looks at anything of a container.</summary>
public static class ProcessShield
{
    private const int SetDumpable = 4;
    private const nint CloseOnExecOnly = 4;

    /// <summary>
    /// Makes the process's files, memory and descriptors unreachable through /proc for peers of no more privilege, marks every inherited descriptor
    /// above 2 close-on-exec, and sets the umask to 0022.
    /// </summary>
    public static void Raise()
    {
        _ = Libc.SetCreationMask(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        RaiseKeepingMask();
    }

    /// <summary>As <see cref="Raise"/>, but the umask stays the caller's.</summary>
    public static void RaiseKeepingMask()
    {
        _ = Libc.ProcessControl(SetDumpable, 0, 0, 0, 0);
        if (Libc.SystemCall(Libc.CallCloseRange, 3, -1, CloseOnExecOnly, 0, 0) != 0)
            MarkEach();
    }

    // Kernels before 5.11 cannot mark a range.
    private static void MarkEach()
    {
        if (!HostDirectory.TryNames("/proc/self/fd", out IReadOnlyList<string> names, out _))
            return;
        foreach (string name in names)
        {
            if (int.TryParse(name, out int fd) && fd > 2)
                _ = Libc.Control(fd, Libc.SetDescriptorFlags, 1);
        }
    }
}
