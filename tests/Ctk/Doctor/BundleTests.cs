using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using GpuContainers.Cdi;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Doctor.Bundle;
using GpuContainers.Generation;
using GpuContainers.Host;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>Support bundles: a machine in a file, and the machine again.</summary>
public sealed partial class BundleTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".tar.gz");

    private TimeSpan? _limit;

    // One never answers, and so takes as long as it is given.
    public static TheoryData<string> Hosts => [.. SimulatedTree.Hosts.Where(static host => host != "nvml-hangs")];

    public void Dispose() => File.Delete(_file);

    [Theory]
    [Requirement("DR-11")]
    [Requirement("DR-14")]
    [MemberData(nameof(Hosts))]
    public void The_machine_of_a_bundle_gets_the_same_specifications(string host)
    {
        using SimulatedTree tree = SimulatedTree.Of(host);
        Save(tree, keepsUuids: true);
        using SimulatedTree again = SimulatedTree.Of(_file);
        string root = tree.DriverRoot[tree.Root.Length..];
        foreach (GenerationMode mode in (GenerationMode[])[GenerationMode.Auto, GenerationMode.Management])
            Assert.Equal(Generate(tree, root, mode), Generate(again, root, mode));
    }

    [Fact]
    [Requirement("DR-14")]
    [Trait("Kind", "slow")]
    public void The_machine_whose_library_never_answers_gets_them_too()
    {
        _limit = TimeSpan.FromSeconds(2);
        The_machine_of_a_bundle_gets_the_same_specifications("nvml-hangs");
    }

    [Theory]
    [Requirement("DR-12")]
    [InlineData("h200x8")]
    [InlineData("reordered-minors")]
    [InlineData("a100-mig")]
    public void Without_UUIDs_it_differs_in_nothing_else(string host)
    {
        using SimulatedTree tree = SimulatedTree.Of(host);
        Save(tree, keepsUuids: false);
        using SimulatedTree again = SimulatedTree.Of(_file);
        string text = Generate(tree, "/", GenerationMode.Auto);
        string all = string.Concat(SupportBundle.Make(Examine(tree), keepsUuids: true).Files.Select(static file => file.Text));
        string[] uuids = [.. Uuid().Matches(all).Select(static match => match.Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(uuids);
        for (int i = 0; i < uuids.Length; i++)
            text = text.Replace(uuids[i], $"{i + 1:x8}-0000-4000-8000-0000{i + 1:x8}", StringComparison.Ordinal);
        Assert.Equal(text, Generate(again, "/", GenerationMode.Auto));
    }

    [Fact]
    [Requirement("DR-12")]
    public void Nothing_in_it_tells_whose_machine_it_is()
    {
        using SimulatedTree tree = HealthyHost.Make();
        string[] secrets = Plant(tree);
        var bundle = SupportBundle.Make(HealthyHost.Examine(tree), keepsUuids: false);
        foreach ((string name, string text) in bundle.Files)
        {
            foreach (string secret in secrets)
                Assert.False((name + text).Contains(secret, StringComparison.OrdinalIgnoreCase), $"{name} has {secret}:\n{text}");
        }
        // What decides is there all the same.
        string containerd = Assert.Single(bundle.Files, static file => file.Name == "files/etc/containerd/config.toml").Text;
        Assert.Contains("default_runtime_name = \"runc\"", containerd, StringComparison.Ordinal);
        string docker = Assert.Single(bundle.Files, static file => file.Name == "files/etc/docker/daemon.json").Text;
        Assert.Equal("""{"runtimes":{"nvidia":{"path":"nvidia-container-runtime"}},"features":{"cdi":true}}""" + "\n", docker);
        Assert.Contains("the host's name", bundle.Replaced);
        Assert.Contains("names of users", bundle.Replaced);
    }

    // Each of these is in a place from which something is taken.
    private static string[] Plant(SimulatedTree tree)
    {
        tree.Write("/proc/sys/kernel/hostname", "node7.example.com\n");
        tree.Write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nwinifred:x:1000:1000:Winifred Holtby:/home/winifred:/bin/sh\n");
        tree.Write("/run/user/1000/docker.sock");
        tree.Write("/home/winifred/.config/docker/daemon.json", """{"runtimes": {"nvidia": {"path": "/home/winifred/bin/runtime"}}}""");
        tree.Write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        tree.Write("/etc/docker/daemon.json", """
            {
              "runtimes": {"nvidia": {"path": "nvidia-container-runtime", "args": ["--token=hunter1"]}}, "features": {"cdi": true},
              "registry-mirrors": ["https://bob:hunter2@mirror.internal"], "hosts": ["tcp://10.1.2.3:2376"],
              "proxies": {"http-proxy": "http://p:hunter3@proxy"},
              "log-opts": {"splunk-token": "hunter4"}, "labels": ["rack=hunter5"]
            }
            """);
        tree.Write("/etc/containerd/config.toml", File.ReadAllText(tree.At("/etc/containerd/config.toml")) + """
            # hunter6 wrote this
            [plugins."io.containerd.cri.v1.images".registry.configs."registry.internal".auth]
            password = "hunter7"
            [plugins."io.containerd.grpc.v1.cri".registry.headers]
            Authorization = ["hunter8"]
            [proxy_plugins.hunter9]
            address = "/run/hunter9.sock"

            """);
        tree.Write("/etc/nvidia-container-runtime/config.toml", """
            # hunter10
            [nvidia-container-cli]
            environment = ["TOKEN=hunter11"]
            user = "winifred:video"
            secret = "hunter12"
            [nvidia-container-runtime]
            debug = "/home/winifred/debug-of-node7.log"

            """);
        tree.Write("/etc/cdi/other.yaml", "cdiVersion: 0.5.0\nkind: example.com/card\ndevices:\n  - name: a\n    containerEdits:\n      env: [KEY=hunter13]\n");
        tree.Write("/etc/cdi/broken.yaml", "hunter14: [\n");
        return ["hunter", "node7", "winifred", "Holtby", "internal", "10.1.2.3", "0123456789abcdef0123456789abcdef", "GPU-2f4d1a00"];
    }

    [Fact]
    [Requirement("DR-12")]
    public void A_user_who_is_called_like_a_folder_does_not_change_paths()
    {
        var privacy = new Privacy("gpu", ["data"], keepsUuids: false);
        Assert.Equal("/data/nvidia0 gpu /home/someone/x", privacy.Clean("/data/nvidia0 gpu /home/data/x"));
        Assert.Equal("someone has no ids in /data/x", privacy.CleanSentence("data has no ids in /data/x"));
    }

    [Fact]
    [Requirement("DR-11")]
    public void Libraries_are_in_it_by_their_headers_alone()
    {
        using SimulatedTree tree = SimulatedTree.Of("h200x2");
        var bundle = SupportBundle.Make(HealthyHost.Examine(tree), keepsUuids: false);
        BundleEntry cuda = bundle.Entries.Single(static entry => entry.Path.EndsWith("/libcuda.so.570.133.20", StringComparison.Ordinal));
        Assert.Equal(BundleEntryKind.Library, cuda.Kind);
        Assert.Equal(new FileInfo(tree.At(cuda.Path)).Length, cuda.Size);
        Assert.Equal("libcuda.so.1", cuda.Library!.Soname);
        Assert.True(cuda.Library.HasSections);
        Assert.DoesNotContain(bundle.Files, static file => file.Name.Contains("libcuda", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("DR-13")]
    public void The_same_machine_gives_the_same_bytes_and_no_time()
    {
        using SimulatedTree tree = SimulatedTree.Of("h200x2");
        byte[] first = SupportBundle.Make(HealthyHost.Examine(tree), keepsUuids: false).ToBytes();
        Assert.Equal(first, SupportBundle.Make(HealthyHost.Examine(tree), keepsUuids: false).ToBytes());
        using var archive = new TarReader(new GZipStream(new MemoryStream(first), CompressionMode.Decompress));
        while (archive.GetNextEntry() is { } entry)
        {
            Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
            Assert.Equal(TarEntryType.RegularFile, entry.EntryType);
            Assert.DoesNotContain("..", entry.Name, StringComparison.Ordinal);
        }
    }

    private void Save(SimulatedTree tree, bool keepsUuids) => File.WriteAllBytes(_file, SupportBundle.Make(Examine(tree), keepsUuids).ToBytes());

    private Machine Examine(SimulatedTree tree) => new(tree.Root, Context(tree));

    private HostContext Context(SimulatedTree tree) => tree.Context(tree.Child(_limit, "/usr/lib/wsl/lib"));

    private string Generate(SimulatedTree tree, string root, GenerationMode mode)
    {
        try
        {
            GenerationOptions options = BundleContent.Options(Examine(tree), root) with { Mode = mode };
            string text = Encoding.UTF8.GetString(CdiSpecWriter.ToYaml(SpecGenerator.Generate(options, ["all"], Context(tree))));
            return text.Replace(tree.Root, "", StringComparison.Ordinal);
        }
        catch (GenerationException problem)
        {
            return problem.Message.Replace(tree.Root, "", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();
}
