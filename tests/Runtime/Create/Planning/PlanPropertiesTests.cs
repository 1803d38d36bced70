using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

/// <summary>What holds for every request, permission and host: what was asked for bounds what is given, and permission bounds both.</summary>
public sealed class PlanPropertiesTests
{
    private const string MountFolder = "/var/run/nvidia-container-devices/";

    private static readonly Gen<string> s_token = Gen.OneOf(
        Gen.Int[0, 5].Select(static index => $"{index}"),
        Gen.Int[0, 5].Select(FakeHost.Uuid),
        One.Of("all", "none", "void", "", " ", "0", "1", "banana", "-1", "nvidia.com/gpu=0", "runtime.nvidia.com/gpu=1", "0:1", "../0", "GPU-"));

    private static readonly Gen<int[]> s_minors = Gen.Select(
        Gen.Shuffle(Enumerable.Range(0, 5).ToArray()), Gen.Int[0, 4], static (minors, count) => minors[..count]);

    private static readonly Gen<Sample> s_sample = Gen.Select(
        s_minors, s_token.List[0, 4], s_token.List[0, 2], Gen.Bool, Gen.Bool, Gen.Bool,
        static (minors, variable, mounts, privileged, environment, volumes) => new Sample(minors, variable, mounts, privileged, environment, volumes));

    [Fact]
    [Requirement("RT-110", "RT-112", "RT-120")]
    public void Devices_given_are_among_those_asked_for_and_allowed() => s_sample.Sample(
        sample =>
        {
            using var host = new FakeHost(sample.Minors);
            HashSet<string> asked = sample.Asked();
            if (TryPlan(host, sample) is not { } result)
                return;
            foreach (string path in GpuNodes(result))
            {
                int index = Array.IndexOf(sample.Minors, int.Parse(path["/dev/nvidia".Length..]));
                Assert.True(index >= 0
                    && (asked.Contains("all") || asked.Contains($"{index}") || asked.Contains(FakeHost.Uuid(index))), $"{path} was not asked for by {sample}");
            }
        },
        iter: 300);

    [Fact]
    [Requirement("RT-113", "RT-127", "RT-161")]
    public void Asking_for_nothing_gives_no_node() => s_sample.Sample(
        sample =>
        {
            using var host = new FakeHost(sample.Minors);
            // "void" among the names of the variable, no name at all, or no permission, and no mount that names something.
            if (sample.Asked().Count == 0)
                Assert.Empty(Plans.Devices(TryPlan(host, sample)!));
        },
        iter: 300);

    [Fact]
    [Requirement("RT-128", "RT-177")]
    public void The_word_none_gives_no_GPU() => s_sample.Sample(
        sample =>
        {
            using var host = new FakeHost(sample.Minors);
            Sample none = sample with { Variable = ["none", .. sample.Variable.Where(static t => t != "void")], Mounts = [], AcceptsEnvironment = true };
            Assert.Empty(GpuNodes(TryPlan(host, none)!));
        },
        iter: 100);

    [Fact]
    public void The_plan_of_a_request_is_the_same_twice() => s_sample.Sample(
        sample =>
        {
            using var host = new FakeHost(sample.Minors);
            Assert.Equal(TryPlan(host, sample)?.ToJsonString(), TryPlan(host, sample)?.ToJsonString());
        },
        iter: 100);

    private static IEnumerable<string> GpuNodes(JsonNode specification) =>
        Plans.Devices(specification).Where(static path => Regex.IsMatch(path, "^/dev/nvidia[0-9]+$"));

    // Null when the request names something that the host does not have.
    private static JsonNode? TryPlan(FakeHost host, Sample sample)
    {
        try
        {
            return Plans.Apply("jit-cdi", host.Inputs(sample.Request()));
        }
        catch (CoreException error)
        {
            string[] expected = ["failed to generate CDI spec", "requesting a CDI device with vendor", "failed to inject CDI devices"];
            Assert.Contains(expected, text => error.Message.Contains(text, StringComparison.Ordinal));
            return null;
        }
    }

    private sealed record Sample(int[] Minors, List<string> Variable, List<string> Mounts, bool Privileged, bool AcceptsEnvironment, bool AcceptsVolumes)
    {
        public ContainerRequest Request() => new(
            new ContainerFacts(
                ["NVIDIA_VISIBLE_DEVICES=" + string.Join(',', Variable)],
                [.. Mounts.Select(static name => ("/dev/null", MountFolder + name))],
                new Dictionary<string, string>(),
                Privileged),
            new RequestSettings { AcceptsUnprivilegedEnvironment = AcceptsEnvironment, AcceptsVolumeMounts = AcceptsVolumes });

        /// <summary>Every id that any permitted source names, told independently of the rules of precedence; empty when nothing is asked for.</summary>
        public HashSet<string> Asked()
        {
            var asked = new HashSet<string>();
            if (AcceptsVolumes)
                asked.UnionWith(Mounts.Select(static name => Path.GetFullPath(MountFolder + name)).Where(static path => path.StartsWith(
                    MountFolder, StringComparison.Ordinal)).Select(static path => path[MountFolder.Length..].Trim('/')).Where(static name => name.Length > 0));
            if ((Privileged || AcceptsEnvironment) && !Variable.Contains("void"))
                asked.UnionWith(Variable.Select(static name => name.Trim()).Where(static name => name.Length > 0));
            foreach (string name in asked.Where(static name => name.StartsWith("runtime.nvidia.com/gpu=", StringComparison.Ordinal)).ToList())
                asked.Add(name.Split('=')[1]);
            return asked;
        }

        public override string ToString() =>
            $"{string.Join(',', Variable)} | {string.Join(',', Mounts)} | privileged {Privileged}, environment {AcceptsEnvironment}, volumes {AcceptsVolumes}";
    }
}
