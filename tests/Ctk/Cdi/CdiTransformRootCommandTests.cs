namespace GpuContainers.Ctk.Tests.Cdi;

public sealed class CdiTransformRootCommandTests : CdiFolder
{
    private const string Input =
        "cdiVersion: v0.5.0\nkind: v/c\n# gone afterwards\ndevices: [{name: d, containerEdits: {mounts: [{hostPath: /opt/x, containerPath: /x}, {hostPath: " +
        "/b, containerPath: /b}]}}]\n";

    private const string Moved = "---\ncdiVersion: v0.5.0\nkind: v/c\ndevices:\n    - name: d\n      containerEdits:\n        mounts:\n"
        + "            - hostPath: /srv/x\n              containerPath: /x\n            - hostPath: /b\n              containerPath: /b\n";

    [Fact]
    [Requirement("CDI-159")]
    public void The_group_prints_help_and_knows_one_transform()
    {
        Assert.Contains("root", CtkCli.Run("cdi", "transform").Succeeded().Output, StringComparison.Ordinal);
        CommandResult unknown = CtkCli.Run("cdi", "transform", "roots");
        Assert.Equal(3, unknown.Status);
        Assert.Contains("No help topic for 'roots'", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-160")]
    public void Global_flags_and_spellings_are_those_of_every_command()
    {
        CommandResult result = CtkCli.Run(["--quiet", "cdi", "transform", "root", "-from=/nothing", "--from", "/opt", "-to", "/srv", "stray"], [], Input)
            .Succeeded();
        Assert.Equal((Moved, ""), (result.Output, result.Errors));
        Assert.Contains("--relative-to", CtkCli.Run("cdi", "transform", "root", "-h").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-161")]
    public void What_paths_are_relative_to_is_checked_first()
    {
        CommandResult result = CtkCli.Run("cdi", "transform", "root", "--relative-to=Host", "--input=/nonexistent");
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("invalid --relative-to value: Host", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CDI-162")]
    [InlineData("--input=/nonexistent", "", "failed to read spec contents: open /nonexistent: no such file or directory")]
    [InlineData("--input=", "", "failed to read spec contents: open")]
    [InlineData("--input=-", "kind: [", "failed to parse CDI spec: standard input:")]
    [InlineData("--input=-", "cdiVersion: 0.3.0\nodd: 1\n", "failed to parse CDI spec: standard input:2:1: unknown field")]
    public void Input_that_cannot_be_read_is_an_error(string option, string input, string text)
    {
        CommandResult result = CtkCli.Run(["cdi", "transform", "root", option], [], input);
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("failed to load CDI specification: " + text, result.Errors.Replace("\\\"", "\""), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-162", "CDI-166")]
    public void Input_may_be_a_stream_and_an_empty_one_has_no_devices()
    {
        Assert.Equal(Moved, CtkCli.Run(["cdi", "transform", "root", "--from=/opt", "--to=/srv", "--input=/dev/stdin"], [], Input).Succeeded().Output);
        CommandResult empty = CtkCli.Run("cdi", "transform", "root", "--input=/dev/null");
        Assert.Equal((1, ""), (empty.Status, empty.Output));
        Assert.Contains("failed to write CDI spec to STDOUT: invalid CDI Spec: devices: invalid spec, no devices", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-163")]
    public void Files_are_written_by_their_extension_and_in_place()
    {
        string file = Write("x.json", Input);
        CtkCli.Run("cdi", "transform", "root", "--from=/opt", "--to=/srv", $"--input={file}", $"--output={file}").Succeeded();
        Assert.StartsWith("{\"cdiVersion\":\"v0.5.0\"", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(file));
        // Standard output is YAML, whatever came in.
        Assert.StartsWith("---\n", CtkCli.Run("cdi", "transform", "root", $"--input={file}").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-164", "CDI-165")]
    public void The_document_is_written_anew_in_its_order() =>
        Assert.Equal(Moved, CtkCli.Run(["cdi", "transform", "root", "--from=/opt", "--to=/srv"], [], Input).Succeeded().Output);

    [Fact]
    [Requirement("CDI-165")]
    public void A_missing_version_is_filled_in() => Assert.Contains(
        "cdiVersion: 0.7.0\n",
        CtkCli.Run(["cdi", "transform", "root"], [], "kind: v/c\ndevices: [{name: d, containerEdits: {additionalGids: [5]}}]\n").Succeeded().Output,
        StringComparison.Ordinal);

    [Theory]
    [Requirement("CDI-166")]
    [InlineData("", "no devices")]
    [InlineData("cdiVersion: 0.9.0\nkind: v/c\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n", "invalid version")]
    [InlineData("cdiVersion: 0.3.0\nkind: vc\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n", "invalid vendor")]
    [InlineData("cdiVersion: 0.3.0\nkind: v/c\ndevices: [{name: d, containerEdits: {additionalGids: [1]}}]\n", "the spec version must be at least v0.7.0")]
    public void What_is_invalid_afterwards_is_not_written(string input, string text)
    {
        CommandResult result = CtkCli.Run(["cdi", "transform", "root"], [], input);
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("failed to write CDI spec to STDOUT: invalid CDI Spec: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
        string output = Path.Combine(Folder, "out.yaml");
        Assert.Equal(1, CtkCli.Run(["cdi", "transform", "root", $"--output={output}"], [], input).Status);
        Assert.False(File.Exists(output));
    }

    [Fact]
    [Requirement("CDI-167")]
    public void Without_roots_it_formats_and_without_from_it_prefixes()
    {
        Assert.Contains("hostPath: /opt/x\n", CtkCli.Run(["cdi", "transform", "root"], [], Input).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains(
            "hostPath: /host/opt/x\n", CtkCli.Run(["cdi", "transform", "root", "--to=/host"], [], Input).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-168")]
    public void A_dash_as_output_is_a_file_with_a_warning()
    {
        CommandResult result = CtkCli.Run(["cdi", "transform", "root", "--output=-"], [], Input, Folder).Succeeded();
        Assert.True(File.Exists(Folder + "/-.yaml"));
        Assert.Contains("standard output is chosen by leaving --output out", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CDI-147")]
    [InlineData("path: /other/x", "deviceNodes:\n            - path: /other/x\n")]
    [InlineData("path: /opt/x", "")]
    public void A_filled_host_path_does_not_raise_the_version(string node, string expected)
    {
        string input = $"cdiVersion: 0.3.0\nkind: v/c\ndevices: [{{name: d, containerEdits: {{deviceNodes: [{{{node}}}]}}}}]\n";
        CommandResult result = CtkCli.Run(["cdi", "transform", "root", "--from=/opt", "--to=/srv"], [], input);
        Assert.Equal(expected.Length > 0 ? 0 : 1, result.Status);
        Assert.EndsWith(expected, result.Output, StringComparison.Ordinal);
        if (expected.Length == 0)
            Assert.Contains("at least v0.5.0", result.Errors, StringComparison.Ordinal);
    }
}
