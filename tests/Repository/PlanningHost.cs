namespace GpuContainers.Repository.Tests;

/// <summary>A simulated host with so many GPUs, in which containers are planned: the low-level runtime is a program that ends at once.</summary>
internal sealed class PlanningHost : IDisposable
{
    private const string Area = "/run/plan";
    private const string Runtime = "/usr/bin/nvidia-container-runtime";
    private const string Graphics = """{ "version": "570.133.20", "graphics": true }""";
    private readonly SimulatedHost _host;

    /// <summary>Starts the host.</summary>
    /// <param name="tools">The C programs.</param>
    /// <param name="gpus">How many GPUs.</param>
    /// <param name="request">The GPUs that containers ask for.</param>
    /// <param name="driver">The description of the driver; null for one with graphics.</param>
    internal PlanningHost(NativeTools tools, int gpus, string request, string? driver = null)
    {
        string description = Path.Combine(tools.Folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(description,
            $$"""{ "driver": {{driver ?? Graphics}}, "gpus": [ { "model": "NVIDIA H200", "count": {{gpus}}, "drm": true } ] }""");
        _host = SimulatedHost.Start(description);
        Directory.CreateDirectory(_host.At(Area + "/bundle"));
        ProgramFile.Install(tools["trivial"], _host.At(Area + "/trivial"));
        File.WriteAllText(_host.At(Area + "/config.toml"), $"[nvidia-container-runtime]\nruntimes = [\"{Area}/trivial\"]\n");
        File.WriteAllText(_host.At(Area + "/template.json"), $$$"""{"ociVersion":"1.0.2","process":{"args":["true"],"cwd":"/","env":["PATH=/bin","NVIDIA_VISIBLE_DEVICES={{{request}}}","NVIDIA_DRIVER_CAPABILITIES=all"]},"root":{"path":"rootfs"},"linux":{}}""");
    }

    /// <summary>What strace tells of planning one container: each system call as a line, descriptors with their paths.</summary>
    internal string[] Trace()
    {
        string strace = Checkout.MachineProgram("strace");
        File.Copy(_host.At(Area + "/template.json"), _host.At(Area + "/bundle/config.json"), overwrite: true);
        CommandResult result = _host.Run([strace, "-f", "-y", "-qq", "-s", "256", "-o", Area + "/trace", Runtime, "create", "--bundle", Area + "/bundle", "c"],
            [new("NVIDIA_CTK_CONFIG_FILE_PATH", Area + "/config.toml"), new("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        return SystemCalls.In(_host.At(Area + "/trace"));
    }

    /// <summary>The system calls of the core while it plans one container, up to the low-level runtime.</summary>
    internal string[] Calls() => [.. Trace().Skip(1).TakeWhile(static line => !line.Contains(" execve(", StringComparison.Ordinal))];

    /// <summary>A path of the host as this process reaches it.</summary>
    internal string At(string path) => _host.At(path);

    /// <summary>config.json after the last plan.</summary>
    internal string Planned => File.ReadAllText(_host.At(Area + "/bundle/config.json"));

    public void Dispose() => _host.Dispose();
}
