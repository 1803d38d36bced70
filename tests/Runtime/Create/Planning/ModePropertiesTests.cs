using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

/// <summary>The bounds of what a container is given, over random hosts, configurations and all ways to ask, in every mode.</summary>
public sealed class ModePropertiesTests
{
    private const string MountFolder = "/var/run/nvidia-container-devices/";

    private static readonly Gen<string> s_id = Gen.OneOf(
        Gen.Int[0, 3].Select(static index => $"{index}"), Gen.Int[0, 3].Select(FakeHost.Uuid), One.Of("all", "none", "void", "", "banana"));

    private static readonly Gen<string> s_name = Gen.Select(
        One.Of("", "", "", "nvidia.com/gpu=", "runtime.nvidia.com/gpu="), s_id, static (kind, id) => kind + id);

    private static readonly Gen<string[]> s_names = s_name.Array[0, 3];

    private static readonly Gen<string[]> s_channels = One.Of("0", "1", "all", "none", "void").Array[0, 2];

    private static readonly Gen<Host> s_host = Gen.Select(
        Gen.Shuffle(Enumerable.Range(0, 4).ToArray()), Gen.Int[0, 3], static (minors, count) => new Host(minors[..count]));

    private static readonly Gen<Settings> s_settings = Gen.Select(
        One.Of("auto", "cdi", "jit-cdi", "csv", "legacy"), Gen.Bool, Gen.Bool, Gen.Bool, One.Of("", "SWARM", "SWARM,NVIDIA_VISIBLE_DEVICES"), Gen.Bool,
        static (mode, environment, volumes, annotations, swarm, channels) => new Settings(mode, environment, volumes, annotations, swarm, channels));

    private static readonly Gen<Request> s_request = Gen.Select(
        s_names.Null(), s_names.Null(), s_names, s_names, s_channels, One.Of("", "", "CUDA_VERSION=12.0"), Gen.Bool,
        static (visible, swarm, mounts, annotation, channels, image, privileged) =>
            new Request(visible, swarm, mounts, annotation, channels, image, privileged));

    [Fact]
    [Requirement("RT-110", "RT-112", "RT-118", "RT-132", "RT-134")]
    public void What_is_given_was_asked_for_and_allowed() => Gen.Select(s_host, s_settings, s_request).Sample(
        static (host, settings, request) =>
        {
            using FakeHost machine = host.Make();
            if (TryPlan(machine, settings, request) is not { } result)
                return;
            HashSet<string> asked = request.Asked(settings);
            foreach (string path in Plans.Devices(result))
            {
                if (Match(path, "^/dev/nvidia([0-9]+)$") is { } minor)
                {
                    int index = Array.IndexOf(host.Minors, int.Parse(minor));
                    bool may = asked.Contains("all") || asked.Contains($"{index}") || asked.Contains(FakeHost.Uuid(index));
                    // "none" is like "all" in mode csv (RT-192).
                    Assert.True(may || (settings.Mode == "csv" && asked.Contains("none")), $"{path} was not asked for");
                }
                if (Match(path, "^/dev/nvidia-caps-imex-channels/channel([0-9]+)$") is { } channel)
                    Assert.True(request.AskedChannels(settings).Contains(channel), $"{path} was not asked for");
            }
        },
        iter: 400);

    [Fact]
    [Requirement("RT-113", "RT-127", "RT-152")]
    public void Who_asks_for_nothing_gets_no_node_in_any_mode() => Gen.Select(s_host, s_settings, s_request).Sample(
        static (host, settings, request) =>
        {
            using FakeHost machine = host.Make();
            Request void_ = request with
            {
                Visible = ["void", .. request.Visible ?? []],
                Swarm = request.Swarm is null ? null : ["0", "void"],
                Mounts = [],
                Annotation = [],
            };
            Assert.Empty(Plans.Devices(TryPlan(machine, settings, void_)!));
            Assert.Empty(Plans.Devices(TryPlan(machine, settings, void_ with { Visible = [""], Swarm = null })!));
        },
        iter: 200);

    [Fact]
    public void The_plan_is_the_same_twice_in_every_mode() => Gen.Select(s_host, s_settings, s_request).Sample(
        static (host, settings, request) =>
        {
            using FakeHost machine = host.Make();
            Assert.Equal(TryPlan(machine, settings, request)?.ToJsonString(), TryPlan(machine, settings, request)?.ToJsonString());
        },
        iter: 150);

    private static string? Match(string path, string pattern) => Regex.Match(path, pattern) is { Success: true } match ? match.Groups[1].Value : null;

    // Null when the request names something that the host does not have.
    private static JsonNode? TryPlan(FakeHost host, Settings settings, Request request)
    {
        var requested = new ContainerRequest(request.Image(), settings.Permissions());
        string mode = ModeSelector.Resolve(
            settings.Mode, requested.Devices, requested.OnlyQualifiedNames, RuntimeMode.JitCdi, () => HostPlatform.IsTegra(host.Context), out _);
        ToolkitConfig config = Plans.Config(modes => modes with { CdiSpecDirectories = [host.At("cdi")], CsvMountSpecPath = host.At("csv") });
        try
        {
            return Plans.Apply(mode, host.Inputs(mode == "cdi" ? requested : requested.WithoutAnnotations(), config));
        }
        catch (CoreException error)
        {
            string[] expected = ["failed to generate CDI spec", "requesting a CDI device with vendor", "failed to inject CDI devices", "requirements not met"];
            Assert.Contains(expected, text => error.Message.Contains(text, StringComparison.Ordinal));
            return null;
        }
    }

    private sealed record Host(int[] Minors)
    {
        public FakeHost Make()
        {
            var host = new FakeHost(Minors);
            for (uint channel = 0; channel < 2; channel++)
                host.Node($"dev/nvidia-caps-imex-channels/channel{channel}", 508, channel);
            string Node(int minor) => $$"""{"path":"/dev/nvidia{{minor}}","hostPath":"{{host.At($"dev/nvidia{minor}")}}"}""";
            string Device(string name, IEnumerable<int> minors) =>
                $$"""{"name":"{{name}}","containerEdits":{"env":["GIVEN=1"],"deviceNodes":[{{string.Join(',', minors.Select(Node))}}]} }""";
            IEnumerable<string> devices = Minors.SelectMany((minor, index) => new[] { Device($"{index}", [minor]), Device(FakeHost.Uuid(index), [minor]) });
            host.AddFile("cdi/nvidia.json", $$"""{"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{{string.Join(',', [.. devices, Device("all", Minors), Device("none", [])])}}]}""");
            return host;
        }

        public override string ToString() => $"minors {string.Join(',', Minors)}";
    }

    private sealed record Settings(string Mode, bool AcceptsEnvironment, bool AcceptsVolumes, bool AcceptsAnnotations, string Swarm, bool IgnoresChannels)
    {
        public RequestSettings Permissions() => new()
        {
            AcceptsUnprivilegedEnvironment = AcceptsEnvironment,
            AcceptsVolumeMounts = AcceptsVolumes,
            AnnotationPrefixes = AcceptsAnnotations ? ["cdi.k8s.io/"] : [],
            PreferredVariables = RequestSettings.VariableNames(Swarm),
            IgnoresImexChannels = IgnoresChannels,
        };
    }

    private sealed record Request(
        string[]? Visible, string[]? Swarm, string[] Mounts, string[] Annotation, string[] Channels, string ImageVersion, bool Privileged)
    {
        public ContainerFacts Image()
        {
            var environment = new List<string> { "NVIDIA_IMEX_CHANNELS=" + string.Join(',', Channels), ImageVersion };
            if (Visible is not null)
                environment.Add("NVIDIA_VISIBLE_DEVICES=" + string.Join(',', Visible));
            if (Swarm is not null)
                environment.Add("SWARM=" + string.Join(',', Swarm));
            return new ContainerFacts(
                environment,
                [.. Mounts.Select(static name => ("/dev/null", MountFolder + (name.Contains('=', StringComparison.Ordinal) ? "cdi/" : "") + name)),
                    .. Channels.Select(static id => ("/dev/null", MountFolder + "imex/" + id))],
                Annotation.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["cdi.k8s.io/x"] = string.Join(',', Annotation) },
                Privileged);
        }

        /// <summary>The ids that any permitted source names, told independently of precedence.</summary>
        public HashSet<string> Asked(Settings settings)
        {
            var names = new List<string>();
            if (settings.AcceptsAnnotations)
                names.AddRange(Annotation);
            if (settings.AcceptsVolumes)
                names.AddRange(Mounts);
            if (Privileged || settings.AcceptsEnvironment)
            {
                names.AddRange(Visible ?? []);
                if (settings.Swarm.Length > 0)
                    names.AddRange(Swarm ?? []);
                // An image that names a CUDA version, and no variable that would ask (RT-126).
                if (ImageVersion.Length > 0 && Visible is null)
                    names.Add("all");
            }
            return [.. names.Select(static name => name[(name.IndexOf('=') + 1)..])];
        }

        public HashSet<string> AskedChannels(Settings settings) =>
            !settings.IgnoresChannels && (settings.AcceptsVolumes || Privileged || settings.AcceptsEnvironment)
                ? [.. Channels.Contains("all") && settings.AcceptsVolumes ? ["0", "1"] : Channels]
                : [];

        public override string ToString() =>
            $"visible {Join(Visible)} | swarm {Join(Swarm)} | mounts {Join(Mounts)} | annotation {Join(Annotation)} | channels {Join(Channels)} | " +
                $"{ImageVersion} | privileged {Privileged}";

        private static string Join(string[]? names) => names is null ? "unset" : string.Join(',', names);
    }
}
