using System.Net.Sockets;
using GpuContainers.EndToEnd.Tests.Pods.Cri;
using Grpc.Core;
using Grpc.Net.Client;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>
/// A containerd of another Debian suite in a simulated host, with CRI and NRI, its files and sockets in a folder of their own; it stands in for a node's
/// engine.
/// </summary>
internal sealed class PodEngine : IDisposable
{
    /// <summary>The image of all pods, and of their sandboxes.</summary>
    public const string Image = "localhost/pods:test";

    private static int s_engines;

    private readonly SimulatedHost _host;
    private readonly bool _isUsual;
    private readonly string _programs;
    private readonly GrpcChannel _channel;

    /// <summary>Starts one; the test is skipped where the packages were not extracted.</summary>
    /// <param name="host">The node.</param>
    /// <param name="package">The folder of `eng/extract-packages.sh`: containerd-1.7 or containerd-2; empty for the machine's own.</param>
    /// <param name="isUsual">Whether its files and sockets are where containerd has them by itself, as people's commands expect.</param>
    /// <param name="setting">Lines of a shell script in front of its start.</param>
    public PodEngine(SimulatedHost host, string package, bool isUsual = false, string setting = "")
    {
        _host = host;
        _isUsual = isUsual;
        _programs = package.Length == 0 ? Path.GetDirectoryName(Checkout.MachineProgram("containerd"))!
            : Checkout.At("artifacts", "debian", package, "usr", "bin");
        Assert.SkipUnless(File.Exists(Path.Combine(_programs, "containerd")), $"{_programs} has no containerd: run make test");
        // Nothing that a test left for its engine, such as a plugin, may reach that of the next one.
        Folder = isUsual ? "/run/containerd" : $"/run/{package}-{Interlocked.Increment(ref s_engines)}";
        Setting = $"export PATH={_programs}:$PATH\n{setting}";
        Directory.CreateDirectory(host.At(Path.GetDirectoryName(ConfigPath) + "/conf.d"));
        Directory.CreateDirectory(host.At(Folder));
        File.WriteAllText(host.At(ConfigPath), package == "containerd-2" ? Config2 : Config1);
        _channel = GrpcChannel.ForAddress("http://containerd", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = async (_, cancellation) => await ConnectAsync(cancellation) },
            DisposeHttpClient = true,
        });
        Client = new RuntimeService.RuntimeServiceClient(_channel);
        Start();
        OciArchive.Write(host.At(Folder + "/image.tar"), ContainerImage.Folder, Image);
        Ctr($"-n k8s.io image import {Folder}/image.tar");
    }

    /// <summary>Where the engine has its things, as the host sees it.</summary>
    public string Folder { get; }

    /// <summary>Its top-level configuration file.</summary>
    public string ConfigPath => _isUsual ? "/etc/containerd/config.toml" : Folder + "/etc/config.toml";

    /// <summary>Its CRI socket.</summary>
    public string SocketPath => Folder + (_isUsual ? "/containerd.sock" : "/socket");

    /// <summary>The beginning of a shell script that finds its programs by their names.</summary>
    public string Setting { get; }

    /// <summary>Its NRI socket.</summary>
    public string NriSocketPath => Folder + "/nri";

    /// <summary>Speaks CRI to it.</summary>
    public RuntimeService.RuntimeServiceClient Client { get; }

    private string Config2 => $"""
        version = 3
        root = "{Folder}/root"
        state = "{Folder}/state"
        [grpc]
          address = "{SocketPath}"
        [plugins."io.containerd.cri.v1.images".pinned_images]
          sandbox = "{Image}"
        [plugins."io.containerd.cri.v1.runtime"]
          restrict_oom_score_adj = true
          {(_isUsual ? "" : $"cdi_spec_dirs = [\"{Folder}/cdi\"]")}
          [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.nri.v1.nri"]
          socket_path = "{NriSocketPath}"
          plugin_path = "{Folder}/nri-plugins"
          plugin_config_path = "{Folder}/nri-configs"
          # A plugin that answers after 5 or 2 s is dropped by itself, and a busy machine may take that long.
          plugin_registration_timeout = "5m"
          plugin_request_timeout = "5m"
        [plugins."io.containerd.internal.v1.opt"]
          path = "{Folder}/opt"

        """;

    private string Config1 => $"""
        version = 2
        root = "{Folder}/root"
        state = "{Folder}/state"
        [grpc]
          address = "{SocketPath}"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{Image}"
          restrict_oom_score_adj = true
          {(_isUsual ? "" : $"enable_cdi = true\n  cdi_spec_dirs = [\"{Folder}/cdi\"]")}
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.nri.v1.nri"]
          disable = false
          socket_path = "{NriSocketPath}"
          plugin_path = "{Folder}/nri-plugins"
          plugin_config_path = "{Folder}/nri-configs"
          # A plugin that answers after 5 or 2 s is dropped by itself, and a busy machine may take that long.
          plugin_registration_timeout = "5m"
          plugin_request_timeout = "5m"
        [plugins."io.containerd.internal.v1.opt"]
          path = "{Folder}/opt"

        """;

    /// <summary>Starts the engine under a supervisor that starts it again when it ends, and ends when it answers.</summary>
    public void Start()
    {
        File.WriteAllText(_host.At(Folder + "/supervise.sh"), $"""
            {Setting}
            cd {Folder} && echo $$ >supervisor && touch supervised
            while [ -e supervised ]; do
                containerd -c {ConfigPath} >>log 2>&1 </dev/null &
                echo $! >pid; wait
            done
            """);
        _host.Shell($"setsid sh {Folder}/supervise.sh >/dev/null 2>&1 </dev/null &").Succeeded();
        AwaitAnswer();
    }

    /// <summary>Ends when the engine answers.</summary>
    public void AwaitAnswer()
    {
        // The release of Debian 12 has no NRI.
        string nri = _programs.StartsWith(Checkout.Root, StringComparison.Ordinal) ? $" && [ -S {NriSocketPath} ]" : "";
        string answers = $"{_programs}/ctr --address {SocketPath} version >/dev/null 2>&1{nri}";
        CommandResult started = _host.Shell(SimulatedHost.Await(answers, $"tail {Folder}/log >&2; exit 9"));
        Assert.SkipWhen(started.Status == 9, "containerd does not start on this machine: " + started.Errors);
        started.Succeeded();
        for (int turn = 0; !IsReady(); turn++)
        {
            Assert.True(turn < 6000, "CRI is not there: " + ReadLog());
            Thread.Sleep(50); // poll
        }
    }

    // CRI is a part of the engine that is ready later than the engine itself; a pod that does not exist is as good as stopped.
    private bool IsReady()
    {
        try
        {
            _ = Client.StopPodSandbox(new PodSandboxRequest { PodSandboxId = "none" });
            return true;
        }
        catch (RpcException answer) when (answer.StatusCode is StatusCode.Unavailable or StatusCode.NotFound)
        {
            // The release of Debian 12 says so instead.
            return answer.StatusCode == StatusCode.NotFound;
        }
    }

    /// <summary>Ends the engine and its supervisor; its pods stay.</summary>
    // The supervisor may be about to start the engine once more, so it is over only when the supervisor is.
    public void Stop() => _host.Shell($$"""
        cd {{Folder}} && rm -f supervised
        {{SimulatedHost.Await("{ kill $(cat pid) 2>/dev/null; ! kill -0 $(cat supervisor) 2>/dev/null; }", "exit 1")}}
        rm -f {{SocketPath}} {{NriSocketPath}}
        """).Succeeded();

    /// <summary>The process number of the engine, which changes with a restart.</summary>
    public string ProcessId => Read(Folder + "/pid").Trim();

    /// <summary>Waits until the supervisor has started the engine as another process than <paramref name="before"/>, and it answers.</summary>
    public void AwaitRestart(string before)
    {
        _host.Shell(SimulatedHost.Await($"[ \"$(cat {Folder}/pid)\" != {before} ]", "exit 1")).Succeeded();
        AwaitAnswer();
    }

    /// <summary>What the engine has logged.</summary>
    public string ReadLog() => File.ReadAllText(_host.At(Folder + "/log"));

    /// <summary>Reads a file of the host.</summary>
    public string Read(string path) => File.ReadAllText(_host.At(path));

    public void Dispose()
    {
        _channel.Dispose();
        Stop();
    }

    private void Ctr(string arguments) => _host.Shell($"{_programs}/ctr --address {SocketPath} {arguments}").Succeeded();

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_host.At(SocketPath)), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
