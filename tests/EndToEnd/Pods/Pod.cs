using GpuContainers.EndToEnd.Tests.Pods.Cri;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>A pod with one container named "c", made through CRI as the kubelet makes it.</summary>
internal sealed class Pod : IDisposable
{
    private static int s_count;
    private readonly PodEngine _engine;
    private readonly PodSandboxConfig _config;
    private readonly string _sandbox;

    /// <summary>Makes the pod's sandbox.</summary>
    /// <param name="engine">The node's engine.</param>
    /// <param name="handler">The handler of its RuntimeClass; empty for the engine's default.</param>
    /// <param name="podNamespace">Its Kubernetes namespace.</param>
    /// <param name="annotations">Its annotations.</param>
    public Pod(PodEngine engine, string handler = "", string podNamespace = "default", params (string Key, string Value)[] annotations)
    {
        _engine = engine;
        string name = $"pod-{Interlocked.Increment(ref s_count)}";
        _config = new PodSandboxConfig
        {
            Metadata = new PodSandboxMetadata { Name = name, Uid = name, Namespace = podNamespace },
            LogDirectory = engine.Folder,
            // The host's network: no CNI plugin is needed.
            Linux = new LinuxPodSandboxConfig
            {
                SecurityContext = new LinuxSandboxSecurityContext
                {
                    NamespaceOptions = new NamespaceOption { Network = NamespaceMode.Node, Pid = NamespaceMode.Container, Ipc = NamespaceMode.Node }
                },
            },
        };
        foreach ((string key, string value) in annotations)
            _config.Annotations[key] = value;
        _sandbox = engine.Client.RunPodSandbox(new RunPodSandboxRequest { Config = _config, RuntimeHandler = handler }).PodSandboxId;
    }

    /// <summary>Runs a shell script in the pod's container to its end.</summary>
    /// <param name="script">The script.</param>
    /// <param name="environment">The container's variables.</param>
    /// <returns>What it wrote on its standard output.</returns>
    /// <exception cref="Grpc.Core.RpcException">The engine refused to create or start the container.</exception>
    public string Run(string script, params (string Key, string Value)[] environment) => Run(script, [], environment);

    /// <summary>As <see cref="Run(string, ValueTuple{string, string}[])"/>, with devices as the kubelet hands on those of a device plugin.</summary>
    /// <param name="script">The script.</param>
    /// <param name="devices">Names of CDI devices.</param>
    /// <returns>What it wrote on its standard output.</returns>
    public string RunWithDevices(string script, params string[] devices) => Run(script, devices, []);

    private string Run(string script, string[] devices, (string Key, string Value)[] environment)
    {
        string log = _config.Metadata.Name + ".log";
        ContainerConfig container = new()
        {
            Metadata = new ContainerMetadata { Name = "c" },
            Image = new ImageSpec { Image = PodEngine.Image },
            Command = { "/bin/sh", "-c", script },
            LogPath = log,
            Linux = new LinuxContainerConfig(),
        };
        container.CDIDevices.AddRange(devices.Select(static name => new CDIDevice { Name = name }));
        container.Envs.AddRange(environment.Select(static v => new KeyValue { Key = v.Key, Value = v.Value }));
        ContainerRequest made = new()
        {
            ContainerId = _engine.Client.CreateContainer(
            new CreateContainerRequest { PodSandboxId = _sandbox, Config = container, SandboxConfig = _config }).ContainerId,
        };
        _engine.Client.StartContainer(made);
        ContainerStatus status = AwaitEnd(made);
        // CRI's log: time, stream, whether the line is whole, the line.
        string[][] lines = [.. _engine.Read($"{_engine.Folder}/{log}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' ', 4))];
        Assert.True(status.ExitCode == 0, $"exit code {status.ExitCode}: {status.Reason} {status.Message} {string.Join('\n', lines.Select(static l => l[3]))}");
        return string.Join('\n', lines.Where(static l => l[1] == "stdout").Select(static l => l[3]));
    }

    public void Dispose()
    {
        PodSandboxRequest pod = new() { PodSandboxId = _sandbox };
        _engine.Client.StopPodSandbox(pod);
        _engine.Client.RemovePodSandbox(pod);
    }

    private ContainerStatus AwaitEnd(ContainerRequest container)
    {
        using CancellationTokenSource guard = new(TimeSpan.FromMinutes(5));
        while (true)
        {
            ContainerStatus status = _engine.Client.ContainerStatus(container, cancellationToken: guard.Token).Status;
            if (status.State == ContainerState.ContainerExited)
                return status;
            guard.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(50)); // poll
        }
    }
}
