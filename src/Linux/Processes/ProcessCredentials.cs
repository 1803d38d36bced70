namespace GpuContainers.Linux.Processes;

/// <summary>Who this process is.</summary>
public static class ProcessCredentials
{
    /// <summary>The user whose rights the process has.</summary>
    public static uint EffectiveUser => Libc.EffectiveUser();

    /// <summary>The group whose rights the process has.</summary>
    public static uint EffectiveGroup => Libc.EffectiveGroup();

    /// <summary>The process that started this one; 0 when it is outside this process's namespace.</summary>
    public static int Parent => Libc.ParentProcess();

    /// <summary>The kernel's number of the calling thread.</summary>
    public static int ThreadId => Libc.ThreadId();

    /// <summary>The permission bits that are taken off what the process makes.</summary>
    public static UnixFileMode CreationMask
    {
        get
        {
            // The kernel tells it only to who sets it; at this time no other thread makes files.
            UnixFileMode mask = Libc.SetCreationMask(FileModes.All);
            _ = Libc.SetCreationMask(mask);
            return mask;
        }
    }
}
