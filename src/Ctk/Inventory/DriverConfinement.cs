using System.Runtime.InteropServices;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Inventory;

/// <summary>What this process gives up before it loads a library of the vendor's (CL-18, CL-19).</summary>
internal static class DriverConfinement
{
    // The driver's library needs them, and the root that is entered may have others, or none.
    private static readonly string[] s_ofSystem = ["libm.so.6", "librt.so.1", "libpthread.so.0"];

    /// <summary>Enters the root and takes on the account, without a right and without a way to get one.</summary>
    /// <param name="root">The driver's root.</param>
    /// <param name="account">User and group, as numbers with a colon between.</param>
    public static void Enter(string root, string account)
    {
        foreach (string library in s_ofSystem)
            _ = NativeLibrary.TryLoad(library, out _);
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            _ = NativeLibrary.TryLoad("libgcc_s.so.1", out _);
        if (root is not ("" or "/"))
            ProcessRoot.Enter(root);
        string[] numbers = account.Split(':');
        ProcessAccount.BecomeWithGroups(uint.Parse(numbers[0], CultureInfo.InvariantCulture), uint.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
