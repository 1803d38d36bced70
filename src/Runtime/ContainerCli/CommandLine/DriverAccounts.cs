using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The account under which the driver's library is asked (CL-8, CL-53).</summary>
internal static class DriverAccounts
{
    /// <summary>The account of --user; else that of nobody, or of a caller who has no other.</summary>
    internal static DriverAccount Choose(GlobalOptions options, DriverRoot root)
    {
        UserAccount account = options.User ?? (IsBound(options) ? UserAccount.FromCaller() : UserAccount.FromOverflow());
        return new DriverAccount(root, account.Uid, account.Gid);
    }

    // People may look at the driver without being root; and in a user namespace nobody may not exist.
    private static bool IsBound(GlobalOptions options)
    {
        if (ProcessCredentials.EffectiveUser != 0)
            return options.Command is [not "configure", ..];
        var nobody = UserAccount.FromOverflow();
        return !UserNamespace.CanBecome(nobody.Uid, nobody.Gid);
    }
}
