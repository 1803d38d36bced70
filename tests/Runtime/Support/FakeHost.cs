using GpuContainers.Configuration.Model;
using GpuContainers.Host;
using GpuContainers.Host.Inventory;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>A folder that looks like the root of a GPU host, as far as plans depend on it: what the kernel module tells, nodes, a few libraries.</summary>
internal sealed class FakeHost : IDisposable
{
    public const string Version = "575.57.08";
    private const string Libraries = "usr/lib/x86_64-linux-gnu/";
    private readonly ScratchFolder _scratch = new();

    /// <summary>Makes a host whose GPUs, in the order of their indices, have these minor numbers.</summary>
    public FakeHost(params int[] minors)
    {
        Minors = minors;
        _scratch.File(
            "proc/driver/nvidia/version", $"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {Version}  Fri Jan 1 00:00:00 UTC 2026\nGCC version: x\n");
        for (int index = 0; index < minors.Length; index++)
        {
            string bus = $"0000:{index + 1:x2}:00.0";
            _scratch.File(
                $"proc/driver/nvidia/gpus/{bus}/information",
                $"Model: \t\t NVIDIA H200\nIRQ:   \t\t 1\nGPU UUID: \t {Uuid(index)}\nBus Type: \t PCIe\nBus Location: \t {bus}\nDevice Minor: \t " +
                    $"{minors[index]}\nGPU Excluded:\t No\n");
            Node($"dev/nvidia{minors[index]}", 195, (uint)minors[index]);
        }
        Node("dev/nvidiactl", 195, 255);
        Node("dev/nvidia-uvm", 511, 0);
        foreach (string name in (string[])["libcuda.so", "libnvidia-ml.so"])
        {
            _scratch.File($"{Libraries}{name}.{Version}", "no ELF");
            File.CreateSymbolicLink(At($"{Libraries}{name}.1"), $"{name}.{Version}");
        }
    }

    public string Root => _scratch.Path;

    public int[] Minors { get; }

    public static string Uuid(int index) => $"GPU-0000000{index}-1111-2222-3333-444444444444";

    public string At(string path) => _scratch.At(path);

    public string AddFile(string path, string content = "") => _scratch.File(path, content);

    public void Node(string path, uint major, uint minor)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        HostNodes.CreateCharacterDevice(At(path), major, minor, FileModes.SharedFile);
    }

    /// <summary>What a plan is made from on this host.</summary>
    public PlanInputs Inputs(ContainerRequest request, ToolkitConfig? config = null)
    {
        ToolkitConfig used = config ?? new ToolkitConfig();
        return new PlanInputs
        {
            Config = used with { ContainerCli = used.ContainerCli with { Root = Root } },
            Request = request,
            CtkPath = "/usr/bin/nvidia-ctk",
            RuntimeHookPath = "/usr/bin/nvidia-container-runtime-hook",
            Host = Context,
        };
    }

    /// <summary>The host as the projects see it; there is no child to ask.</summary>
    public HostContext Context => new()
    {
        SystemRoot = Root,
        Child = new InventoryChild("/nowhere/nvidia-ctk-cli", Command.Limit),
        ProgramPath = "/usr/bin:/bin",
    };

    public void Dispose() => _scratch.Dispose();
}
