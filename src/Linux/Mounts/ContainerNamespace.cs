using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Mounts;

/// <summary>Work in the mount namespace of a container.</summary>
public static class ContainerNamespace
{
    /// <summary>
    /// Runs the work on a thread of its own, which enters the namespace and then ends; the rest of the process stays where it is. What the work
    /// makes belongs to the given account, for which the thread keeps the right to go everywhere.
    /// </summary>
    /// <param name="mountNamespace">The namespace's file; null to stay in this one.</param>
    /// <param name="uid">Owner of what is made.</param>
    /// <param name="gid">Group of what is made.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="LinuxException">The namespace cannot be entered.</exception>
    public static void Run(Descriptor? mountNamespace, uint uid, uint gid, Action work)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    if (mountNamespace is not null)
                        Enter(mountNamespace);
                    ThreadCredentials.MakeFilesAs(uid, gid);
                    work();
                }
                catch (Exception error)
                {
                    failure = error;
                }
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    // A thread that shares root and working directory with others cannot enter another mount namespace (setns(2)).
    private static void Enter(Descriptor mountNamespace)
    {
        if (Libc.Unshare(Libc.OwnFileSystemState) != 0)
            throw new LinuxException(Libc.LastError, "unshare file system state", "");
        if (Libc.EnterNamespace(mountNamespace.Number, Libc.NewMountNamespace) != 0)
            throw new LinuxException(Libc.LastError, "enter mount namespace", "");
    }
}
