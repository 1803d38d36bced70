namespace GpuContainers.Repository.Tests;

/// <summary>A container's root with everything that hooks work on, and hooks run on it with their use of memory and threads taken.</summary>
internal sealed class HookRoot : IDisposable
{
    // In memory where that is possible: what a disk takes is not the hook's.
    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"hook-budget-{Guid.NewGuid():N}")).FullName;
    private readonly NativeTools _tools;

    public HookRoot(NativeTools tools, int libraries)
    {
        _tools = tools;
        Directory.CreateDirectory(At("etc"));
        Directory.CreateDirectory(At("usr/local/cuda/compat"));
        Directory.CreateDirectory(At("proc/driver/nvidia"));
        Directory.CreateDirectory(At("opt/driver"));
        File.WriteAllText(At("usr/local/cuda/compat/libcuda.so.600.1"), "");
        File.WriteAllText(At("proc/driver/nvidia/params"), "ModifyDeviceFiles: 1\n");
        for (int i = 0; i < libraries; i++)
            File.WriteAllBytes(At($"opt/driver/libnumber{i}.so.570.133.20"), ElfBuilder.Library($"libnumber{i}.so.1"));
        State = Path.Combine(_folder, "state.json");
        File.WriteAllText(State, $$"""{"bundle":"{{_folder}}","root":"rootfs"}""");
    }

    /// <summary>The file with the container's state.</summary>
    public string State { get; }

    /// <summary>A path of the container on the host.</summary>
    public string At(string path) => Path.Combine(_folder, "rootfs", path);

    /// <summary>Runs a hook in a mount namespace of its own, on a host that has the driver's parameters.</summary>
    public HookUsage Run(params string[] arguments)
    {
        string output = Path.Combine(_folder, "usage");
        CommandResult result = InMountNamespace([_tools["usage"], output, Checkout.Program("nvidia-cdi-hook"), .. arguments]);
        string[] words = File.ReadAllText(Succeeded(result, output)).Split(' ');
        Assert.True(words[0] == "0", $"status {words[0]}: {result.Errors}");
        return new HookUsage(double.Parse(words[1]) / 1024, int.Parse(words[2]));
    }

    /// <summary>The system calls of a hook, each as a line of strace.</summary>
    public string[] Calls(params string[] arguments)
    {
        string output = Path.Combine(_folder, "trace");
        string strace = Checkout.MachineProgram("strace");
        CommandResult result = InMountNamespace([strace, "-f", "-y", "-qq", "-o", output, Checkout.Program("nvidia-cdi-hook"), .. arguments]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        return SystemCalls.In(Succeeded(result, output));
    }

    private CommandResult InMountNamespace(string[] command)
    {
        string script =
            $"mount -t tmpfs driver /proc/driver && mkdir -p /proc/driver/nvidia && echo 'ModifyDeviceFiles: 1' >/proc/driver/nvidia/params || exit " +
            $"77\nexec \"$@\" <{State}";
        CommandResult result = Command.Run(
            Checkout.MachineProgram("unshare"), ["--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", .. command]);
        Assert.SkipWhen(result.Status == 77, "mounting is not possible here: " + result.Errors);
        return result;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Succeeded(CommandResult result, string output)
    {
        result.Succeeded();
        return output;
    }
}
