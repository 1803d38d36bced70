using GpuContainers.Cdi;
using GpuContainers.Ctk.Cdi;
using GpuContainers.Ctk.Cdi.Diff;
using GpuContainers.Generation;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Cdi;

/// <summary>What differs between a specification and a machine, part by part.</summary>
public sealed class CdiDiffCommandTests
{
    [Theory]
    [Requirement("DR-8")]
    [InlineData("h200x2")]
    [InlineData("a100-mig")]
    [InlineData("rtx-graphics")]
    public void A_specification_of_this_state_has_no_difference(string host)
    {
        using SimulatedTree tree = SimulatedTree.Of(host);
        CdiSpec spec = Generated(tree);
        Assert.Empty(SpecDifference.Between(spec, CdiDiffCommand.Now(spec, tree.Context(), tree.DriverRoot)));
    }

    [Fact]
    [Requirement("DR-8")]
    public void What_is_gone_and_what_is_new_is_named_with_its_part()
    {
        using SimulatedTree tree = SimulatedTree.Of("h200x2");
        CdiSpec spec = Generated(tree);
        HostDirectory.RemoveTree(tree.At("/dev/nvidia-modeset"));
        HostDirectory.RemoveTree(tree.At("/proc/driver/nvidia/gpus/0000:2a:00.0"));
        IReadOnlyList<SpecDifference> found = SpecDifference.Between(spec, CdiDiffCommand.Now(spec, tree.Context(), tree.DriverRoot));
        Assert.Equal(["common edits", "device 1", "device all"], found.Select(static difference => difference.Entity).Order(StringComparer.Ordinal));
        string line = Assert.Single(found.Single(static difference => difference.Entity == "common edits").Lines);
        Assert.StartsWith("-node ", line, StringComparison.Ordinal);
        Assert.Contains("/dev/nvidia-modeset", line, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-8")]
    public void Two_files_are_compared_and_the_exit_status_tells()
    {
        using var folder = new TemporaryFolder();
        string first = folder.Write("a.yaml", "cdiVersion: 0.5.0\nkind: v.com/c\ndevices:\n- name: a\n  containerEdits:\n    env: [A=1]\n");
        string second = folder.Write("b.yaml", "cdiVersion: 0.5.0\nkind: v.com/c\ndevices:\n- name: a\n  containerEdits:\n    env: [A=2]\n");
        CommandResult different = CtkCli.Run("cdi", "diff", first, "--with=" + second);
        Assert.Equal(1, different.Status);
        Assert.Equal("device a\n  -variable A=1\n  +variable A=2\n", different.Output);
        CommandResult same = CtkCli.Run("cdi", "diff", first, "--with=" + first);
        Assert.Equal((0, "no difference\n"), (same.Status, same.Output));
        CommandResult json = CtkCli.Run("cdi", "diff", first, "--with=" + second, "--format=json");
        Assert.Equal("""{"differences":[{"entity":"device a","lines":["-variable A=1","+variable A=2"]}]}""" + "\n", json.Output);
    }

    // A link more among thirty is what has changed, not the whole hook.
    [Theory]
    [Requirement("DR-8")]
    [InlineData("--link, a, --link, b", "--link, a, --link, c", "-hook createContainer /h h x ... --link b|+hook createContainer /h h x ... --link c")]
    [InlineData("--link, a", "--link, a, --link, c", "+hook createContainer /h h x ... --link c")]
    [InlineData("--link, a, --link, a", "--link, a", "-hook createContainer /h h x ... --link a")]
    [InlineData("--link, a, --link, b", "--link, b, --link, a",
        "-hook createContainer /h h x --link a --link b|+hook createContainer /h h x --link b --link a")]
    [InlineData("--link, a", "--link, a, env: [A=1]", "+hook createContainer /h h x ... (A=1)")]
    [InlineData("z, --link, a", "--link, a", "-hook createContainer /h h x z --link a|+hook createContainer /h h x --link a")]
    public void Of_a_hook_that_both_have_only_what_differs_is_shown(string first, string second, string lines) => Assert.Equal(
        lines.Split('|'), Assert.Single(SpecDifference.Between(WithHook(first), WithHook(second))).Lines);

    private static CdiSpec WithHook(string args)
    {
        string[] parts = args.Split(", env: ");
        string env = parts.Length > 1 ? $", env: {parts[1]}" : "";
        return CdiSpecReader.Parse(System.Text.Encoding.UTF8.GetBytes(
            "cdiVersion: 0.5.0\nkind: v.com/c\ndevices: [{name: a, containerEdits: {env: [A=1]}}]\ncontainerEdits:\n"
            + $"  hooks: [{{hookName: createContainer, path: /h, args: [h, x, {parts[0]}]{env}}}]\n"), "x").Spec!;
    }

    private static CdiSpec Generated(SimulatedTree tree) => SpecGenerator.Generate(
        new GenerationOptions { DriverRoot = tree.DriverRoot, MergedDevice = "all", Vendor = "nvidia.com", Class = "gpu" }, ["all"], tree.Context());

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("nvct").FullName;

        public string Write(string name, string text)
        {
            File.WriteAllText(Path.Combine(_path, name), text);
            return Path.Combine(_path, name);
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
