using GpuContainers.Host.Driver;

namespace GpuContainers.Host.Inventory;

/// <summary>Asks the vendor's libraries what is there, by way of <c>nvidia-ctk-cli gpu-inventory</c>.</summary>
public sealed class InventoryChild
{
    private readonly DriverChild _child;
    private readonly Func<DriverAccount>? _account;

    /// <summary>The child of this installation.</summary>
    public InventoryChild() => _child = new DriverChild();

    /// <summary>A certain program, with a certain limit of time.</summary>
    public InventoryChild(string program, TimeSpan limit) => _child = new DriverChild(program, limit);

    private InventoryChild(DriverChild child, Func<DriverAccount> account) => (_child, _account) = (child, account);

    /// <summary>The same child with a root and an account of its own.</summary>
    /// <param name="account">Finds them when something is asked.</param>
    public InventoryChild Under(Func<DriverAccount> account) => new(_child, account);

    /// <summary>Asks.</summary>
    /// <param name="questions">What to find out.</param>
    /// <param name="library">The path of the library that is asked, NVML or dxcore; empty for what the system's loader finds.</param>
    /// <exception cref="HostException">The child could not be started, failed, crashed, or was not done in time.</exception>
    public InventoryReport Ask(InventoryQuestions questions, string library = "")
    {
        string told = questions == InventoryQuestions.DriverStores ? $"dxcore ({(library.Length == 0 ? "libdxcore.so" : library)})"
            : questions == InventoryQuestions.Cuda ? "the CUDA library (libcuda.so.1)"
            : $"the NVIDIA management library ({(library.Length == 0 ? "libnvidia-ml.so.1" : library)})";
        return InventoryReportJson.Read(_child.Ask(told, Arguments(questions, library)));
    }

    private List<string> Arguments(InventoryQuestions questions, string library)
    {
        List<string> arguments = ["gpu-inventory"];
        if (_account?.Invoke() is { } account)
        {
            arguments.AddRange(["--chroot=" + account.Root.Path, string.Create(CultureInfo.InvariantCulture, $"--user={account.Uid}:{account.Gid}")]);
            library = account.Root.Relative(library);
        }
        if (questions.HasFlag(InventoryQuestions.Nvml))
            arguments.AddRange(["--nvml", "--library=" + library]);
        if (questions.HasFlag(InventoryQuestions.DriverStores))
            arguments.AddRange(library.Length == 0 ? ["--dxcore"] : ["--dxcore", "--dxcore-library=" + library]);
        if (questions.HasFlag(InventoryQuestions.Cuda))
            arguments.Add("--cuda");
        return arguments;
    }
}

/// <summary>What the child is to find out; each has its flag on the child's command line.</summary>
[Flags]
public enum InventoryQuestions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Driver version, CUDA version, GPUs and MIG devices, by NVML (<c>--nvml</c>).</summary>
    Nvml = 1,

    /// <summary>The driver stores of Windows, by dxcore (<c>--dxcore</c>).</summary>
    DriverStores = 2,

    /// <summary>CUDA version and compute capability of device 0, by the CUDA library (<c>--cuda</c>).</summary>
    Cuda = 4,
}

/// <summary>The root and the account of the child that asks the vendor's libraries: it gives up every right before it loads one.</summary>
/// <param name="Root">The driver's root, which becomes the child's own.</param>
/// <param name="Uid">The user.</param>
/// <param name="Gid">The group.</param>
public sealed record DriverAccount(DriverRoot Root, uint Uid, uint Gid);
