using System.Text.Json;
using Grpc.Core;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>A node that the installer has prepared, with a real containerd and pods that are made through CRI.</summary>
public sealed class InstalledNodeTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Devices = "ls /dev | grep '^nvidia[0-9]' | tr '\\n' ' '";

    private SimulatedHost Host => fixture.Host;

    [Fact]
    [Requirement("IN-56", "IN-73")]
    public void Pods_of_the_runtime_class_see_their_gpu_until_the_installer_goes()
    {
        using PodEngine engine = new(Host, "containerd-2");
        string process = engine.ProcessId;
        Assert.True(IsRestarted(Install(engine)));
        engine.AwaitRestart(process);
        Assert.Equal("nvidia1", Run(engine, "nvidia", "1"));
        Assert.Equal("nvidia0 nvidia1", Run(engine, "nvidia", "all"));
        Assert.Equal("", Run(engine, "", "void"));
        // The engine goes on: nothing is restarted when nothing changed.
        Host.Run("nvidia-ctk", "cdi", "generate", "--output=/var/run/cdi/nvidia.yaml").Succeeded();
        Assert.False(IsRestarted(Install(engine)));
        Assert.Equal("nvidia0", Run(engine, "nvidia-cdi", "0"));

        process = engine.ProcessId;
        CommandResult whole = Host.Shell($$"""
            nvidia-ctk-installer {{Options(engine)}} >/run/installer.out 2>/run/installer.log & installer=$!
            {{SimulatedHost.Await("grep -q 'Waiting for signal' /run/installer.log", "cat /run/installer.log >&2; exit 1")}}
            kill -TERM $installer; wait $installer; status=$?; cat /run/installer.log >&2; exit $status
            """).Succeeded();
        Assert.Contains("Completed 'cleanup' for nvidia-ctk-installer", whole.Errors, StringComparison.Ordinal);
        engine.AwaitRestart(process);
        Assert.Throws<RpcException>(() => Run(engine, "nvidia", "1"));
        Assert.Equal("", Run(engine, "", "all"));
    }

    [Fact]
    [Requirement("IN-53", "IN-54", "IN-55")]
    public void Management_containers_get_a_specification_and_the_control_nodes_it_needs()
    {
        Host.Shell("mkdir -p /run/cdi-node/usr /run/cdi-node/dev /run/cdi-node/etc && ln -sfn " + Checkout.At("artifacts",
            "bin") + " /run/cdi-node/usr/bin").Succeeded();
        const string options = "--toolkit-source-root=/run/cdi-node --toolkit-install-dir=/run/cdi-node/nv --pid-file=/run/cdi-node/toolkit.pid --host-root= "
            + "--driver-root=/ --driver-root-ctr-path=/ --config=/run/cdi-node/etc/daemon.json --restart-mode=none "
            + "--cdi-enabled --cdi-output-dir=/run/cdi-node/cdi";
        CommandResult result = Host.Shell($"nvidia-ctk-installer {options} --no-daemon").Succeeded();
        Assert.Contains("Creating control device nodes at /", result.Errors, StringComparison.Ordinal);
        Assert.Contains("\"cdiSpec\":\"/run/cdi-node/cdi/management.nvidia.com-gpu.yaml\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"cdi\": true", File.ReadAllText(Host.At("/run/cdi-node/etc/daemon.json")), StringComparison.Ordinal);
        Assert.Equal("management.nvidia.com/gpu=all\n", Host.Run("nvidia-ctk", "cdi", "list", "--spec-dir=/run/cdi-node/cdi").Succeeded().Output);
        string specification = File.ReadAllText(Host.At("/run/cdi-node/cdi/management.nvidia.com-gpu.yaml"));
        Assert.Contains("/run/cdi-node/nv/toolkit/nvidia-cdi-hook", specification, StringComparison.Ordinal);
    }

    private CommandResult Install(PodEngine engine) => Host.Shell($"nvidia-ctk-installer {Options(engine)} --no-daemon").Succeeded();

    private string Options(PodEngine engine)
    {
        // As the image holds them: the packages, extracted.
        Host.Shell($"mkdir -p /run/artifacts/usr && ln -sfn {Checkout.At("artifacts", "bin")} /run/artifacts/usr/bin").Succeeded();
        return $"--runtime=containerd --toolkit-source-root=/run/artifacts --toolkit-install-dir={engine.Folder}/nv --pid-file={engine.Folder}/toolkit.pid "
            + $"--host-root= --driver-root=/ --driver-root-ctr-path=/ --config={engine.ConfigPath} --drop-in-config={engine.Folder}/etc/conf.d/99-nvidia.toml "
            + $"--config-source=file --socket={engine.SocketPath} --restart-mode=signal --set-as-default=false";
    }

    private static bool IsRestarted(CommandResult installed) =>
        JsonDocument.Parse(installed.Output.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("engine").GetProperty("restarted").GetBoolean();

    private static string Run(PodEngine engine, string handler, string devices)
    {
        using Pod pod = new(engine, handler);
        return pod.Run(Devices, ("NVIDIA_VISIBLE_DEVICES", devices), ("PATH", "/usr/bin:/bin")).Trim();
    }
}
