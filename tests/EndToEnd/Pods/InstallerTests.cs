using System.Diagnostics;
using Grpc.Core;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>The node's installer with a real engine, which makes pods through CRI before, while and after it works.</summary>
public sealed class InstallerTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Devices = "ls /dev | grep '^nvidia[0-9]' | tr '\\n' ' '";

    private SimulatedHost Host => fixture.Host;

    [Theory]
    [Requirement("IN-13", "IN-56", "IN-73", "IN-132")]
    [InlineData("containerd-2")]
    [InlineData("containerd-1.7")]
    public void A_pod_with_the_runtime_class_gets_its_gpus_until_the_installer_ends(string package)
    {
        using PodEngine engine = new(Host, package);
        string before = engine.Read(engine.ConfigPath), process = engine.ProcessId;
        AssertNoRuntime(engine);

        string[] files = [$"--config={engine.ConfigPath}", $"--drop-in-config={engine.Folder}/etc/conf.d/99-nvidia.toml", "--config-source=file"];
        using (Installation installation = new(Host, engine, files))
        {
            installation.AwaitReady();
            engine.AwaitRestart(process);
            using (Pod pod = new(engine, "nvidia"))
                Assert.Equal("nvidia1", pod.Run(Devices, ("NVIDIA_VISIBLE_DEVICES", "1")).Trim());
            using (Pod pod = new(engine))
                Assert.Equal("", pod.Run(Devices, ("NVIDIA_VISIBLE_DEVICES", "1")).Trim());
            process = engine.ProcessId;
            installation.End();
        }

        engine.AwaitRestart(process);
        AssertNoRuntime(engine);
        // The import of the folder of drop-ins stays: others may have put files there since.
        string[] after = engine.Read(engine.ConfigPath).Split('\n');
        Assert.Equal(before.Split('\n'), after.Where(static line => !line.StartsWith("imports", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("IN-80", "IN-87", "IN-89")]
    public void As_a_plugin_it_injects_by_annotation_and_comes_back_after_the_engines_restart()
    {
        using PodEngine engine = new(Host, "containerd-2");
        Host.Run("nvidia-ctk", "cdi", "generate", $"--output={engine.Folder}/cdi/nvidia.yaml").Succeeded();
        string before = engine.Read(engine.ConfigPath), process = engine.ProcessId;

        using Installation installation = new(Host, engine, "--enable-nri-plugin", $"--nri-socket={engine.NriSocketPath}", "--nri-namespace=gpu-operator");
        installation.AwaitReady();
        Assert.Equal("nvidia1", Annotated(engine));
        Assert.Equal(process, engine.ProcessId);
        engine.Stop();
        engine.Start();
        installation.AwaitLog("NRI plugin reconnected to");
        Assert.Equal("nvidia1", Annotated(engine));
        installation.End();

        Assert.Equal(before, engine.Read(engine.ConfigPath));
    }

    // Where the plugin cannot come back by itself, the pod must end so that it is started again.
    [Fact]
    [Requirement("IN-82", "IN-89")]
    public void A_plugin_that_ends_by_itself_ends_the_installer()
    {
        _ = Checkout.Program("nvidia-ctk-installer");
        using PodEngine engine = new(Host, "containerd-2");
        string log = engine.Folder + "/launched.log", plugin = engine.Folder + "/nri-plugins/10-launched";
        Host.Shell($"mkdir -p {engine.Folder}/nri-plugins {engine.Folder}/launched/usr && ln -sfn {Checkout.At("artifacts",
            "bin")} {engine.Folder}/launched/usr/bin").Succeeded();
        // As a plugin that the engine starts: its connection is inherited, and cannot be made again.
        ProgramFile.Write(Host.At(plugin), $"""
            #!/bin/sh
            unset NRI_PLUGIN_IDX NRI_PLUGIN_NAME
            exec nvidia-ctk-installer --enable-nri-plugin --nri-namespace=gpu-operator --runtime=containerd --toolkit-source-root={engine.Folder}/launched \
                --toolkit-install-dir={engine.Folder}/nv --pid-file={engine.Folder}/launched/toolkit.pid --host-root= >{log} 2>&1
            """);
        engine.Stop();
        engine.Start();
        void AwaitLog(string text) => Host.Shell(SimulatedHost.Await($"grep -q '{text}' {log}", $"cat {log} {engine.Folder}/log >&2; exit 1")).Succeeded();
        AwaitLog("Waiting for signal");
        // Gone like an engine that crashes: it ends no process of its plugins.
        Host.Shell($"cd {engine.Folder} && rm supervised && kill -KILL $(cat pid)").Succeeded();
        AwaitLog("error running nvidia-ctk-installer: the NRI plugin has ended by itself: the engine that started it has left it");
        Assert.False(File.Exists(Host.At(engine.Folder + "/launched/toolkit.pid")));
    }

    private static string Annotated(PodEngine engine)
    {
        using Pod pod = new(engine, annotations: ("nvidia.cdi.k8s.io", "nvidia.com/gpu=1"));
        return pod.Run(Devices).Trim();
    }

    private static void AssertNoRuntime(PodEngine engine) =>
        Assert.Contains("no runtime for \"nvidia\" is configured", Refusal(engine), StringComparison.Ordinal);

    private static string Refusal(PodEngine engine) => Assert.Throws<RpcException>(() => new Pod(engine, "nvidia")).Status.Detail;

    /// <summary>One run of the installer, from its start to its signal.</summary>
    private sealed class Installation : IDisposable
    {
        private readonly SimulatedHost _host;
        private readonly string _log;
        private readonly Process _process;

        public Installation(SimulatedHost host, PodEngine engine, params string[] options)
        {
            _ = Checkout.Program("nvidia-ctk-installer");
            _host = host;
            _log = engine.Folder + "/installer.log";
            string artifacts = engine.Folder + "/artifacts";
            host.Shell($"mkdir -p {artifacts}/usr/bin && cd /usr/bin && cp -a nvidia-ctk* nvidia-cdi-hook nvidia-container-* {artifacts}/usr/bin/").Succeeded();
            string command = string.Join(' ', [
                "nvidia-ctk-installer", "--runtime=containerd", $"--socket={engine.SocketPath}", "--set-as-default=false", "--host-root=", "--driver-root=/",
                "--driver-root-ctr-path=/", $"--toolkit-source-root={artifacts}", $"--toolkit-install-dir={engine.Folder}/install",
                $"--pid-file={engine.Folder}/toolkit.pid", .. options]);
            _process = host.Start("/bin/sh", "-c", $"exec {command} >{_log} 2>&1");
        }

        public void AwaitReady() => AwaitLog("Waiting for signal");

        public void AwaitLog(string text) =>
            _host.Shell(SimulatedHost.Await($"grep -q '{text}' {_log}", $"cat {_log} >&2; exit 1")).Succeeded();

        /// <summary>Tells it to end, and ends when it has cleaned up.</summary>
        public void End()
        {
            _host.Shell($"kill $(cat {Path.GetDirectoryName(_log)}/toolkit.pid)").Succeeded();
            Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(5)), "the installer does not end");
            Assert.True(_process.ExitCode == 0, File.ReadAllText(_host.At(_log)));
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }
    }
}
