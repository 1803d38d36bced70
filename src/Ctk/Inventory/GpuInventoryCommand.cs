using System.Runtime.InteropServices;
using GpuContainers.Host.Inventory;
using GpuContainers.Linux.Processes;
using GpuContainers.Nvml;

namespace GpuContainers.Ctk.Inventory;

/// <summary>
/// <c>gpu-inventory</c>, hidden: the child that asks the vendor's libraries, so that no other of our processes ever loads one. Answers one JSON object.
/// </summary>
internal static class GpuInventoryCommand
{
    private static readonly FlagOption s_nvml = new("--nvml", "Ask NVML for the driver and its GPUs");
    private static readonly FlagOption s_dxcore = new("--dxcore", "Ask dxcore for the driver stores of Windows");
    private static readonly TextOption s_dxcoreLibrary = new("--dxcore-library", "The dxcore library; empty for the one of the system's loader");
    private static readonly FlagOption s_cuda = new("--cuda", "Ask the CUDA library for its version and the compute capability");
    private static readonly TextOption s_library = new("--library", "The NVML library; empty for the one of the system's loader");

    private static readonly TextOption s_root = new("--chroot", "The root to enter before anything is asked");
    private static readonly TextOption s_user = new("--user", "The account to take on before anything is asked, as numbers UID:GID");

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("gpu-inventory", "Print what the NVIDIA driver's own libraries know, as JSON")
    {
        Run = Run,
        Hidden = true,
        Options = [s_nvml, s_dxcore, s_dxcoreLibrary, s_cuda, s_library, s_root, s_user],
    };

    private static int Run(Invocation call)
    {
        if (call.Get(s_user) is { Length: > 0 } user)
            DriverConfinement.Enter(call.Get(s_root), user);
        var report = new InventoryReport();
        if (call.Get(s_nvml))
            report = NvmlQuestions.Ask(call.Get(s_library), report);
        if (call.Get(s_dxcore))
            report = OtherQuestions.AskDxCore(call.Get(s_dxcoreLibrary), report);
        if (call.Get(s_cuda))
            report = OtherQuestions.AskCuda(report);
        call.Output.WriteLine(Encoding.UTF8.GetString(InventoryReportJson.Write(report)));
        return 0;
    }
}

/// <summary>What dxcore and the CUDA library answer.</summary>
internal static class OtherQuestions
{
    /// <summary>The driver stores of Windows.</summary>
    public static InventoryReport AskDxCore(string path, InventoryReport report)
    {
        nint library = CudaDriver.Open(path.Length == 0 ? "libdxcore.so" : path, out string error);
        IReadOnlyList<string> stores = library == 0 ? [] : DxCore.DriverStores(library, out error);
        return report with { DriverStores = stores, DriverStoresError = error.Length == 0 ? null : error };
    }

    /// <summary>CUDA version and compute capability (RT-205); the library comes from the system's loader, not from the driver root.</summary>
    public static InventoryReport AskCuda(InventoryReport report)
    {
        nint library = CudaDriver.Open("libcuda.so.1", out string error);
        if (library == 0)
            return report with { CudaDriverVersionError = error, ComputeCapabilityError = error };
        int? version = CudaDriver.Version(library, out string versionError);
        string? capability = CudaDriver.ComputeCapability(library, out string capabilityError);
        return report with
        {
            CudaDriverVersion = version,
            CudaDriverVersionError = version is null ? versionError : null,
            ComputeCapability = capability,
            ComputeCapabilityError = capability is null ? capabilityError : null,
        };
    }
}

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
